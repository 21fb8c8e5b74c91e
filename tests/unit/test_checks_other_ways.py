"""What is offered beyond other ports: other hosts, the other way to receive, and other forms of a user name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.scripted import Act, Heard, Peer, candidate, draft, net

from mailwizard.checks import Limits, verify
from mailwizard.checks.remedies import TRIED, remedies
from mailwizard.checks.trial import attempt
from mailwizard.draft import Draft
from mailwizard.draft.mending import mended
from mailwizard.model import (
    Address,
    AuthKind,
    Candidate,
    Credential,
    Endpoint,
    Evidence,
    Outcome,
    Protocol,
    Remedy,
    Security,
    Step,
    Trust,
    Until,
)
from mailwizard.sandbox import World, open_world

SMTP, IMAP, POP3 = Protocol.SMTP, Protocol.IMAP, Protocol.POP3
TLS, STARTTLS = Security.TLS, Security.STARTTLS
HOST = "mail.practice.example"
ALICE = Address.parse("alice@practice.example")


def fail(endpoint: Endpoint, step: Step, code: str, detail: str = "", *facts: tuple[str, str]) -> Evidence:
    return Evidence(str(endpoint), step, Outcome.FAIL, code, detail=detail, facts=facts)


async def checked(world: World, chosen: Draft, secret: str = "") -> Draft:
    """Check as far as it goes, and return what the draft then knows."""
    heard = Heard()
    who = Credential(str(chosen.address or ALICE), secret or world.password)
    await verify(chosen, who, world.net, heard, Until.SIGN_IN, limits=Limits(step=1, check=20))
    for fact in heard:
        chosen = chosen.learn(fact)
    return chosen


def endpoints(found: tuple[Remedy, ...]) -> list[str]:
    return [str(remedy.candidate.endpoint) for remedy in found]


async def test_a_name_that_does_not_exist_is_mended_by_what_was_proposed_and_not_chosen() -> None:
    async with open_world("all-well") as world:
        wrong = Endpoint(IMAP, "imapp.practice.example", 993, TLS)
        other = candidate(Endpoint(IMAP, HOST, 993, TLS), username="")
        chosen = replace(draft(wrong, None, username="alice"), candidates=(other,))
        found = await remedies(chosen.learn(fail(wrong, Step.RESOLVE, "dns.nxdomain")), world.net)
        assert endpoints(found) == [f"imap://{HOST}:993/tls"]
        assert found[0].title == f"Use {HOST} on port 993 with TLS"
        assert found[0].candidate.username == "alice", "the name that was typed stays"


async def test_a_slip_in_a_providers_server_is_mended_by_its_card() -> None:
    async with open_world("gmail-app-password") as world:
        wrong = Endpoint(SMTP, "smpt.gmail.com", 465, TLS)
        chosen = replace(draft(None, wrong), address=Address.parse(world.address))
        found = await remedies(chosen.learn(fail(wrong, Step.RESOLVE, "dns.nxdomain")), world.net)
        assert endpoints(found) == ["smtp://smtp.gmail.com:465/tls", "smtp://smtp.gmail.com:587/starttls"]


@pytest.mark.parametrize(("step", "code"), [(Step.CONNECT, "tcp.refused"), (Step.RESOLVE, "dns.nxdomain")])
async def test_where_pop3_is_dead_and_imap_answers_imap_is_offered(step: Step, code: str) -> None:
    async with open_world("all-well") as world:
        pop = Endpoint(POP3, HOST, 995, TLS)
        found = await remedies(draft(pop, None).learn(fail(pop, step, code)), world.net)
        assert endpoints(found) == [f"imap://{HOST}:993/tls"]
        assert found[0].title == "Use IMAP instead"


async def test_where_imap_is_dead_pop3_is_offered_only_where_it_answers() -> None:
    async with open_world("all-well") as world:
        wrong = Endpoint(IMAP, "smtp.practice.example", 9993, TLS)
        world.services.clear()
        found = await remedies(draft(wrong, None).learn(fail(wrong, Step.CONNECT, "tcp.refused")), world.net)
        assert not any("pop3" in one for one in endpoints(found)), "nothing serves it"


async def test_the_other_protocol_is_looked_for_under_its_usual_name_too() -> None:
    async with open_world("all-well") as world:
        pop = Endpoint(POP3, "pop.practice.example", 995, TLS)
        found = await remedies(draft(pop, None).learn(fail(pop, Step.RESOLVE, "dns.nxdomain")), world.net)
        assert endpoints(found) == ["imap://imap.practice.example:993/tls"]
        assert found[0].title == "Use IMAP instead, at imap.practice.example"


async def test_a_protocol_that_is_switched_off_for_the_mailbox_is_gone_around() -> None:
    async with open_world("all-well") as world:
        pop = Endpoint(POP3, HOST, 995, TLS)
        off = fail(pop, Step.SIGN_IN, "pop3.err", "-ERR POP3 access is disabled for this account", ("secret", "sent"))
        found = await remedies(draft(pop, None).learn(off), world.net)
        assert [remedy.title for remedy in found if not remedy.costs] == ["Use IMAP instead"]


async def test_a_server_for_servers_without_sign_in_is_mended_by_the_ports_for_people(tmp_path: Path) -> None:
    async with open_world("all-well") as world:
        relay = Endpoint(SMTP, HOST, 25, STARTTLS)
        for step, code in ((Step.SIGN_IN, "sign-in.not-offered"), (Step.GREETING, "smtp.554")):
            found = await remedies(draft(None, relay).learn(fail(relay, step, code)), world.net)
            assert endpoints(found) == [f"smtp://{HOST}:465/tls", f"smtp://{HOST}:587/starttls"]


async def test_no_common_mechanism_is_mended_only_by_a_port_that_offers_another_one(tmp_path: Path) -> None:
    def speaks(mechanisms: bytes) -> tuple[bytes | str | Act, ...]:
        hello = b"250-mail.test\r\n250-STARTTLS\r\n250 AUTH " + mechanisms + b"\r\n"
        return (b"220 mail.test\r\n", "EHLO", hello, "STARTTLS", b"220 go\r\n", Act.TLS, "EHLO", hello, "QUIT")

    for mechanisms, helps in ((b"PLAIN", True), (b"NTLM", False), (b"GSSAPI NTLM", False)):
        async with Peer(speaks(mechanisms)) as peer:
            wrong = Endpoint(SMTP, "mail.test", peer.port, TLS)
            chosen = draft(None, wrong, AuthKind.PASSWORD)
            said = Evidence(str(wrong), Step.CAPABILITIES, Outcome.OK, facts=(("mechanisms", "NTLM"),))
            chosen = chosen.learn(said).learn(fail(wrong, Step.SIGN_IN, "sign-in.no-mechanism"))
            found = await remedies(chosen, net(tmp_path))
            assert (endpoints(found) == [f"smtp://mail.test:{peer.port}/starttls"]) is helps


async def test_how_the_neighbours_answered_becomes_evidence_about_the_server_that_failed() -> None:
    async with open_world("port-blocked") as world:
        wrong = Endpoint(SMTP, HOST, 587, STARTTLS)
        heard = Heard()
        chosen = draft(None, wrong).learn(fail(wrong, Step.CONNECT, "tcp.timeout"))
        await remedies(chosen, world.net, heard)
        (told,) = heard
        assert (told.subject, told.step, told.outcome, told.code) == (str(wrong), Step.DISCOVER, Outcome.OK, TRIED)
        assert told.facts[0] == ("neighbour", f"smtp://{HOST}:465/tls ok")
        assert told.fact("connected") == f"smtp://{HOST}:465/tls"
        assert "port 465 with TLS: answers" in told.detail


async def test_a_refused_name_can_be_tried_in_its_other_form_at_the_cost_of_a_login() -> None:
    async with open_world("username-form") as world:
        ends = Endpoint(IMAP, HOST, 993, TLS), Endpoint(SMTP, HOST, 465, TLS)
        chosen = replace(draft(*ends, username=world.address), address=ALICE)
        chosen = await checked(world, chosen)
        spent = sum(world.logins.values())
        assert spent == 1
        (offer,) = await remedies(chosen, world.net)
        assert (offer.title, offer.costs, offer.candidate.username) == ("Sign in as alice", "one more login", "alice")
        assert sum(world.logins.values()) == spent, "it is not tried before somebody asks for it"
        chosen = await checked(world, mended(chosen, offer))
        assert {one.username for one in chosen.chosen} == {"alice"}, "one name opens both servers"
        assert chosen.proven == chosen.chosen
        assert sum(world.logins.values()) == spent + 2


async def test_a_form_that_was_refused_is_not_offered_again_until_the_secret_is_another() -> None:
    async with open_world("all-well") as world:
        end = Endpoint(IMAP, HOST, 993, TLS)
        chosen = replace(draft(end, None, username=world.address), address=ALICE)
        chosen = await checked(world, chosen, "wrong")
        (offer,) = await remedies(chosen, world.net)
        chosen = await checked(world, mended(chosen, offer), "wrong")
        assert await remedies(chosen, world.net) == (), "both forms were refused"
        chosen = await checked(world, chosen.with_sign_in(AuthKind.PASSWORD), "wrong too")
        (offer,) = await remedies(chosen, world.net)
        assert offer.candidate.username == world.address


REFUSED = ("imap.authenticationfailed", "NO [AUTHENTICATIONFAILED] no")


@pytest.mark.parametrize(
    ("provider", "greeting", "used", "forms"),
    [
        ("", "", "alice@practice.example", ["alice"]),
        ("", "", "alice", ["alice@practice.example"]),
        ("", "", "PRACTICE\\alice", ["alice@practice.example", "alice"]),
        ("exchange-onprem", "", "alice@practice.example", ["PRACTICE\\alice", "alice"]),
        ("", "* OK The Microsoft Exchange IMAP4 service is ready.", "alice",
         ["alice@practice.example", "PRACTICE\\alice"]),
        ("fastmail", "", "alice", ["alice@practice.example"]),
        ("fastmail", "", "alice@practice.example", []),
        ("icloud", "", "alice@practice.example", ["alice"]),
    ],
)  # fmt: skip
async def test_the_forms_are_those_that_the_provider_documents(
    provider: str, greeting: str, used: str, forms: list[str]
) -> None:
    end = Endpoint(IMAP, "imap.test", 993, TLS)
    chosen = Draft(address=ALICE, incoming=Candidate(end, used, (), "typed", Trust.CURATED, provider=provider))
    greeted = Evidence(str(end), Step.GREETING, Outcome.OK, detail=greeting)
    chosen = chosen.learn(greeted).learn(fail(end, Step.SIGN_IN, *REFUSED, ("secret", "sent")))
    async with open_world("all-well") as world:
        found = await remedies(chosen, world.net)
    assert [remedy.candidate.username for remedy in found] == forms
    assert all(remedy.costs and remedy.candidate.endpoint == remedy.replaces for remedy in found)


@pytest.mark.parametrize(
    ("code", "detail", "facts"),
    [
        ("imap.authenticationfailed", "NO [AUTHENTICATIONFAILED] no", ()),
        ("imap.alert", "NO [ALERT] Application-specific password required", (("secret", "sent"),)),
        ("imap.no", "NO account temporarily locked: too many failed logins", (("secret", "sent"),)),
        ("imap.unavailable", "NO [UNAVAILABLE] Temporary authentication failure", (("secret", "sent"),)),
    ],
)
async def test_no_login_is_proposed_where_the_name_is_not_in_doubt(
    code: str, detail: str, facts: tuple[tuple[str, str], ...]
) -> None:
    end = Endpoint(IMAP, "imap.test", 993, TLS)
    chosen = Draft(address=ALICE, incoming=candidate(end, username=str(ALICE)))
    async with open_world("all-well") as world:
        assert await remedies(chosen.learn(fail(end, Step.SIGN_IN, code, detail, *facts)), world.net) == ()


def test_a_remedy_for_another_host_leaves_the_other_server_alone() -> None:
    ends = Endpoint(IMAP, HOST, 993, TLS), Endpoint(SMTP, HOST, 465, TLS)
    chosen = draft(*ends, username="alice").learn(fail(ends[1], Step.CONNECT, "tcp.timeout"))
    other = candidate(Endpoint(SMTP, HOST, 587, STARTTLS), username="bob")
    better = mended(chosen, Remedy("Use port 587", ends[1], other))
    assert better.incoming == chosen.incoming
    assert better.outgoing == other
    assert better.evidence == ()
    assert mended(chosen, Remedy("For somebody else", other.endpoint, other)) is chosen


async def test_a_trial_says_how_far_it_came() -> None:
    async with open_world("all-well") as world:
        good = await attempt(Endpoint(IMAP, HOST, 993, TLS), world.net, 3)
        assert good.good and good.connected and good.lets_in and good.mechanisms == ("PLAIN", "LOGIN")
        assert good.fact("issuer")
        world.net.swallow("198.51.100.10", 993, world.ports.silent())
        world.net.swallow("2001:db8::10", 993, world.ports.silent())
        silent = await attempt(Endpoint(IMAP, HOST, 993, TLS), world.net, 0.2)
        assert (silent.good, silent.connected, silent.code) == (False, False, "tcp.timeout")
        nobody = await attempt(Endpoint(SMTP, "no.practice.example", 465, TLS), world.net, 1)
        assert (nobody.code, nobody.connected) == ("dns.nxdomain", False)


async def test_neighbours_that_fail_as_well_are_no_success() -> None:
    async with open_world("all-well") as world:
        wrong = Endpoint(IMAP, "localhost", 1, STARTTLS)
        heard = Heard()
        await remedies(draft(wrong, None).learn(fail(wrong, Step.CONNECT, "tcp.refused")), world.net, heard)
        (told,) = heard
        assert (told.step, told.outcome, told.code) == (Step.DISCOVER, Outcome.SKIP, TRIED)

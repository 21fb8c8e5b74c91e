"""Further pairs of real runs: other accounts, other names, both failing, and what nothing explains."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.comparing_runs import ran, small_world
from tests.unit.reports import GREETED, REFUSED, SMTP, candidate, drafted, made
from tests.unit.test_report_comparing import first, told

from mailwizard.model import Address, Endpoint, Evidence, Outcome, Protocol, Step
from mailwizard.report.comparing import compare
from mailwizard.report.pairs import Whose
from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.internet import CONTOSO_PASSWORD, PRACTICE_CERTIFICATE, PRACTICE_HOST, certify
from mailwizard.sandbox.mailboxes import Mailbox, Verdict
from mailwizard.sandbox.pki import Signer


async def test_names_that_were_replaced_hide_no_cause() -> None:
    async with small_world() as world:
        works = await ran(world, pseudonyms=True)
        wrong = await ran(world, password="wrong-one", pseudonyms=True)
        port = await ran(world, smtp="mail.practice.example:578/starttls", pseudonyms=True)
        open_names = await ran(world)
    assert works.pseudonyms
    assert "alice" not in repr(works)
    both = told(wrong, works)
    assert (first(both), both.accounts) == ("secret", Whose.UNKNOWN)
    one = told(port, open_names)
    assert (first(one), one.accounts) == ("port", Whose.UNKNOWN)
    assert not {"host", "user-name", "account"} & {found.slug for found in (*one.explains, *one.others)}


def test_names_that_two_reports_gave_by_themselves_are_not_held_against_each_other() -> None:
    served = replace(GREETED, detail="OK at your service")
    refused = made(drafted(evidence=(served, REFUSED)), pseudonyms=True)
    other = drafted(
        address=Address.parse("bob@example.net"),
        incoming=candidate(Endpoint.parse(Protocol.IMAP, "mx9.example.net"), "bob"),
        outgoing=candidate(SMTP, "carol"),
        evidence=(replace(served, subject="imap://mx9.example.net:993/tls"),),
    )
    compared = compare(refused, made(other, pseudonyms=True))
    told_of = [one.slug for one in (*compared.explains, *compared.others)] + [one.slug for one in compared.same]
    assert not {"host", "user-name"} & {*told_of}
    assert "same user name" not in compared.sentence.replace("as far as can be seen, with the same user name", "")


def test_names_that_stay_are_held_against_each_other_beside_others_that_were_given() -> None:
    ends = [Endpoint.parse(Protocol.IMAP, host) for host in ("imap.gmail.com", "outlook.office365.com")]
    seen = [(replace(GREETED, subject=str(end)), replace(REFUSED, subject=str(end))) for end in ends]
    runs = []
    for end, (greeted, refused), works in zip(ends, seen, (False, True), strict=True):
        ended = replace(refused, outcome=Outcome.OK, code="") if works else refused
        draft = drafted(incoming=candidate(end), outgoing=None, evidence=(greeted, ended))
        runs.append(made(draft, pseudonyms=works, remedies=()))
    assert first(told(*runs)) == "host"


async def test_a_blocked_port_beside_a_report_with_other_names() -> None:
    async with small_world() as world:
        works = await ran(world, pseudonyms=True)
        for address in ("2001:db8::10", "198.51.100.10"):
            world.net.swallow(address, 993, world.ports.silent())
        fails = await ran(world)
    compared = told(works, fails)
    assert first(compared) == "network"
    assert "the network of B blocks that port" in compared.sentence


async def test_two_accounts_of_one_organization() -> None:
    async with open_world("microsoft-smtp-auth-off") as world:
        rules = {Protocol.IMAP: Verdict.NO_PASSWORDS}
        world.mailboxes.add(Mailbox("ben@contoso.example", CONTOSO_PASSWORD, rules=rules))
        smtp, known = "smtp.office365.com:587/starttls", "microsoft-365"
        off = await ran(world, imap="", smtp=smtp, address=world.address, password=world.password, provider=known)
        on = await ran(
            world, imap="", smtp=smtp, address="ben@contoso.example", password=world.password, provider=known
        )
    compared = told(off, on)
    assert (compared.accounts, first(compared)) == (Whose.OTHER, "switched")
    assert (
        "They are different accounts: SMTP AUTH is switched off for the one of A, on for that of B" in compared.sentence
    )
    assert "secret" not in {one.slug for one in compared.explains}


async def test_another_protocol() -> None:
    async with small_world() as world:
        imap, pop3 = await ran(world), await ran(world, imap="", pop3="mail.practice.example:995/tls")
    compared = told(pop3, imap)
    assert first(compared) == "protocol"
    assert "A uses POP3 at mail.practice.example:995" in compared.sentence


async def test_another_mechanism() -> None:
    async with small_world() as world:
        plain, wished = await ran(world), await ran(world, mechanism="CRAM-MD5")
    assert first(told(wished, plain)) == "mechanism"


async def test_a_port_on_which_something_else_answers() -> None:
    async with open_world("web-server-on-port") as world:
        web = await ran(world, smtp="mail.practice.example:8587/starttls")
        works = await ran(world)
    compared = told(web, works)
    assert first(compared) == "port"
    assert "A uses mail.practice.example port 8587, where it fails at the step greeting" in compared.sentence


async def test_a_server_that_closed_a_port_in_between() -> None:
    def closed(world: World) -> None:
        del world.services[PRACTICE_HOST, 587]

    async with small_world() as world:
        before = await ran(world)
    async with small_world(closed) as world:
        after = await ran(world)
    compared = told(before, after)
    assert first(compared) == "server-state"
    assert "Both ran in the same place, so the server closed that port, or a firewall began to" in compared.sentence
    elsewhere = replace(after, environment=replace(after.environment, resolvers=("192.0.2.9",)))
    assert first(told(before, elsewhere)) == "network"


async def test_an_authority_that_was_trusted_on_one_side_only() -> None:
    own = replace(PRACTICE_CERTIFICATE, signer=Signer.ITSELF)
    async with small_world(lambda world: certify(world, PRACTICE_HOST, own)) as world:
        without = await ran(world)
    async with small_world() as world:
        trusted = await ran(world, ca_file="/etc/own.pem")
    compared = told(without, trusted)
    assert first(compared) == "authorities"
    assert "B ran with --ca-file /etc/own.pem, A without" in compared.sentence


async def test_each_fails_at_what_works_in_the_other() -> None:
    async with small_world() as world:
        port = await ran(world, smtp="mail.practice.example:578/starttls")
        imap = await ran(world, imap="imap.practice.exampel.example:993/tls")
    compared = told(port, imap)
    assert compared.works == "neither"
    assert "port 578" in compared.sentence
    assert "imap.practice.exampel.example:993" in compared.sentence
    assert "The other way round:" in compared.sentence


async def test_a_certificate_that_follows_from_another_host_explains_nothing() -> None:
    async with open_world("microsoft-smtp-auth-off") as world:
        smtp = "smtp.office365.com:587/starttls"
        off = await ran(world, imap="", smtp=smtp, address=world.address, password=world.password)
        own = await ran(world, imap="")
    compared = told(off, own)
    assert first(compared) == "host"
    slugs = {one.slug for one in compared.explains}
    assert not slugs & {"certificate", "addresses", "mechanisms-offered", "secret"}


async def test_what_is_downstream_of_the_parting_explains_nothing() -> None:
    async with small_world() as world:
        works = await ran(world)
        port = await ran(world, smtp="mail.practice.example:578/starttls", username="alice", mechanism="LOGIN")
    compared = told(works, port)
    assert "user-name" in {one.slug for one in (*compared.explains, *compared.others)}
    assert {one.way for one in compared.explains if one.slug == "user-name"} <= {"incoming"}


async def test_what_nothing_explains_is_said_to_be_so() -> None:
    async with small_world() as world:
        works = await ran(world)
    last = next(one for one in reversed(works.evidence) if one.step is Step.SIGN_IN)
    strange = Evidence(last.subject, Step.SIGN_IN, Outcome.FAIL, "reply.garbled", detail="BLAH")
    fails = replace(works, evidence=tuple(strange if one is last else one for one in works.evidence), ok=False)
    compared = told(works, fails)
    assert not compared.explained
    assert compared.sentence.startswith(
        "B fails at signing in of sending (reply.garbled), A does not, and nothing that"
    )

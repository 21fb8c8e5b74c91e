"""What is offered after a failure is what was tried and answered, without a secret."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.stopwatch import Stopwatch
from tests.unit.scripted import Act, Heard, Peer, draft, net

from mailwizard.checks import Limits, verify
from mailwizard.checks.remedies import MOST, remedies
from mailwizard.checks.remedies.neighbours import neighbours
from mailwizard.draft import Draft
from mailwizard.model import AuthKind, Credential, Endpoint, Evidence, Outcome, Protocol, Security, Step, Trust, Until
from mailwizard.net import Document, Line, Net, Record
from mailwizard.sandbox import World, open_world

SMTP, IMAP, TLS, STARTTLS, NONE = Protocol.SMTP, Protocol.IMAP, Security.TLS, Security.STARTTLS, Security.NONE
HOST = "mail.practice.example"


async def failed(world: World, incoming: Endpoint | None, outgoing: Endpoint | None) -> Draft:
    """Check as far as the failure, and return what the draft then knows."""
    chosen = draft(incoming, outgoing, username=world.address)
    heard = Heard()
    who = Credential(world.address, world.password)
    await verify(chosen, who, world.net, heard, Until.SIGN_IN, limits=Limits(step=1, check=20))
    for fact in heard:
        chosen = chosen.learn(fact)
    return chosen


async def test_a_wrong_port_is_mended_by_the_standard_ones_tls_first() -> None:
    async with open_world("wrong-port") as world:
        chosen = await failed(world, Endpoint(IMAP, HOST, 993, TLS), Endpoint(SMTP, HOST, 578, STARTTLS))
        spent = sum(world.logins.values())
        found = await remedies(chosen, world.net)
        assert [remedy.title for remedy in found] == ["Use port 465 with TLS", "Use port 587 with STARTTLS"]
        assert {str(remedy.replaces) for remedy in found} == {f"smtp://{HOST}:578/starttls"}
        assert sum(world.logins.values()) == spent, "a remedy is tried without a secret"
        better = chosen.with_servers(chosen.incoming, found[0].candidate)
        heard = Heard()
        only = [str(found[0].candidate.endpoint)]
        await verify(better, Credential(world.address, world.password), world.net, heard, Until.SIGN_IN, only=only)
        assert heard.last().outcome is Outcome.OK, "what was offered works"


async def test_silence_on_a_port_is_mended_by_another() -> None:
    async with open_world("port-blocked") as world:
        chosen = await failed(world, None, Endpoint(SMTP, HOST, 587, STARTTLS))
        found = await remedies(chosen, world.net)
        assert [str(remedy.candidate.endpoint) for remedy in found] == [f"smtp://{HOST}:465/tls"]


async def test_tls_on_a_starttls_port_is_mended_by_starttls_there() -> None:
    async with open_world("tls-on-starttls-port") as world:
        chosen = await failed(world, None, Endpoint(SMTP, HOST, 587, TLS))
        found = await remedies(chosen, world.net)
        assert f"smtp://{HOST}:587/starttls" in {str(remedy.candidate.endpoint) for remedy in found}


async def test_both_servers_can_be_mended_and_the_offer_says_which() -> None:
    async with open_world("all-well") as world:
        chosen = await failed(world, Endpoint(IMAP, HOST, 143, TLS), Endpoint(SMTP, HOST, 465, STARTTLS))
        found = await remedies(chosen, world.net)
        titles = [remedy.title for remedy in found]
        assert titles[0] == "For receiving: Use port 993 with TLS"
        assert "For sending: Use TLS on port 465" in titles or "For sending: Use port 465 with TLS" in titles
        assert len(found) <= MOST


async def test_the_name_in_the_certificate_is_offered_and_marked_where_it_is_another_domains() -> None:
    async with open_world("certificate-other-name") as world:
        chosen = await failed(world, None, Endpoint(SMTP, HOST, 465, TLS))
        (remedy,) = await remedies(chosen, world.net)
        assert remedy.candidate.endpoint == Endpoint(SMTP, "mx7.hoster.example", 465, TLS)
        assert remedy.candidate.trust is Trust.GUESS
        assert remedy.title == "Use mx7.hoster.example, the certificate's name, of another domain"


async def test_a_name_in_the_certificate_under_the_same_domain_goes_first() -> None:
    async with open_world("all-well") as world:
        chosen = draft(None, Endpoint(SMTP, "www.practice.example", 465, TLS))
        names = "evil.test *.practice.example smtp.practice.example localhost not_a_name!.example mail.practice.example"
        chosen = chosen.learn(_fail(chosen, Step.ENCRYPT, "tls.hostname", ("names", names)))
        found = await remedies(chosen, world.net)
        assert [remedy.candidate.endpoint.host for remedy in found] == ["smtp.practice.example", HOST]
        assert all(remedy.candidate.trust is Trust.CURATED for remedy in found)
        assert found[0].title == "Use smtp.practice.example, the name in the certificate"


def test_of_all_customers_in_a_certificate_only_the_first_strangers_are_spoken_to() -> None:
    chosen = draft(None, Endpoint(SMTP, "mail.practice.example", 465, TLS))
    names = " ".join(["box7.hoster.example", *(f"mail.customer{n}.example" for n in range(9)), "smtp.practice.example"])
    chosen = chosen.learn(_fail(chosen, Step.ENCRYPT, "tls.hostname", ("names", names)))
    (candidate,) = chosen.chosen
    named = [one for one in neighbours(candidate, chosen, ()) if one.candidate.source == "certificate"]
    assert [one.candidate.endpoint.host for one in named] == [
        *("smtp.practice.example", "box7.hoster.example", "mail.customer0.example"),
    ]


def _fail(chosen: Draft, step: Step, code: str, *facts: tuple[str, str]) -> Evidence:
    (one,) = chosen.chosen
    return Evidence(str(one.endpoint), step, Outcome.FAIL, code, facts=facts)


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (Step.SIGN_IN, "smtp.535"),
        (Step.ENCRYPT, "tls.expired"),
        (Step.RESOLVE, "dns.nxdomain"),
        (Step.GREETING, "smtp.554"),
    ],
)
async def test_what_settings_cannot_mend_is_not_tried(step: Step, code: str, tmp_path: Path) -> None:
    chosen = draft(None, Endpoint(SMTP, "mail.test", 465, TLS))
    assert await remedies(chosen.learn(_fail(chosen, step, code)), _Untouched()) == ()
    assert await remedies(chosen, _Untouched()) == (), "nothing failed"


class _Untouched(Net):
    """A network that nobody may use."""

    async def resolve(self, name: str, kind: object) -> tuple[Record, ...]:
        raise AssertionError(name)

    async def open(self, addresses: Sequence[str], port: int) -> Line:
        raise AssertionError(port)

    async def fetch(self, url: str, **asked: object) -> Document:
        raise AssertionError(url)


async def test_an_unencrypted_server_is_mended_by_an_encrypted_one() -> None:
    async with open_world("all-well") as world:
        chosen = draft(Endpoint(IMAP, HOST, 143, NONE), None)
        chosen = chosen.learn(_fail(chosen, Step.SIGN_IN, "secret.cleartext"))
        found = await remedies(chosen, world.net)
        assert [str(remedy.candidate.endpoint) for remedy in found] == [
            f"imap://{HOST}:993/tls",
            f"imap://{HOST}:143/starttls",
        ]


async def test_a_server_without_sign_in_is_no_remedy_unless_none_is_wanted(tmp_path: Path) -> None:
    script = (Act.TLS, b"220 mail.test\r\n", "EHLO", b"250 mail.test\r\n", "QUIT")
    async with Peer(script) as peer:
        chosen = draft(None, peer.endpoint(SMTP, STARTTLS))
        chosen = chosen.learn(_fail(chosen, Step.GREETING, "timeout"))
        assert await remedies(chosen, net(tmp_path)) == ()
        relay = draft(None, peer.endpoint(SMTP, STARTTLS), AuthKind.NONE)
        relay = relay.learn(_fail(relay, Step.GREETING, "timeout"))
        (remedy,) = await remedies(relay, net(tmp_path))
        assert remedy.title == f"Use TLS on port {peer.port}"


async def test_trying_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailwizard.checks.remedies.LIMIT", 0.2)
    opened: list[int] = []

    class Silent(_Untouched):
        async def open(self, addresses: Sequence[str], port: int) -> Line:
            opened.append(port)
            await asyncio.Event().wait()
            raise AssertionError

    chosen = draft(Endpoint(IMAP, "127.0.0.1", 993, TLS), Endpoint(SMTP, "127.0.0.1", 26, TLS))
    for one in chosen.chosen:
        chosen = chosen.learn(Evidence(str(one.endpoint), Step.CONNECT, Outcome.FAIL, "tcp.timeout"))
    watch = Stopwatch()
    assert await remedies(chosen, Silent()) == ()
    assert watch.seconds < 2
    assert 0 < len(opened) <= MOST

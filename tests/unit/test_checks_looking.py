"""What answers in place of a mail server is named, whether it speaks first or waits to be spoken to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.unit.scripted import Act, Heard, Peer, draft, net

from mailwizard.checks import Limits, looking, verify
from mailwizard.checks.looking import Glimpse, greeted
from mailwizard.diagnosis import diagnose
from mailwizard.knowledge.strangers import stranger
from mailwizard.model import Endpoint, Evidence, Failure, Protocol, Security, Step, Until
from mailwizard.net import Document, Line, Net, Record, RecordKind
from mailwizard.witness import Note

SMTP, IMAP, POP3 = Protocol.SMTP, Protocol.IMAP, Protocol.POP3
TLS, STARTTLS = Security.TLS, Security.STARTTLS
PAGE = b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n"
PATIENT = Limits(step=6, check=20)
WEB = ("HEAD / HTTP/1.0", "Host: mail.test", "Connection: close", "", PAGE)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailwizard.checks.looking.SILENCE", 0.05)
    monkeypatch.setattr("mailwizard.checks.looking._ANSWER", 0.2)


class Elsewhere:
    """A network that leads every connection to one port."""

    def __init__(self, net: Net, port: int) -> None:
        self.net, self.port = net, port

    async def resolve(self, name: str, kind: RecordKind) -> tuple[Record, ...]:
        return await self.net.resolve(name, kind)

    async def fetch(self, url: str, **asked: Any) -> Document:
        return await self.net.fetch(url, **asked)

    async def open(self, addresses: Sequence[str], port: int) -> Line:
        return await self.net.open(addresses, self.port)


async def seen(folder: Path, endpoint: Endpoint, limits: Limits = PATIENT) -> Evidence:
    """Check a server and return how that ended."""
    heard = Heard()
    chosen = draft(endpoint, None) if endpoint.protocol.incoming else draft(None, endpoint)
    await verify(chosen, None, net(folder), heard, Until.REACH, limits=limits)
    return heard.last()


@pytest.mark.parametrize("protocol", [SMTP, IMAP, POP3])
async def test_a_web_server_that_waits_to_be_asked_is_named(protocol: Protocol, tmp_path: Path) -> None:
    async with Peer((Act.WAIT,), (Act.WAIT,), WEB) as peer:
        ended = await seen(tmp_path, peer.endpoint(protocol, STARTTLS))
        assert (ended.step, ended.code, ended.fact("stranger")) == (Step.GREETING, "timeout", "http")
        assert "HTTP/1.1 400 Bad Request" in ended.detail
        assert ended.seconds < 3, "it is known before the step's limit"
        (told, *_) = diagnose([ended])
        assert (told.cause, told.title) == (
            *("wrong_service_on_port", "A web server answers on this port, and no mail server"),
        )


async def test_a_web_server_behind_tls_is_named_too(tmp_path: Path) -> None:
    async with Peer((Act.TLS, Act.WAIT), (Act.TLS, *WEB)) as peer:
        ended = await seen(tmp_path, peer.endpoint(IMAP, TLS))
        assert (ended.step, ended.fact("stranger")) == (Step.GREETING, "http")
        assert diagnose([ended])[0].cause == "wrong_service_on_port"


@pytest.mark.parametrize(
    ("answer", "portal"),
    [
        (b"HTTP/1.1 511 Network Authentication Required\r\n\r\n", True),
        (b"HTTP/1.1 302 Found\r\nLocation: http://login.hotel.example/?to=x\r\n\r\n", True),
        (b"HTTP/1.1 302 Found\r\nServer: a\r\nLOCATION: https://10.0.0.1/login\r\n\r\n", True),
        (b"HTTP/1.1 301 Moved\r\nLocation: https://mail.test/\r\n\r\n", False),
        (b"HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n", False),
        (b"HTTP/1.1 302 Found\r\nLocation: http://[broken\r\n\r\n", False),
    ],
)
async def test_a_page_of_the_network_is_told_from_a_web_server(answer: bytes, portal: bool, tmp_path: Path) -> None:
    async with Peer((Act.WAIT,), (Act.WAIT,), (*WEB[:-1], answer)) as peer:
        ended = await seen(tmp_path, peer.endpoint(IMAP, STARTTLS))
        assert (ended.fact("portal") == "yes") is portal
        assert diagnose([ended])[0].cause == ("captive_portal" if portal else "wrong_service_on_port")


@pytest.mark.parametrize("answer", [b"-ERR unknown command 'HEAD'\r\n", b"-NOAUTH Authentication required.\r\n"])
async def test_a_database_that_waits_to_be_asked_is_named(answer: bytes, tmp_path: Path) -> None:
    async with Peer((Act.WAIT,), (Act.WAIT,), (*WEB[:-1], answer)) as peer:
        ended = await seen(tmp_path, peer.endpoint(IMAP, STARTTLS))
        assert ended.fact("stranger") == "database"


@pytest.mark.parametrize(
    "answer", [(Act.WAIT,), (b"* OK slow\r\n", Act.WAIT), (b"500 what?\r\n",), (b"\0\xff\xfe",), (Act.RESET,), ()]
)
async def test_who_cannot_be_recognised_stays_a_silent_port(answer: tuple[bytes | Act, ...], tmp_path: Path) -> None:
    async with Peer((Act.WAIT,), (Act.WAIT,), answer) as peer:
        ended = await seen(tmp_path, peer.endpoint(IMAP, STARTTLS), Limits(step=6, check=1))
        assert (ended.step, ended.code, ended.fact("stranger")) == (Step.GREETING, "timeout", "")


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Say when a look at a silent port has ended."""
    ended, look = asyncio.Event(), looking._look

    async def watched(*asked: Any) -> Glimpse:
        try:
            return await look(*asked)
        finally:
            ended.set()

    monkeypatch.setattr(looking, "_look", watched)
    return ended


async def test_a_slow_mail_server_is_heard_all_the_same(tmp_path: Path, looked: asyncio.Event) -> None:
    slow = Peer((Act.WAIT,))
    async with slow as peer:
        line = await net(tmp_path).open(("127.0.0.1",), peer.port)

        async def hear() -> str:
            await looked.wait()
            return "* OK at last"

        heard = await greeted(hear, line, peer.endpoint(IMAP, STARTTLS), net(tmp_path), Note(), 6)
        assert heard == "* OK at last"
        await line.close()


async def test_where_there_is_no_time_nobody_is_asked_for_a_page(tmp_path: Path) -> None:
    async with Peer((Act.WAIT,)) as peer:
        await seen(tmp_path, peer.endpoint(IMAP, STARTTLS), Limits(step=0.5, check=5))
        assert not any("HEAD" in line for line in peer.heard)


@pytest.mark.parametrize("security", [STARTTLS, Security.NONE])
async def test_where_spam_is_met_nothing_is_said_before_the_greeting(
    security: Security, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[object] = []

    async def look(*asked: object) -> Glimpse:
        looks.append(asked)
        return Glimpse()

    monkeypatch.setattr(looking, "_look", look)
    async with Peer((Act.WAIT,)) as peer:
        line = await net(tmp_path).open(("127.0.0.1",), peer.port)

        async def hear() -> str:
            for _ in range(10):  # whatever had been begun meanwhile would have been
                await asyncio.sleep(0)
            return "220 after a while"

        relay = replace(peer.endpoint(SMTP, security), port=25)
        assert await greeted(hear, line, relay, Elsewhere(net(tmp_path), peer.port), Note(), 6) == "220 after a while"
        await line.close()
        assert (looks, peer.clear) == ([], b"")


async def test_a_web_server_at_home_may_lead_elsewhere(tmp_path: Path) -> None:
    away = b"HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/\r\n\r\n"
    async with Peer((Act.WAIT,), (Act.WAIT,), (*WEB[:-1], away)) as peer:
        line, note = await net(tmp_path).open(("127.0.0.1",), peer.port), Note()
        site = replace(peer.endpoint(IMAP, STARTTLS), port=80)
        with pytest.raises(Failure, match="no mail server's port"):
            await greeted(asyncio.Event().wait, line, site, Elsewhere(net(tmp_path), peer.port), note, 6)
        assert note.facts == (("stranger", "http"),)
        await line.close()


async def test_a_web_server_that_proves_its_name_is_no_page_of_the_network(tmp_path: Path) -> None:
    away = b"HTTP/1.1 302 Found\r\nLocation: https://webmail.elsewhere.example/\r\n\r\n"
    async with Peer((Act.TLS, Act.WAIT), (Act.TLS, *WEB[:-1], away)) as peer:
        ended = await seen(tmp_path, peer.endpoint(IMAP, TLS))
        assert (ended.fact("stranger"), ended.fact("portal")) == ("http", "")
        assert diagnose([ended])[0].cause == "wrong_service_on_port"


@pytest.mark.parametrize(
    ("said", "protocol", "word"),
    [
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", IMAP, "ssh"),
        (b"<!DOCTYPE html><html>\r\n", IMAP, "http"),
        (b"J\0\0\0\n8.0.36\0", IMAP, "database"),
        (b"RFB 003.008\n", POP3, "screen"),
        (b"220 mail.test ESMTP\r\n", IMAP, "smtp"),
        (b"* OK IMAP4rev1\r\n", SMTP, "imap"),
        (b"+OK POP3\r\n", SMTP, "pop3"),
        (b'"IMPLEMENTATION" "Dovecot Pigeonhole"\r\n', IMAP, "sieve"),
    ],
)
async def test_who_speaks_first_is_named(said: bytes, protocol: Protocol, word: str, tmp_path: Path) -> None:
    async with Peer((said, Act.WAIT)) as peer:
        ended = await seen(tmp_path, peer.endpoint(protocol, STARTTLS), Limits(step=2, check=5))
        assert ended.step is Step.GREETING
        assert stranger(ended.detail, protocol) == word
        assert diagnose([ended])[0].cause == "wrong_service_on_port"


@pytest.mark.parametrize(
    ("said", "protocol"),
    [
        ("220 ftp.example.com ESMTP Postfix", "smtp"),
        ("* OK [CAPABILITY IMAP4rev1] ssh-2 friendly", "imap"),
        ("-ERR Unknown command.", "pop3"),
        ("", "imap"),
        ("some words", "smtp"),
        ("no answer within 15 s", "smtp"),
    ],
)
def test_an_honest_server_is_no_stranger(said: str, protocol: str) -> None:
    assert stranger(said, protocol) == ""

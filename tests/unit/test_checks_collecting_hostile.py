"""Over POP3 a message is waited for in several sessions: what the secret goes to in the later ones, and how often."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from tests.unit.scripted import ALICE, HOST, Act, Heard, Peer, Script, authority, draft, net

from mailwizard.checks import Limits, collecting, verify
from mailwizard.checks.securing import Shown
from mailwizard.model import Address, Evidence, Outcome, Protocol, Security, Step, Until
from mailwizard.net.real import RealNet
from mailwizard.sandbox.scripted import Answers

POP3, SMTP, TLS = Protocol.POP3, Protocol.SMTP, Security.TLS
LIMITS = Limits(step=4, check=20, delivery=1.5)
INSIDE = Answers(
    (
        ("CAPA", b"+OK\r\nTOP\r\nUSER\r\nSASL PLAIN\r\n.\r\n"),
        ("AUTH", b"+OK\r\n"),
        ("STAT", b"+OK 0 0\r\n"),
        ("UIDL", b"-ERR\r\n"),
        ("QUIT", b"+OK\r\n"),
    )
)
EMPTY: Script = (Act.TLS, b"+OK ready\r\n", INSIDE)
TAKES = Answers(
    (
        ("EHLO", b"250-mail.test\r\n250 AUTH PLAIN\r\n"),
        ("AUTH", b"235 ok\r\n"),
        ("DATA", b"354 go\r\n"),
        (".\r\n", b"250 queued\r\n"),
        ("MAIL", b"250 ok\r\n"),
        ("RCPT", b"250 ok\r\n"),
        ("RSET", b"250 ok\r\n"),
    )
)
SENDING: Script = (Act.TLS, b"220 mail.test\r\n", TAKES)


class Swapped(Peer):
    """Shows the certificate of another authority from the second connection on."""

    other = trustme.CA(organization_name="Mallory")

    async def receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.connections:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.other.issue_cert(HOST).configure_cert(self._context)
        await super().receive(reader, writer)


async def waited(folder: Path, peer: Peer, door: RealNet | None = None, times: int = 1) -> Evidence:
    """Check as deep as a delivery that never arrives, and return how the last wait ended."""
    return next(seen for seen in await told(folder, peer, door, times) if seen.fact("wait") and ended(seen))


def ended(seen: Evidence) -> bool:
    return seen.outcome is not Outcome.RUNNING


async def told(folder: Path, peer: Peer, door: RealNet | None = None, times: int = 1) -> list[Evidence]:
    """Check as deep as a delivery that never arrives, and return what the last check told."""
    shown = Shown()
    async with peer, Peer(SENDING) as sending:
        chosen = draft(peer.endpoint(POP3, TLS), sending.endpoint(SMTP, TLS))
        chosen = replace(chosen, address=Address.parse(ALICE.username))
        for _ in range(times):
            heard = Heard()
            await verify(chosen, ALICE, door or net(folder), heard, Until.DELIVERY, limits=LIMITS, shown=shown)
    return list(heard)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "FIRST", 0.05)


def trusting_both(folder: Path) -> RealNet:
    net(folder)
    both = folder / "both.pem"
    both.write_bytes(authority().cert_pem.bytes() + Swapped.other.cert_pem.bytes())
    return RealNet(hosts_file=folder / "hosts", ca_file=both, resolver="255.255.255.255")


async def test_a_secret_that_was_taken_goes_to_no_other_authority_s_certificate(tmp_path: Path) -> None:
    peer = Swapped(EMPTY)
    ended = await waited(tmp_path, peer, trusting_both(tmp_path))
    assert (ended.outcome, ended.code) == (Outcome.FAIL, "tls.key-changed")
    assert (peer.connections, peer.encrypted.count(b"AUTH ")) == (2, 1)


async def test_a_change_is_refused_once(tmp_path: Path) -> None:
    peer = Swapped(EMPTY)
    assert (await waited(tmp_path, peer, trusting_both(tmp_path), times=2)).code == "delivery.lost"


@pytest.mark.parametrize("end", [Act.CLOSE, Act.RESET])
async def test_a_secret_that_got_no_answer_is_not_offered_once_more(end: Act, tmp_path: Path) -> None:
    deaf: Script = (Act.TLS, b"+OK ready\r\n", INSIDE.but(("AUTH", end)))
    peer = Peer(EMPTY, deaf, EMPTY)
    ended = await waited(tmp_path, peer)
    assert ended.outcome is Outcome.FAIL and ended.code in {"tcp.closed", "tcp.reset"}
    assert peer.encrypted.count(b"AUTH ") == 2


@pytest.mark.parametrize("broken", [(), (Act.TLS,), (Act.TLS, b"+OK ready\r\n", INSIDE.but(("STAT", Act.CLOSE)))])
async def test_a_session_that_breaks_otherwise_is_begun_anew(broken: Script, tmp_path: Path) -> None:
    peer = Peer(EMPTY, broken, EMPTY)
    ended = await waited(tmp_path, peer)
    assert ended.code == "delivery.lost" and peer.connections > 2


LARGE = b"+OK\r\n" + b"X-Large: y\r\n" * 30_000 + b".\r\n"
LONG = b"+OK\r\nX-Long: " + b"y" * 300_000 + b"\r\n.\r\n"
HARMLESS = b"+OK\r\nSubject: x\r\n.\r\n"


def one_message(top: bytes) -> Script:
    return (Act.TLS, b"+OK ready\r\n", INSIDE.but(("STAT", b"+OK 2 900000\r\n"), ("TOP 2 ", top), ("TOP 1 ", HARMLESS)))


@pytest.mark.parametrize("top", [LARGE, LONG, b"+OK\r\nX: \0\r\n.\r\n"])
async def test_a_stranger_s_header_that_cannot_be_read_is_passed_over(
    top: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seconds in (LIMITS.delivery, 10.0):  # a busy machine may need long for two looks
        monkeypatch.setitem(globals(), "LIMITS", replace(LIMITS, delivery=seconds))
        peer = Peer(one_message(top))
        assert (await waited(tmp_path, peer)).code == "delivery.lost"
        if peer.encrypted.count(b"TOP 1 ") > 1:
            break
    assert peer.encrypted.count(b"TOP 2 ") == 1 and peer.encrypted.count(b"TOP 1 ") > 1


async def test_headers_that_cannot_be_read_cost_few_logins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "MOST_PASSED_OVER", 2)
    many = INSIDE.but(("STAT", b"+OK 9 900000\r\n"), ("TOP", b"+OK\r\nX: \0\r\n.\r\n"))
    peer = Peer((Act.TLS, b"+OK ready\r\n", many))
    assert (await waited(tmp_path, peer)).code == "reply.garbled"
    assert peer.encrypted.count(b"AUTH ") == 1 + 3


@pytest.mark.parametrize(
    ("broken", "words"),
    [(EMPTY, "It did not come in time"), ((Act.TLS, b"+OK ready\r\n", INSIDE.but(("AUTH", Act.CLOSE))), "broke off")],
)
async def test_what_stays_behind_is_told_where_the_wait_fails(broken: Script, words: str, tmp_path: Path) -> None:
    (left,) = [seen for seen in await told(tmp_path, Peer(EMPTY, broken)) if seen.code == "delivery.left"]
    assert (left.step, left.outcome) == (Step.MAILBOX, Outcome.SKIP)
    assert words in left.detail and "the next check removes the test message" in left.detail

"""What the probe says to a POP3 server: no more than is needed, one sign-in, and what it learns of the mailbox."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
from tests.unit.scripted import ALICE, SECRET, Act, Heard, Peer, Script, draft, net

from mailwizard.checks import verify
from mailwizard.model import Credential, Outcome, Protocol, Security, Step, Until

POP3, TLS, STARTTLS = Protocol.POP3, Security.TLS, Security.STARTTLS
PLAIN = base64.b64encode(f"\0{ALICE.username}\0{SECRET}".encode()).decode()
BOB = Credential("bob", " a  b ")
"""A secret with blanks, which PASS takes as they are."""


def capable(*names: str) -> tuple[str | bytes, ...]:
    return "CAPA", b"+OK\r\n" + b"".join(f"{name}\r\n".encode() for name in names) + b".\r\n"


def ready(*names: str, greeting: bytes = b"+OK ready\r\n") -> Script:
    return (Act.TLS, greeting, *capable(*names))


EMPTY: Script = ("STAT", b"+OK 0 0\r\n", "QUIT")


async def check(
    tmp_path: Path, peer: Peer, security: Security = TLS, who: Credential = ALICE, until: Until = Until.SIGN_IN
) -> Heard:
    heard = Heard()
    chosen = draft(peer.endpoint(POP3, security), None, username=who.username)
    await verify(chosen, who, net(tmp_path), heard, until)
    assert not peer.broken
    return heard


async def test_a_check_takes_five_commands_and_tells_what_is_there(tmp_path: Path) -> None:
    script: Script = [
        *ready("UIDL", "USER", "SASL PLAIN LOGIN", "LOGIN-DELAY  900", "EXPIRE NEVER"),
        "AUTH PLAIN", b"+OK\r\n", "STAT", b"+OK 12 34567 and more\r\n", "QUIT",
    ]  # fmt: skip
    async with Peer(script) as peer:
        heard = await check(tmp_path, peer)
        assert [step for step, _, _ in heard.ends()] == [
            "resolve", "connect", "encrypt", "greeting", "capabilities", "sign-in",
        ]  # fmt: skip
    assert peer.heard == ["CAPA", f"AUTH PLAIN {PLAIN}", "STAT", "QUIT"]
    said = next(fact for fact in heard if fact.step is Step.CAPABILITIES and fact.outcome is Outcome.OK)
    assert dict(said.facts) == {
        "capabilities": "UIDL, USER, SASL PLAIN LOGIN, LOGIN-DELAY 900, EXPIRE NEVER",
        "mechanisms": "PLAIN LOGIN USER",
        "login-delay": "900",
        "expire": "NEVER",
    }
    assert heard.last().facts == (
        ("mechanism", "PLAIN"), ("secret", "sent"), ("messages", "12"), ("octets", "34567"), ("uidl", "yes"),
    )  # fmt: skip


async def test_reaching_sends_no_secret(tmp_path: Path) -> None:
    async with Peer([*ready("USER"), "QUIT"]) as peer:
        heard = await check(tmp_path, peer, until=Until.REACH)
        assert heard.ends()[-1] == ("capabilities", "ok", "")
    assert peer.heard == ["CAPA", "QUIT"]


async def test_stls_believes_nothing_said_before_it(tmp_path: Path) -> None:
    script: Script = [
        b"+OK ready <1@chosen.test>\r\n", *capable("STLS", "SASL PLAIN"), "STLS", b"+OK go\r\n", Act.TLS,
        *capable("USER", "UIDL"), "USER", b"+OK\r\n", "PASS", b"+OK\r\n", *EMPTY,
    ]  # fmt: skip
    async with Peer(script) as peer:
        heard = await check(tmp_path, peer, STARTTLS)
        assert heard.last().outcome is Outcome.OK, heard.ends()
        assert heard.last().fact("mechanism") == "USER", "neither the timestamp nor PLAIN came inside TLS"
    assert peer.clear == b"CAPA\r\nSTLS\r\n"
    assert peer.encrypted.decode().splitlines() == ["CAPA", f"USER {ALICE.username}", f"PASS {SECRET}", "STAT", "QUIT"]


async def test_a_server_that_cannot_say_what_it_can_do_is_asked_for_stls_all_the_same(tmp_path: Path) -> None:
    script: Script = [
        b"+OK\r\n", "CAPA", b"-ERR unknown command\r\n", "STLS", b"+OK go\r\n", Act.TLS, "CAPA", b"-ERR what\r\n",
        "USER", b"+OK\r\n", "PASS", b"+OK\r\n", *EMPTY,
    ]  # fmt: skip
    async with Peer(script) as peer:
        heard = await check(tmp_path, peer, STARTTLS)
        assert heard.last().outcome is Outcome.OK, heard.ends()
        assert heard.last().fact("uidl") == "no"


async def test_a_secret_with_blanks_goes_as_it_is(tmp_path: Path) -> None:
    async with Peer([*ready("USER"), "USER", b"+OK\r\n", "PASS", b"+OK\r\n", *EMPTY]) as peer:
        heard = await check(tmp_path, peer, who=BOB)
        assert heard.last().outcome is Outcome.OK
    assert peer.heard[1:3] == ["USER bob", "PASS  a  b "]


async def test_where_no_way_in_is_named_user_is_tried(tmp_path: Path) -> None:
    async with Peer([*ready("UIDL"), "USER", b"+OK\r\n", "PASS", b"+OK\r\n", *EMPTY]) as peer:
        assert (await check(tmp_path, peer)).last().outcome is Outcome.OK


async def test_apop_proves_the_secret_without_showing_it(tmp_path: Path) -> None:
    greeting = b"+OK POP3 server ready <1896.697170952@mail.test>\r\n"
    script: Script = [*ready("UIDL", greeting=greeting), "APOP", b"+OK\r\n", *EMPTY]
    async with Peer(script) as peer:
        heard = await check(tmp_path, peer)
        assert heard.last().fact("mechanism") == "APOP"
        assert heard.last().fact("secret") == "sent"
    digest = hashlib.md5(f"<1896.697170952@mail.test>{SECRET}".encode()).hexdigest()
    assert peer.heard[1] == f"APOP {ALICE.username} {digest}"
    assert SECRET.encode() not in peer.encrypted


@pytest.mark.parametrize("capa", [b"-ERR what\r\n", b"+OK\r\nUSER\r\n.\r\n"])
async def test_a_timestamp_alone_does_not_promise_apop(capa: bytes, tmp_path: Path) -> None:
    said: Script = [
        Act.TLS,
        b"+OK <1896.697170952@mail.test>\r\n",
        "CAPA",
        capa,
        "USER",
        b"+OK\r\n",
        "PASS",
        b"+OK\r\n",
    ]
    async with Peer([*said, *EMPTY]) as peer:
        heard = await check(tmp_path, peer)
        assert (heard.last().outcome, heard.last().fact("mechanism")) == (Outcome.OK, "USER"), peer.broken


async def test_no_weaker_way_is_tried_after_a_refusal(tmp_path: Path) -> None:
    script: Script = [*ready("USER", "SASL PLAIN"), "AUTH PLAIN", b"-ERR [AUTH] no\r\n", Act.WAIT]
    async with Peer(script) as peer:
        last = (await check(tmp_path, peer)).last()
        assert (last.outcome, last.code, last.detail) == (Outcome.FAIL, "pop3.auth", "-ERR [AUTH] no")
        assert len(peer.heard) == 2


async def test_a_first_response_too_long_for_the_line_waits_to_be_asked(tmp_path: Path) -> None:
    long = Credential("alice", "x" * 200)
    async with Peer([*ready("SASL PLAIN"), "AUTH PLAIN", b"+ \r\n", "", b"+OK\r\n", *EMPTY]) as peer:
        assert (await check(tmp_path, peer, who=long)).last().outcome is Outcome.OK
    assert peer.heard[1:3] == ["AUTH PLAIN", base64.b64encode(f"\0alice\0{long.secret}".encode()).decode()]


async def test_uidl_is_asked_for_where_it_is_not_named(tmp_path: Path) -> None:
    for answer, known in ((b"+OK 1 abc\r\n", "yes"), (b"-ERR what\r\n", "no")):
        script: Script = [
            *ready("USER"), "USER", b"+OK\r\n", "PASS", b"+OK\r\n", "STAT", b"+OK 2 300\r\n", "UIDL 1", answer, "QUIT",
        ]  # fmt: skip
        async with Peer(script) as peer:
            last = (await check(tmp_path, peer)).last()
            assert (last.outcome, last.fact("uidl")) == (Outcome.OK, known)


@pytest.mark.parametrize(
    ("answer", "code"),
    [(b"-ERR [SYS/TEMP] busy\r\n", "pop3.sys/temp"), (b"+OK plenty\r\n", "reply.garbled"), (b"", "tcp.closed")],
)
async def test_trouble_after_the_sign_in_is_a_warning_and_the_secret_counts_as_taken(
    answer: bytes, code: str, tmp_path: Path
) -> None:
    async with Peer([*ready("USER"), "USER", b"+OK\r\n", "PASS", b"+OK\r\n", "STAT", answer]) as peer:
        heard = Heard()
        chosen = draft(peer.endpoint(POP3, TLS), None)
        await verify(chosen, ALICE, net(tmp_path), heard, Until.SIGN_IN)
        assert (heard.last().outcome, heard.last().code) == (Outcome.WARN, code)
        for fact in heard:
            chosen = chosen.learn(fact)
        assert chosen.proven


async def test_what_a_server_says_back_is_told_without_the_secret(tmp_path: Path) -> None:
    for echo in (SECRET, PLAIN, SECRET.encode().hex()):
        script: Script = [*ready("SASL PLAIN"), "AUTH PLAIN", f"-ERR [AUTH] bad: {echo}\r\n".encode()]
        async with Peer(script) as peer:
            last = (await check(tmp_path, peer)).last()
            assert last.detail == "-ERR [AUTH] bad: (secret)"


async def test_a_line_that_begins_with_a_dot_is_no_end(tmp_path: Path) -> None:
    async with Peer([Act.TLS, b"+OK\r\n", "CAPA", b"+OK\r\n..odd\r\nUSER\r\n.\r\n", "QUIT"]) as peer:
        heard = await check(tmp_path, peer, until=Until.REACH)
        assert heard.last().fact("capabilities") == ".odd, USER"

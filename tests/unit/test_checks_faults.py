"""What a probe makes of servers that misbehave: one code each, in bounded time, and never a secret in clear."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import pytest
from tests.unit.scripted import ALICE, HOST, SECRET, Act, Heard, Peer, Script, draft, net

from mailwizard.checks import Limits, verify
from mailwizard.model import Outcome, Protocol, Security, Step, Until

S, I, P = Protocol.SMTP, Protocol.IMAP, Protocol.POP3  # noqa: E741 - a column of a table
TLS, STARTTLS, NONE = Security.TLS, Security.STARTTLS, Security.NONE
HELLO = (b"220 mail.test ESMTP\r\n", "EHLO")
CAN_TLS = (*HELLO, b"250-mail.test\r\n250-SIZE 1000\r\n250 STARTTLS\r\n", "STARTTLS")
IN_TLS = (Act.TLS, *HELLO, b"250-mail.test\r\n250 AUTH PLAIN\r\n", "AUTH PLAIN")
READY = b"* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n"
READY_TLS = b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n"
SIGNS = (Act.TLS, READY_TLS, "a1 AUTHENTICATE PLAIN")
PLAIN = base64.b64encode(f"\0{ALICE.username}\0{SECRET}".encode())

CAPA = b"+OK\r\nUIDL\r\nSTLS\r\n.\r\n"
CAN_STLS = (b"+OK ready\r\n", "CAPA", CAPA, "STLS")
POPS = (Act.TLS, b"+OK ready\r\n", "CAPA", b"+OK\r\nSASL PLAIN\r\nUSER\r\n.\r\n", "AUTH PLAIN")
OLD = (Act.TLS, b"+OK ready\r\n", "CAPA", b"-ERR what\r\n", "USER alice")

FAULTS: list[tuple[str, Protocol, Security, Script, Step, str]] = [
    # the greeting
    ("silence", S, STARTTLS, [Act.WAIT], Step.GREETING, "timeout"),
    ("closed at once", S, STARTTLS, [], Step.GREETING, "tcp.closed"),
    ("reset at once", S, STARTTLS, [Act.RESET], Step.GREETING, "tcp.closed tcp.reset"),
    ("421", S, STARTTLS, [b"421 4.3.2 too busy\r\n"], Step.GREETING, "smtp.421"),
    ("554 over lines", S, STARTTLS, [b"554-no\r\n554 5.7.1 go away\r\n"], Step.GREETING, "smtp.554"),
    ("http", S, STARTTLS, [b"HTTP/1.1 400 Bad Request\r\n\r\n"], Step.GREETING, "reply.garbled"),
    ("ssh", S, STARTTLS, [b"SSH-2.0-OpenSSH_9.2\r\n"], Step.GREETING, "reply.garbled"),
    ("pop3 instead", S, STARTTLS, [b"+OK ready\r\n"], Step.GREETING, "reply.garbled"),
    ("imap instead", S, STARTTLS, [READY], Step.GREETING, "reply.garbled"),
    ("NUL in it", S, STARTTLS, [b"220 mail\0.test\r\n"], Step.GREETING, "reply.garbled"),
    ("not text", S, STARTTLS, [b"\xff\xfe\x80\r\n"], Step.GREETING, "reply.garbled"),
    ("an empty line", S, STARTTLS, [b"\r\n"], Step.GREETING, "reply.garbled"),
    ("a code of two digits", S, STARTTLS, [b"22 hello\r\n"], Step.GREETING, "reply.garbled"),
    ("no line end", S, STARTTLS, [b"220 " + b"x" * 9000], Step.GREETING, "reply.line-too-long"),
    ("lines without end", S, STARTTLS, [b"220-" + b"x" * 900 + b"\r\n", Act.FLOOD], Step.GREETING, "reply.too-large"),
    ("stops in a reply", S, STARTTLS, [b"220-mail.test\r\n"], Step.GREETING, "tcp.closed"),
    # TLS on a port that speaks clear text first, and the reverse
    ("clear text on a TLS port", S, TLS, [b"220 mail.test\r\n", Act.WAIT], Step.ENCRYPT, "tls.not-tls"),
    ("TLS on a clear port", S, STARTTLS, [Act.TLS], Step.GREETING, "timeout"),
    ("closed in the handshake", S, TLS, [""], Step.ENCRYPT, "tcp.closed"),
    # EHLO
    ("EHLO refused", S, STARTTLS, [*HELLO, b"550 who are you\r\n"], Step.CAPABILITIES, "smtp.550"),
    ("EHLO unknown", S, STARTTLS, [*HELLO, b"500 what\r\n"], Step.CAPABILITIES, "smtp.500"),
    ("dropped after EHLO", S, STARTTLS, [*HELLO], Step.CAPABILITIES, "tcp.closed"),
    ("silent after EHLO", S, STARTTLS, [*HELLO, Act.WAIT], Step.CAPABILITIES, "timeout"),
    ("garbled EHLO", S, STARTTLS, [*HELLO, b"250-mail.test\r\nhello?\r\n"], Step.CAPABILITIES, "reply.garbled"),
    # STARTTLS
    ("stripped", S, STARTTLS, [*HELLO, b"250 mail.test\r\n", Act.WAIT], Step.ENCRYPT, "starttls.not-offered"),
    ("refused", S, STARTTLS, [*CAN_TLS, b"454 4.7.0 not now\r\n"], Step.ENCRYPT, "starttls.refused"),
    ("dropped", S, STARTTLS, [*CAN_TLS], Step.ENCRYPT, "tcp.closed"),
    ("injected", S, STARTTLS, [*CAN_TLS, b"220 go\r\n250 evil\r\n", Act.TLS], Step.ENCRYPT, "starttls.injection"),
    ("a fragment", S, STARTTLS, [*CAN_TLS, b"220 go\r\n250-ev", Act.TLS], Step.ENCRYPT, "starttls.injection"),
    ("clear on", S, STARTTLS, [*CAN_TLS, b"220 go\r\n", b"250 hi\r\n", Act.WAIT], Step.ENCRYPT, "starttls.injection"),
    ("silent handshake", S, STARTTLS, [*CAN_TLS, b"220 go\r\n", Act.WAIT], Step.ENCRYPT, "timeout"),
    # AUTH
    ("no AUTH", S, TLS, [Act.TLS, *HELLO, b"250-mail.test\r\n250 SIZE\r\n"], Step.SIGN_IN, "sign-in.not-offered"),
    ("only NTLM", S, TLS, [Act.TLS, *HELLO, b"250-x\r\n250 AUTH NTLM\r\n"], Step.SIGN_IN, "sign-in.no-mechanism"),
    ("AUTH of nothing", S, TLS, [Act.TLS, *HELLO, b"250-x\r\n250 AUTH\r\n"], Step.SIGN_IN, "sign-in.not-offered"),
    ("wrong password", S, TLS, [*IN_TLS, b"535 5.7.8 no\r\n", Act.WAIT], Step.SIGN_IN, "smtp.535"),
    ("421 after AUTH", S, TLS, [*IN_TLS, b"421 4.7.0 bye\r\n"], Step.SIGN_IN, "smtp.421"),
    ("dropped after AUTH", S, TLS, [*IN_TLS], Step.SIGN_IN, "tcp.closed"),
    ("reset after AUTH", S, TLS, [*IN_TLS, Act.RESET], Step.SIGN_IN, "tcp.closed tcp.reset"),
    ("silent after AUTH", S, TLS, [*IN_TLS, Act.WAIT], Step.SIGN_IN, "timeout"),
    ("asks on", S, TLS, [*IN_TLS, b"334 bW9yZQ==\r\n", "*", b"501 ok\r\n"], Step.SIGN_IN, "reply.garbled"),
    ("challenge no base64", S, TLS, [*IN_TLS, b"334 {json}\r\n"], Step.SIGN_IN, "reply.garbled"),
    ("3xx", S, TLS, [*IN_TLS, b"354 go ahead\r\n"], Step.SIGN_IN, "smtp.354"),
    ("cleartext", S, NONE, [*HELLO, b"250-x\r\n250 AUTH PLAIN\r\n"], Step.SIGN_IN, "secret.cleartext"),
    # IMAP's greeting
    ("silence", I, STARTTLS, [Act.WAIT], Step.GREETING, "timeout"),
    ("closed at once", I, STARTTLS, [], Step.GREETING, "tcp.closed"),
    ("BYE", I, STARTTLS, [b"* BYE too many connections\r\n"], Step.GREETING, "imap.bye"),
    ("PREAUTH before TLS", I, STARTTLS, [b"* PREAUTH welcome\r\n", Act.WAIT], Step.GREETING, "imap.preauth"),
    ("PREAUTH with no TLS", I, NONE, [b"* PREAUTH welcome\r\n", Act.WAIT], Step.GREETING, "imap.preauth"),
    ("PREAUTH in TLS", I, TLS, [Act.TLS, b"* PREAUTH welcome\r\n", Act.WAIT], Step.GREETING, "imap.preauth"),
    ("NO", I, STARTTLS, [b"* NO not you\r\n"], Step.GREETING, "reply.garbled"),
    ("http", I, STARTTLS, [b"HTTP/1.0 400 Bad\r\n\r\n"], Step.GREETING, "reply.garbled"),
    ("smtp instead", I, STARTTLS, [b"220 mail.test ESMTP\r\n"], Step.GREETING, "reply.garbled"),
    ("NUL in it", I, STARTTLS, [b"* OK \0\r\n"], Step.GREETING, "reply.garbled"),
    ("an empty line", I, STARTTLS, [b"\r\n"], Step.GREETING, "reply.garbled"),
    ("a literal bomb", I, STARTTLS, [b"* OK {2000000000}\r\n", Act.FLOOD], Step.GREETING, "reply.too-large"),
    ("a literal of 5000 digits", I, STARTTLS, [b"* OK {" + b"9" * 5000 + b"}\r\n"], Step.GREETING, "reply.too-large"),
    (
        "literal upon literal",
        I,
        STARTTLS,
        [b"* OK {4}\r\n", b"abcd{4}\r\n", Act.FLOOD],
        Step.GREETING,
        "reply.too-large",
    ),
    ("no line end", I, STARTTLS, [b"* OK " + b"x" * 9000], Step.GREETING, "reply.line-too-long"),
    # CAPABILITY
    ("dropped", I, STARTTLS, [b"* OK hi\r\n", "a1 CAPABILITY"], Step.CAPABILITIES, "tcp.closed"),
    ("BAD", I, STARTTLS, [b"* OK hi\r\n", "a1", b"a1 BAD what\r\n"], Step.CAPABILITIES, "imap.bad"),
    ("a foreign tag", I, STARTTLS, [b"* OK hi\r\n", "a1", b"b7 OK done\r\n"], Step.CAPABILITIES, "reply.garbled"),
    ("tagged BYE", I, STARTTLS, [b"* OK hi\r\n", "a1", b"a1 BYE\r\n"], Step.CAPABILITIES, "reply.garbled"),
    ("a prompt", I, STARTTLS, [b"* OK hi\r\n", "a1", b"+ go on\r\n"], Step.CAPABILITIES, "reply.garbled"),
    ("BYE, then closed", I, STARTTLS, [b"* OK hi\r\n", "a1", b"* BYE now\r\n"], Step.CAPABILITIES, "imap.bye"),
    (
        "a flood",
        I,
        STARTTLS,
        [b"* OK hi\r\n", "a1", b"* 1 EXISTS\r\n", Act.FLOOD],
        Step.CAPABILITIES,
        "reply.too-large",
    ),
    # STARTTLS
    ("stripped", I, STARTTLS, [b"* OK [CAPABILITY IMAP4rev1] hi\r\n"], Step.ENCRYPT, "starttls.not-offered"),
    ("refused", I, STARTTLS, [READY, "a1 STARTTLS", b"a1 NO not now\r\n"], Step.ENCRYPT, "starttls.refused"),
    ("unknown", I, STARTTLS, [READY, "a1 STARTTLS", b"a1 BAD what\r\n"], Step.ENCRYPT, "starttls.refused"),
    ("dropped", I, STARTTLS, [READY, "a1 STARTTLS"], Step.ENCRYPT, "tcp.closed"),
    ("injected", I, STARTTLS, [READY, "a1", b"a1 OK go\r\n* OK evil\r\n", Act.TLS], Step.ENCRYPT, "starttls.injection"),
    (
        "a guessed tag",
        I,
        STARTTLS,
        [READY, "a1", b"a1 OK go\r\na2 OK\r\n", Act.TLS],
        Step.ENCRYPT,
        "starttls.injection",
    ),
    # signing in
    (
        "wrong password",
        I,
        TLS,
        [*SIGNS, b"a1 NO [AUTHENTICATIONFAILED] no\r\n"],
        Step.SIGN_IN,
        "imap.authenticationfailed",
    ),
    ("no code", I, TLS, [*SIGNS, b"a1 NO Login failed.\r\n"], Step.SIGN_IN, "imap.no"),
    ("no text at all", I, TLS, [*SIGNS, b"a1 NO\r\n"], Step.SIGN_IN, "imap.no"),
    ("BAD", I, TLS, [*SIGNS, b"a1 BAD syntax\r\n"], Step.SIGN_IN, "imap.bad"),
    (
        "ALERT",
        I,
        TLS,
        [*SIGNS, b"a1 NO [ALERT] Application-specific password required\r\n"],
        Step.SIGN_IN,
        "imap.alert",
    ),
    ("BYE", I, TLS, [*SIGNS, b"* BYE bad password\r\n"], Step.SIGN_IN, "imap.bye"),
    ("BYE and nothing more", I, TLS, [*SIGNS, b"* BYE bad\r\n", Act.WAIT], Step.SIGN_IN, "imap.bye"),
    ("BYE, then NO", I, TLS, [*SIGNS, b"* BYE bye\r\na1 NO [UNAVAILABLE] later\r\n"], Step.SIGN_IN, "imap.unavailable"),
    ("dropped", I, TLS, [*SIGNS], Step.SIGN_IN, "tcp.closed"),
    ("reset", I, TLS, [*SIGNS, Act.RESET], Step.SIGN_IN, "tcp.closed tcp.reset"),
    ("asks on", I, TLS, [*SIGNS, b"+ bW9yZQ==\r\n"], Step.SIGN_IN, "reply.garbled"),
    (
        "only GSSAPI",
        I,
        TLS,
        [Act.TLS, b"* OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=GSSAPI] hi\r\n"],
        Step.SIGN_IN,
        "sign-in.no-mechanism",
    ),
    (
        "nothing offered",
        I,
        TLS,
        [Act.TLS, b"* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\r\n"],
        Step.SIGN_IN,
        "sign-in.not-offered",
    ),
    ("cleartext", I, NONE, [b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n"], Step.SIGN_IN, "secret.cleartext"),
    # POP3's greeting
    ("silence", P, STARTTLS, [Act.WAIT], Step.GREETING, "timeout"),
    ("closed at once", P, STARTTLS, [], Step.GREETING, "tcp.closed"),
    ("reset at once", P, STARTTLS, [Act.RESET], Step.GREETING, "tcp.closed tcp.reset"),
    ("-ERR", P, STARTTLS, [b"-ERR not you\r\n"], Step.GREETING, "pop3.err"),
    ("-ERR [SYS/TEMP]", P, STARTTLS, [b"-ERR [SYS/TEMP] busy\r\n"], Step.GREETING, "pop3.sys/temp"),
    ("http", P, STARTTLS, [b"HTTP/1.0 400 Bad\r\n\r\n"], Step.GREETING, "reply.garbled"),
    ("smtp instead", P, STARTTLS, [b"220 mail.test ESMTP\r\n"], Step.GREETING, "reply.garbled"),
    ("imap instead", P, STARTTLS, [READY], Step.GREETING, "reply.garbled"),
    ("a word that begins so", P, STARTTLS, [b"+OKAY ready\r\n"], Step.GREETING, "reply.garbled"),
    ("NUL in it", P, STARTTLS, [b"+OK \0\r\n"], Step.GREETING, "reply.garbled"),
    ("not text", P, STARTTLS, [b"\xff\xfe\x80\r\n"], Step.GREETING, "reply.garbled"),
    ("an empty line", P, STARTTLS, [b"\r\n"], Step.GREETING, "reply.garbled"),
    ("no line end", P, STARTTLS, [b"+OK " + b"x" * 9000], Step.GREETING, "reply.line-too-long"),
    ("clear text on a TLS port", P, TLS, [b"+OK ready\r\n", Act.WAIT], Step.ENCRYPT, "tls.not-tls"),
    ("TLS on a clear port", P, STARTTLS, [Act.TLS], Step.GREETING, "timeout"),
    # CAPA
    ("dropped", P, STARTTLS, [b"+OK\r\n", "CAPA"], Step.CAPABILITIES, "tcp.closed"),
    ("silent", P, STARTTLS, [b"+OK\r\n", "CAPA", Act.WAIT], Step.CAPABILITIES, "timeout"),
    ("garbled", P, STARTTLS, [b"+OK\r\n", "CAPA", b"UIDL\r\n"], Step.CAPABILITIES, "reply.garbled"),
    ("no end", P, STARTTLS, [b"+OK\r\n", "CAPA", b"+OK\r\nUIDL\r\n"], Step.CAPABILITIES, "tcp.closed"),
    ("a flood", P, STARTTLS, [b"+OK\r\n", "CAPA", b"+OK\r\n", Act.FLOOD], Step.CAPABILITIES, "reply.too-large"),
    ("NUL", P, STARTTLS, [b"+OK\r\n", "CAPA", b"+OK\r\nUI\0DL\r\n"], Step.CAPABILITIES, "reply.garbled"),
    # STLS
    ("stripped", P, STARTTLS, [b"+OK\r\n", "CAPA", b"+OK\r\nUSER\r\n.\r\n"], Step.ENCRYPT, "starttls.not-offered"),
    (
        "unknown", P, STARTTLS,
        [b"+OK\r\n", "CAPA", b"-ERR\r\n", "STLS", b"-ERR\r\n"], Step.ENCRYPT, "starttls.not-offered",
    ),
    ("refused", P, STARTTLS, [*CAN_STLS, b"-ERR not now\r\n"], Step.ENCRYPT, "starttls.refused"),
    ("dropped", P, STARTTLS, [*CAN_STLS], Step.ENCRYPT, "tcp.closed"),
    ("injected", P, STARTTLS, [*CAN_STLS, b"+OK go\r\n+OK evil\r\n", Act.TLS], Step.ENCRYPT, "starttls.injection"),
    ("a fragment", P, STARTTLS, [*CAN_STLS, b"+OK go\r\n+O", Act.TLS], Step.ENCRYPT, "starttls.injection"),
    ("silent handshake", P, STARTTLS, [*CAN_STLS, b"+OK go\r\n", Act.WAIT], Step.ENCRYPT, "timeout"),
    # signing in
    ("wrong password", P, TLS, [*POPS, b"-ERR [AUTH] no\r\n"], Step.SIGN_IN, "pop3.auth"),
    ("no code", P, TLS, [*POPS, b"-ERR Authentication failed.\r\n"], Step.SIGN_IN, "pop3.err"),
    ("a bracket that is no code", P, TLS, [*POPS, b"-ERR [192.0.2.1] no\r\n"], Step.SIGN_IN, "pop3.err"),
    ("in use", P, TLS, [*POPS, b"-ERR [IN-USE] locked\r\n"], Step.SIGN_IN, "pop3.in-use"),
    ("too soon", P, TLS, [*POPS, b"-ERR [LOGIN-DELAY] wait\r\n"], Step.SIGN_IN, "pop3.login-delay"),
    ("for good", P, TLS, [*POPS, b"-ERR [SYS/PERM] POP is off\r\n"], Step.SIGN_IN, "pop3.sys/perm"),
    ("dropped", P, TLS, [*POPS], Step.SIGN_IN, "tcp.closed"),
    ("reset", P, TLS, [*POPS, Act.RESET], Step.SIGN_IN, "tcp.closed tcp.reset"),
    ("silent", P, TLS, [*POPS, Act.WAIT], Step.SIGN_IN, "timeout"),
    ("asks on", P, TLS, [*POPS, b"+ bW9yZQ==\r\n", "*", b"-ERR ok\r\n"], Step.SIGN_IN, "reply.garbled"),
    ("challenge no base64", P, TLS, [*POPS, b"+ {json}\r\n"], Step.SIGN_IN, "reply.garbled"),
    ("an unknown user", P, TLS, [*OLD, b"-ERR who\r\n"], Step.SIGN_IN, "pop3.err"),
    ("refused after PASS", P, TLS, [*OLD, b"+OK\r\n", "PASS", b"-ERR no\r\n"], Step.SIGN_IN, "pop3.err"),
    (
        "only GSSAPI", P, TLS,
        [Act.TLS, b"+OK\r\n", "CAPA", b"+OK\r\nSASL GSSAPI\r\n.\r\n"], Step.SIGN_IN, "sign-in.no-mechanism",
    ),
    ("cleartext", P, NONE, [b"+OK <1@x>\r\n", "CAPA", b"-ERR\r\n"], Step.SIGN_IN, "secret.cleartext"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("protocol", "security", "script", "step", "codes"),
    [pytest.param(*rest, id=f"{rest[0]}, {rest[3]}: {name}") for name, *rest in FAULTS],
)
async def test_a_misbehaving_server_gets_its_code(
    protocol: Protocol, security: Security, script: Script, step: Step, codes: str, tmp_path: Path
) -> None:
    async with Peer(script) as peer:
        endpoint = peer.endpoint(protocol, security)
        chosen = draft(endpoint, None) if protocol.incoming else draft(None, endpoint)
        heard = Heard()
        limits = Limits(step=0.4 if codes == "timeout" else 10, check=20)
        begun = asyncio.get_running_loop().time()
        await verify(chosen, ALICE, net(tmp_path), heard, Until.SIGN_IN, limits=limits)
        assert asyncio.get_running_loop().time() - begun < 4, "it was not bounded"
        last = heard.last()
        assert (last.step, last.outcome) == (step, Outcome.FAIL), heard.ends()
        assert last.code in codes.split(), last
        assert not peer.broken
        assert peer.encrypted.count(PLAIN) <= 1
        assert not any(SECRET in str(fact) or PLAIN.decode() in str(fact) for fact in heard)


async def test_what_a_server_says_back_is_told_without_the_secret(tmp_path: Path) -> None:
    for echo in (PLAIN, SECRET.encode(), PLAIN[:20] + b"\r\n535 5.7.8 " + PLAIN[20:], SECRET.encode().hex().encode()):
        async with Peer([*IN_TLS, b"535-5.7.8 bad: " + echo + b"\r\n535 5.7.8 no\r\n"]) as peer:
            heard = Heard()
            chosen = draft(None, peer.endpoint(S, TLS))
            await verify(chosen, ALICE, net(tmp_path), heard, Until.SIGN_IN)
            assert heard.last().code == "smtp.535"
            assert "(secret)" in heard.last().detail
            assert echo.decode() not in heard.last().detail


async def test_a_server_under_another_name_never_hears_a_secret(tmp_path: Path) -> None:
    async with Peer([Act.TLS, *IN_TLS[1:]], name="other.test") as peer:
        heard = Heard()
        await verify(draft(None, peer.endpoint(S, TLS)), ALICE, net(tmp_path), heard, Until.SIGN_IN)
        assert (heard.last().step, heard.last().code) == (Step.ENCRYPT, "tls.hostname")
        assert peer.heard == []
        assert heard.last().fact("names") == "other.test"


async def test_a_closed_port_is_named(tmp_path: Path) -> None:
    async with Peer([]) as peer:
        endpoint = peer.endpoint(S, TLS)
    heard = Heard()
    await verify(draft(None, endpoint), ALICE, net(tmp_path), heard, Until.SIGN_IN)
    assert (heard.last().step, heard.last().code) == (Step.CONNECT, "tcp.refused")
    assert heard.last().fact("tried").startswith("127.0.0.1")
    assert HOST in heard.last().subject


@pytest.mark.parametrize("protocol", [S, I, P])
@pytest.mark.parametrize("name", [HOST, "other.test"])
async def test_a_port_that_is_silent_because_it_awaits_tls_is_told_from_a_dead_one(
    protocol: Protocol, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailwizard.checks.opening.SILENCE", 0.1)
    async with Peer([Act.TLS, Act.WAIT], name=name) as peer:
        endpoint = peer.endpoint(protocol, STARTTLS)
        chosen = draft(endpoint, None) if protocol.incoming else draft(None, endpoint)
        heard = Heard()
        await verify(chosen, ALICE, net(tmp_path), heard, Until.SIGN_IN)
        assert (heard.last().step, heard.last().code) == (Step.GREETING, "timeout")
        assert heard.last().fact("speaks") == "tls"
        assert heard.last().seconds < 5, "it is known before the step's limit"
        assert peer.heard == []


async def test_a_slow_greeting_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailwizard.checks.opening.SILENCE", 0.0)
    asked = asyncio.Event()

    class Slow(Peer):
        async def _follow(self, script: Script, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if self.connections > 1:
                asked.set()
            else:
                await asked.wait()
            await super()._follow(script, reader, writer)

    async with Slow([*HELLO, b"250 mail.test\r\n", Act.WAIT]) as peer:
        heard = Heard()
        await verify(draft(None, peer.endpoint(S, STARTTLS)), ALICE, net(tmp_path), heard, Until.SIGN_IN)
        assert heard.ends()[-1] == ("encrypt", "fail", "starttls.not-offered")
        assert peer.connections >= 2, "the port was looked at again meanwhile"

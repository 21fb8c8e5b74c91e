"""What a probe makes of servers that misbehave, beyond the fault world of the sandbox."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import pytest
from tests.unit.scripted import ALICE, HOST, SECRET, Act, Heard, Peer, Script, draft, net

from mailwizard.checks import verify
from mailwizard.model import Protocol, Security, Step, Until

S, I, P = Protocol.SMTP, Protocol.IMAP, Protocol.POP3  # noqa: E741 - a column of a table
TLS, STARTTLS, NONE = Security.TLS, Security.STARTTLS, Security.NONE
HELLO = (b"220 mail.test ESMTP\r\n", "EHLO")
IN_TLS = (Act.TLS, *HELLO, b"250-mail.test\r\n250 AUTH PLAIN\r\n", "AUTH PLAIN")
PLAIN = base64.b64encode(f"\0{ALICE.username}\0{SECRET}".encode())


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
    monkeypatch.setattr("mailwizard.checks.looking.SILENCE", 0.1)
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
    monkeypatch.setattr("mailwizard.checks.looking.SILENCE", 0.0)
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

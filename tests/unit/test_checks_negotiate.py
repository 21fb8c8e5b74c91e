"""NTLM against a server of our own over every protocol, bound to its certificate; Kerberos as far as its absence."""

from __future__ import annotations

import asyncio
import base64
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.scripted import HOST, Act, Heard, Peer, Script, context, draft, net

from mailwizard.checks import negotiate, verify
from mailwizard.checks.channel import Channel
from mailwizard.checks.mechanisms import gssapi, ntlm
from mailwizard.checks.order import Order
from mailwizard.checks.sasl import choose, nothing_in_common
from mailwizard.checks.transcript import Conversation
from mailwizard.model import Credential, Endpoint, Evidence, Failure, Outcome, Protocol, Security, Until
from mailwizard.net import Tls

spnego: Any = pytest.importorskip("spnego")
from spnego._ntlm_raw.messages import Authenticate  # noqa: E402
from spnego.channel_bindings import GssChannelBindings  # noqa: E402
from spnego.exceptions import SpnegoError  # noqa: E402

SMTP, IMAP, POP3 = Protocol.SMTP, Protocol.IMAP, Protocol.POP3
PASSWORD = "Пароль é%+x9"
DOMAIN = Credential("CORP\\alice", PASSWORD)
PRINCIPAL = Credential("alice@corp.test", PASSWORD)
LINE = Channel(HOST, 465, ("NTLM",), Tls("TLSv1.3", "", (HOST,), "", "", ""), "smtp")


@pytest.fixture(autouse=True)
def accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the server its accounts."""
    path = tmp_path / "accounts"
    path.write_text(f"CORP:alice:{PASSWORD}\n:alice@corp.test:{PASSWORD}\n", encoding="utf-8")
    monkeypatch.setenv("NTLM_USER_FILE", str(path))
    monkeypatch.delenv("NETBIOS_COMPUTER_NAME", raising=False)


class NtlmPeer(Peer):
    """A server with NTLM alone, in the dialect of the protocol that it speaks."""

    def __init__(self, protocol: Protocol, *, prose: bool = False, binding: bytes | None = None) -> None:
        super().__init__([])
        self.protocol, self.prose, self.binding = protocol, prose, binding
        self.logins: list[str] = []

    async def _follow(self, script: Script, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await writer.start_tls(context())
        offer, said = {
            SMTP: (b"220 hi\r\n", b"250-x\r\n250 AUTH NTLM\r\n"),
            IMAP: (b"* OK hi\r\n", b"* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=NTLM SASL-IR\r\na1 OK\r\n"),
            POP3: (b"+OK hi\r\n", b"+OK\r\nSASL NTLM\r\nUIDL\r\n.\r\n"),
        }[self.protocol]
        writer.write(offer)
        await self._line(reader)
        writer.write(said)
        words = (await self._line(reader)).split()
        ahead, done, no = {
            SMTP: (b"334 ", b"235 ok\r\n", b"535 5.7.3 Authentication unsuccessful\r\n"),
            IMAP: (b"+ ", b"a2 OK in\r\n", b"a2 NO AUTHENTICATE failed.\r\n"),
            POP3: (b"+ ", b"+OK in\r\n", b"-ERR Logon failure: unknown user name or bad password.\r\n"),
        }[self.protocol]
        assert "NTLM" in words[:3]
        if words[-1] == "NTLM":
            prose = {SMTP: b"334 ntlm supported\r\n", IMAP: b"+\r\n", POP3: b"+OK\r\n"}[self.protocol]
            writer.write(prose if self.prose else ahead.rstrip() + b" \r\n")
            words = [await self._line(reader)]
        bindings = GssChannelBindings(application_data=self.binding) if self.binding else None
        server = spnego.server(
            protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm, channel_bindings=bindings, service="smtp"
        )
        challenge = server.step(base64.b64decode(words[-1]))
        writer.write(ahead + base64.b64encode(challenge) + b"\r\n")
        try:
            server.step(base64.b64decode(await self._line(reader)))
        except SpnegoError as refused:
            self.logins.append(f"refused: {refused.message}")
            writer.write(no)
        else:
            self.logins.append(server.client_principal)
            writer.write(done)
        if self.protocol is POP3:
            while (await self._line(reader)) == "STAT":
                writer.write(b"+OK 0 0\r\n")
        await super()._follow([Act.WAIT], reader, writer)

    async def _line(self, reader: asyncio.StreamReader) -> str:
        line = await reader.readline()
        self.encrypted += line
        return line.decode().strip()


async def signed_in(tmp_path: Path, peer: NtlmPeer, who: Credential = DOMAIN) -> Evidence:
    async with peer:
        heard, kept, end = Heard(), list[Conversation](), peer.endpoint(peer.protocol, Security.TLS)
        chosen = draft(end, None, username="") if peer.protocol.incoming else draft(None, end, username="")
        await verify(chosen, who, net(tmp_path), heard, Until.SIGN_IN, keep=kept.append)
        assert not any(who.secret in str(fact) for fact in (*heard, *kept))
        assert who.secret.encode() not in peer.encrypted
        shown = [said.text for one in kept for said in one.said]
        assert not any("TlRM" in text for text in shown), shown
        return heard.last()


@pytest.mark.parametrize("protocol", [SMTP, IMAP, POP3])
@pytest.mark.parametrize("who", [DOMAIN, PRINCIPAL], ids=["domain", "principal"])
async def test_the_right_password_signs_in_by_either_form_of_the_name(
    protocol: Protocol, who: Credential, tmp_path: Path
) -> None:
    peer = NtlmPeer(protocol)
    last = await signed_in(tmp_path, peer, who)
    assert (last.outcome, last.fact("mechanism"), last.fact("secret")) == (Outcome.OK, "NTLM", "sent"), last
    assert peer.logins == [who.username]


@pytest.mark.parametrize(("protocol", "code"), [(SMTP, "smtp.535"), (IMAP, "imap.no"), (POP3, "pop3.err")])
async def test_a_wrong_password_is_refused_once(protocol: Protocol, code: str, tmp_path: Path) -> None:
    peer = NtlmPeer(protocol)
    last = await signed_in(tmp_path, peer, Credential("CORP\\alice", "wrong"))
    assert (last.outcome, last.code) == (Outcome.FAIL, code)
    assert len(peer.logins) == 1 and peer.logins[0].startswith("refused")


@pytest.mark.parametrize("protocol", [SMTP, POP3])
async def test_servers_go_ahead_in_prose(protocol: Protocol, tmp_path: Path) -> None:
    assert (await signed_in(tmp_path, NtlmPeer(protocol, prose=True))).outcome is Outcome.OK


@pytest.mark.parametrize(("protocol", "code"), [(SMTP, "smtp.504"), (POP3, "pop3.err")])
async def test_a_server_that_takes_its_offer_back_is_heard(protocol: Protocol, code: str, tmp_path: Path) -> None:
    scripts: dict[Protocol, Script] = {
        SMTP: [
            *(Act.TLS, b"220 hi\r\n", "EHLO", b"250-x\r\n250 AUTH NTLM\r\n"),
            *("AUTH NTLM\r\n", b"504 5.7.4 no\r\n", Act.WAIT),
        ],
        POP3: [
            *(Act.TLS, b"+OK hi\r\n", "CAPA", b"+OK\r\nSASL NTLM\r\n.\r\n"),
            *("AUTH NTLM\r\n", b"-ERR no\r\n", Act.WAIT),
        ],
    }
    async with Peer(scripts[protocol]) as peer:
        heard, end = Heard(), peer.endpoint(protocol, Security.TLS)
        chosen = draft(end, None, username="") if protocol.incoming else draft(None, end, username="")
        await verify(chosen, DOMAIN, net(tmp_path), heard, Until.SIGN_IN)
    assert (heard.last().code, heard.last().fact("secret")) == (code, ""), "nothing that depends on it had left"


async def test_the_sign_in_is_bound_to_the_servers_certificate(tmp_path: Path) -> None:
    peer, heard = NtlmPeer(SMTP, binding=b"tls-server-end-point:" + b"x" * 32), Heard()
    async with peer:
        await verify(
            draft(None, peer.endpoint(SMTP, Security.TLS), username=""), DOMAIN, net(tmp_path), heard, Until.SIGN_IN
        )
    assert (heard.last().outcome, heard.last().code) == (Outcome.FAIL, "smtp.535")
    assert "bindings do not match" in peer.logins[0]
    fingerprint = next(fact.fact("fingerprint") for fact in heard if fact.fact("fingerprint"))
    right = NtlmPeer(SMTP, binding=b"tls-server-end-point:" + bytes.fromhex(fingerprint))
    assert (await signed_in(tmp_path, right)).outcome is Outcome.OK


async def test_nothing_is_told_about_this_machine(tmp_path: Path) -> None:
    peer = NtlmPeer(SMTP)
    await signed_in(tmp_path, peer)
    told = Authenticate.unpack(base64.b64decode(peer.encrypted.splitlines()[3]))
    assert (told.domain_name, told.user_name, told.workstation) == ("CORP", "alice", None)
    assert "NETBIOS_COMPUTER_NAME" not in os.environ, "what the process has is left as it was"


def test_an_old_ntlm_is_never_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LM_COMPAT_LEVEL", "0")
    with pytest.raises(Failure, match="LM_COMPAT_LEVEL"):
        next(ntlm.converse(DOMAIN, LINE))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=120), st.integers(0, 200), st.integers(0, 255))
def test_a_challenge_that_makes_no_sense_is_garbled(noise: bytes, at: int, byte: int) -> None:
    server = spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
    talk = ntlm.converse(DOMAIN, LINE)
    challenge = bytearray(server.step(next(talk)))
    challenge[at % len(challenge)] = byte
    for wrong in (noise, bytes(challenge)):
        talk = ntlm.converse(DOMAIN, LINE)
        next(talk)
        try:
            assert isinstance(talk.send(wrong), bytes)
        except Failure as failure:
            assert failure.code == "reply.garbled"


ORDER = Order(Endpoint(SMTP, HOST, 465, Security.TLS), Until.SIGN_IN, DOMAIN)


def test_without_the_extra_the_sentence_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spnego", None)
    assert choose(LINE, ORDER) is None
    wrong = nothing_in_common(LINE, ORDER)
    assert wrong.code == "sign-in.no-mechanism"
    assert wrong.detail == 'it offers only: NTLM; NTLM needs what this brings: pip install "mailwizard-tui[negotiate]"'


def test_the_extra_is_not_loaded_where_something_else_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(negotiate, "ntlm", lambda *given: pytest.fail("it was loaded"))
    chosen = choose(Channel(HOST, 465, ("NTLM", "LOGIN"), LINE.tls), ORDER)
    assert chosen is not None and chosen.NAME == "LOGIN"


async def test_without_a_ticket_nothing_is_sent_and_one_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KRB5CCNAME", f"FILE:{tmp_path}/none")
    script: Script = [Act.TLS, b"220 hi\r\n", "EHLO", b"250-x\r\n250 AUTH GSSAPI PLAIN\r\n", Act.WAIT]
    async with Peer(script) as peer:
        heard, end = Heard(), peer.endpoint(SMTP, Security.TLS)
        await verify(draft(None, end), DOMAIN, net(tmp_path), heard, Until.SIGN_IN, mechanism="GSSAPI")
        assert not any(line.startswith("AUTH") for line in peer.heard)
    assert (heard.last().code, heard.last().fact("secret")) == ("sign-in.no-mechanism", "")
    assert "ticket" in heard.last().detail or "mailwizard-tui[kerberos]" in heard.last().detail
    assert gssapi.KINDS and "\n" not in heard.last().detail

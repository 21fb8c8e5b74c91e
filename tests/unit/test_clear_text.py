"""A secret leaves on an unencrypted line only where a person consented to that very place, and never unseen."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.scripted import ALICE, HOST, Act, Heard, Peer, Script, draft, net

from mailwizard.checks import verify
from mailwizard.checks.transcript import Conversation
from mailwizard.diagnosis import diagnose
from mailwizard.model import Endpoint, Outcome, Protocol, Security, Step, Until

IMAP: Script = [
    b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=LOGIN SASL-IR] hi\r\n",
    *("a1 AUTHENTICATE PLAIN ", b"a1 OK in\r\n", Act.WAIT),
]
SMTP: Script = [
    *(b"220 hi\r\n", "EHLO", b"250-x\r\n250 AUTH LOGIN PLAIN\r\n", "AUTH PLAIN "),
    *(b"235 2.7.0 in\r\n", Act.WAIT),
]
POP3: Script = [
    *(b"+OK hi\r\n", "CAPA", b"+OK\r\nUSER\r\nUIDL\r\n.\r\n", "USER ", b"+OK\r\n"),
    *("PASS ", b"+OK in\r\n", "STAT", b"+OK 0 0\r\n", Act.WAIT),
]
REFUSING: Script = [*SMTP[:4], b"535 5.7.8 no\r\n", Act.WAIT]


class Exposed(Peer):
    """A server without TLS that a person has consented to."""

    async def __aexit__(self, kind: object, value: object, trace: object) -> None:
        heard, self.clear = self.clear, b""
        await super().__aexit__(None, None, None)
        self.clear = heard


@pytest.mark.parametrize(("protocol", "script"), [(Protocol.IMAP, IMAP), (Protocol.SMTP, SMTP), (Protocol.POP3, POP3)])
async def test_with_consent_the_secret_leaves_and_that_is_a_warning(
    protocol: Protocol, script: Script, tmp_path: Path
) -> None:
    kept: list[Conversation] = []
    async with Exposed(script) as peer:
        end, heard = peer.endpoint(protocol, Security.NONE), Heard()
        chosen = draft(end, None) if protocol.incoming else draft(None, end)
        places = {end.place}
        await verify(chosen, ALICE, net(tmp_path), heard, Until.SIGN_IN, clear_text=places, keep=kept.append)
    last = heard.last()
    assert (last.step, last.outcome, last.code) == (Step.SIGN_IN, Outcome.WARN, "secret.cleartext"), last
    assert (last.fact("clear-text"), last.fact("secret")) == ("consented", "sent")
    assert "not encrypted" in last.detail
    assert not any(ALICE.secret in str(fact) for fact in (*heard, *kept))
    (diagnosis,) = diagnose(heard)
    assert diagnosis.cause == "starttls_required"


@pytest.mark.parametrize("consent", [(), (HOST,), (f"{HOST}:1",), ("other.test:{port}",), ("",)])
async def test_without_consent_to_this_very_place_nothing_leaves(consent: tuple[str, ...], tmp_path: Path) -> None:
    async with Peer([*SMTP[:3], Act.WAIT]) as peer:
        end, heard = peer.endpoint(Protocol.SMTP, Security.NONE), Heard()
        places = [place.format(port=end.port) for place in consent]
        await verify(draft(None, end), ALICE, net(tmp_path), heard, Until.SIGN_IN, clear_text=places)
    assert (heard.last().outcome, heard.last().code) == (Outcome.FAIL, "secret.cleartext")
    assert heard.last().fact("secret") == ""


async def test_consent_to_one_place_says_nothing_about_the_other(tmp_path: Path) -> None:
    async with Exposed(IMAP) as imap, Peer([*SMTP[:3], Act.WAIT]) as smtp:
        incoming = imap.endpoint(Protocol.IMAP, Security.NONE)
        outgoing = smtp.endpoint(Protocol.SMTP, Security.NONE)
        heard, places = Heard(), [incoming.place]
        await verify(draft(incoming, outgoing), ALICE, net(tmp_path), heard, Until.SIGN_IN, clear_text=places)
    assert heard.last(Protocol.IMAP).code == heard.last(Protocol.SMTP).code == "secret.cleartext"
    assert heard.last(Protocol.IMAP).outcome is Outcome.WARN
    assert heard.last(Protocol.SMTP).outcome is Outcome.FAIL


async def test_consent_never_stands_in_for_a_starttls_that_is_missing(tmp_path: Path) -> None:
    async with Peer([*SMTP[:3], Act.WAIT]) as peer:
        end, heard = peer.endpoint(Protocol.SMTP, Security.STARTTLS), Heard()
        await verify(draft(None, end), ALICE, net(tmp_path), heard, Until.SIGN_IN, clear_text=[end.place])
    assert heard.last().code == "starttls.not-offered"


async def test_a_refusal_in_clear_is_a_refusal_and_still_shows_the_consent(tmp_path: Path) -> None:
    async with Exposed(REFUSING) as peer:
        end, heard = peer.endpoint(Protocol.SMTP, Security.NONE), Heard()
        await verify(draft(None, end), ALICE, net(tmp_path), heard, Until.SIGN_IN, clear_text=[end.place])
    last = heard.last()
    assert (last.outcome, last.code) == (Outcome.FAIL, "smtp.535")
    assert (last.fact("clear-text"), last.fact("secret")) == ("consented", "sent")


async def test_in_clear_the_strongest_goes_first_too(tmp_path: Path) -> None:
    script: Script = [
        *(b"220 hi\r\n", "EHLO", b"250-x\r\n250 AUTH LOGIN PLAIN CRAM-MD5\r\n", "AUTH CRAM-MD5", b"334 PDE+\r\n"),
        *("", b"235 in\r\n", Act.WAIT),
    ]
    async with Exposed(script) as peer:
        end, heard = peer.endpoint(Protocol.SMTP, Security.NONE), Heard()
        await verify(draft(None, end), ALICE, net(tmp_path), heard, Until.SIGN_IN, clear_text=[end.place])
    assert (heard.last().outcome, heard.last().fact("mechanism")) == (Outcome.WARN, "CRAM-MD5")


def test_a_place_is_host_and_port() -> None:
    assert Endpoint.parse(Protocol.SMTP, "mail.test:25/none").place == "mail.test:25"


FIRST_ENCRYPT: dict[Protocol, Script] = {
    Protocol.IMAP: [b"* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED AUTH=GSSAPI AUTH=X-OWN] hi\r\n", Act.WAIT],
    Protocol.SMTP: [b"220 hi\r\n", "EHLO", b"250-x\r\n250-STARTTLS\r\n250 AUTH X-OWN\r\n", Act.WAIT],
    Protocol.POP3: [b"+OK hi\r\n", "CAPA", b"+OK\r\nSTLS\r\nSASL X-OWN\r\nUIDL\r\n.\r\n", Act.WAIT],
}


@pytest.mark.parametrize("protocol", FIRST_ENCRYPT)
async def test_a_server_that_would_encrypt_wants_that_before_anything_else(protocol: Protocol, tmp_path: Path) -> None:
    async with Peer(FIRST_ENCRYPT[protocol]) as peer:
        end, heard = peer.endpoint(protocol, Security.NONE), Heard()
        chosen = draft(end, None) if protocol.incoming else draft(None, end)
        await verify(chosen, ALICE, net(tmp_path), heard, Until.SIGN_IN, clear_text={end.place})
    assert (heard.last().step, heard.last().code) == (Step.SIGN_IN, "sign-in.not-offered")
    assert diagnose(heard)[0].cause == "starttls_required"

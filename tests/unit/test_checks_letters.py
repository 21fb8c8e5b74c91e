"""Names and passwords of any script: prepared where a mechanism asks for it, sent as they are where it does not."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from tests.unit.counting import Counting
from tests.unit.scripted import Heard, draft, net

from mailwizard.checks import scram, verify
from mailwizard.checks.channel import Channel
from mailwizard.checks.mechanisms import apop, cram_md5, external, login, ntlm, oauthbearer, plain, user, xoauth2
from mailwizard.diagnosis import diagnose
from mailwizard.model import AuthKind, Credential, Failure, Outcome, Protocol, Security, Until

LINE = Channel("mail.test", 465)
WHO = Credential("ålice@büro.test", "pa\u00adß\u2168 пароль")
PREPARED = [("I\u00adX", "IX"), ("user", "user"), ("USER", "USER"), ("\u00aa", "a"), ("\u2168", "IX")]
"""RFC 4013 section 3, those that can be prepared."""
FORBIDDEN = ["\u0007", "\u06271"]
"""RFC 4013 section 3, those that cannot."""


@pytest.mark.parametrize(("typed", "prepared"), PREPARED)
def test_scram_prepares_a_name_as_rfc_4013_shows(typed: str, prepared: str) -> None:
    talk = scram.converse("SCRAM-SHA-256", Credential(typed, "pencil"), LINE, nonce="abc")
    assert next(talk) == f"n,,n={prepared},r=abc".encode()


@pytest.mark.parametrize(("typed", "prepared"), PREPARED)
def test_scram_prepares_a_secret_as_rfc_4013_shows(typed: str, prepared: str) -> None:
    said = []
    for secret in (typed, prepared):
        talk = scram.converse("SCRAM-SHA-256", Credential("user", secret), LINE, nonce="abc")
        next(talk)
        said.append(talk.send(b"r=abcdef,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"))
    assert said[0] == said[1]


@pytest.mark.parametrize("typed", FORBIDDEN)
def test_what_cannot_be_prepared_is_no_matter_for_scram(typed: str) -> None:
    for who in (Credential("user", typed), Credential(typed, "pencil")):
        with pytest.raises(Failure, match=r"sign-in\.no-mechanism"):
            next(scram.converse("SCRAM-SHA-256", who, LINE))


def test_the_other_mechanisms_send_utf_8_as_it_is() -> None:
    name, secret = WHO.username.encode(), WHO.secret.encode()
    assert next(plain.converse(WHO, LINE)) == b"\0" + name + b"\0" + secret
    for module in (login, user):
        talk: Any = module.converse(WHO, LINE)
        said = [next(talk), talk.send(b""), *([talk.send(b"")] if module is login else [])]
        assert [word for word in said if word] == [name, secret]
    for digest in (cram_md5, apop):
        talk = digest.converse(WHO, LINE)
        next(talk)
        assert talk.send(b"<1@x>").startswith(name + b" ")
    token = Credential("ålice,=@büro.test", "ya29", AuthKind.OAUTH2)
    assert next(xoauth2.converse(token, LINE)).startswith("user=ålice,=@büro.test\1".encode())
    assert next(oauthbearer.converse(token, LINE)).startswith("n,a=ålice=2C=3D@büro.test,\1".encode())


def test_external_says_whom_to_act_for_as_rfc_4422_shows() -> None:
    assert list(external.converse(Credential("fred@example.com", ""), LINE)) == [b"fred@example.com"]


def test_ntlm_answers_as_its_specification_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """[MS-NLMP] sections 4.2.1 and 4.2.4: user ``User``, domain ``Domain``, password ``Password``."""
    pytest.importorskip("spnego")
    from spnego._ntlm_raw.messages import Authenticate, AvId, Challenge, NegotiateFlags, TargetInfo

    monkeypatch.setattr("spnego._ntlm.os.urandom", lambda size: b"\xaa" * size)
    info = TargetInfo()
    info[AvId.nb_domain_name], info[AvId.nb_computer_name] = "Domain", "Server"
    flags = (
        NegotiateFlags.unicode | NegotiateFlags.ntlm | NegotiateFlags.target_info
        | NegotiateFlags.extended_session_security | NegotiateFlags.request_target | NegotiateFlags.target_type_server
    )  # fmt: skip
    challenge = Challenge(flags, bytes.fromhex("0123456789abcdef"), target_name="Server", target_info=info)
    talk = ntlm.converse(Credential("Domain\\User", "Password"), Channel("mail.test", 465, service="smtp"))
    assert next(talk).startswith(b"NTLMSSP\0\1\0\0\0")
    answer = Authenticate.unpack(talk.send(challenge.pack()))
    assert (answer.domain_name, answer.user_name) == ("Domain", "User")
    assert answer.lm_challenge_response == bytes.fromhex("86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa")
    assert answer.nt_challenge_response is not None and len(answer.nt_challenge_response) > 24, "NTLMv2, not v1"


OFFERS = {Protocol.SMTP: ("AUTH PLAIN",), Protocol.IMAP: ("AUTH=PLAIN", "SASL-IR"), Protocol.POP3: ("USER",)}


@pytest.mark.parametrize("protocol", OFFERS)
@pytest.mark.parametrize(
    ("who", "hinted"),
    [
        (Credential("alice", "wrong"), False),
        (Credential("alice", "prüfung"), True),
        (Credential("ålice", "wrong"), True),
    ],
)
async def test_a_refused_secret_with_other_letters_than_ascii_brings_a_hint(
    protocol: Protocol, who: Credential, hinted: bool, tmp_path: Path
) -> None:
    async with Counting(protocol, Security.TLS, OFFERS[protocol]) as server:
        end, heard = server.endpoint(protocol, Security.TLS), Heard()
        sides = (end, None) if protocol.incoming else (None, end)
        await verify(draft(*sides, username=who.username), who, net(tmp_path), heard, Until.SIGN_IN)
    last = heard.last()
    assert last.outcome is Outcome.FAIL
    assert last.fact("letters") == ("beyond-ascii" if hinted else "")
    causes = [diagnosis.cause for diagnosis in diagnose(heard)]
    assert "wrong_password" in causes
    assert ("credential_encoding" in causes) == hinted


async def test_imap_sends_them_in_base64_where_it_can_choose(tmp_path: Path) -> None:
    async with Counting(Protocol.IMAP, Security.TLS, ("AUTH=PLAIN",)) as server:
        end, heard = server.endpoint(Protocol.IMAP, Security.TLS), Heard()
        await verify(draft(end, None, username=""), WHO, net(tmp_path), heard, Until.SIGN_IN)
        assert base64.b64encode(f"\0{WHO.username}\0{WHO.secret}".encode()) in server.encrypted
    assert server.attempts == ["AUTHENTICATE"]

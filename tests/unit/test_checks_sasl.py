"""The mechanisms against the examples of their standards, and the driver's rules."""

from __future__ import annotations

import base64
from collections.abc import Generator
from dataclasses import replace
from typing import Any

import pytest

from mailwizard.checks.channel import Accepted, Channel
from mailwizard.checks.mechanisms import apop, cram_md5, external, login, oauthbearer, plain, user, xoauth2
from mailwizard.checks.order import Order, Turn
from mailwizard.checks.sasl import authenticate, choose, decoded, encoded, needs_secret, served
from mailwizard.model import AuthKind, Credential, Endpoint, Failure, Protocol, Security, Until
from mailwizard.net import Tls
from mailwizard.witness import Note

TIM = Credential("tim", "tanstaaftanstaaf")
LINE = Channel("mail.test", 465)
ORDER = Order(Endpoint(Protocol.SMTP, "mail.test", 465, Security.TLS), Until.SIGN_IN, TIM)


def said(talk: Generator[bytes, bytes, None], *challenges: bytes) -> list[bytes]:
    """Return what a mechanism says to a row of challenges."""
    return [next(talk), *(talk.send(challenge) for challenge in challenges)]


def test_plain_says_what_rfc_4616_shows() -> None:
    assert said(plain.converse(TIM, LINE)) == [b"\0tim\0tanstaaftanstaaf"]
    assert base64.b64encode(b"\0tim\0tanstaaftanstaaf") == b"AHRpbQB0YW5zdGFhZnRhbnN0YWFm", "as RFC 4959 sends it"


def test_cram_md5_says_what_rfc_2195_shows() -> None:
    challenge = base64.b64decode("PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+")
    answer = said(cram_md5.converse(TIM, LINE), challenge)[-1]
    assert base64.b64encode(answer) == b"dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"


def test_login_answers_two_questions_whatever_they_say() -> None:
    assert said(login.converse(TIM, LINE), b"Username:", b"Password:")[1:] == [b"tim", b"tanstaaftanstaaf"]
    assert said(login.converse(TIM, LINE), b"User Name\0", b"")[1:] == [b"tim", b"tanstaaftanstaaf"]


def test_apop_says_what_rfc_1939_shows() -> None:
    who = Credential("mrose", "tanstaaf")
    said_last = said(apop.converse(who, LINE), b"<1896.697170952@dbc.mtview.ca.us>")[-1]
    assert said_last == b"mrose c4c9334bac560ecc979e58001b3e22fb"


def test_oauthbearer_says_what_rfc_7628_shows() -> None:
    who = Credential("user@example.com", "vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==", AuthKind.OAUTH2)
    first = next(oauthbearer.converse(who, Channel("server.example.com", 143)))
    assert base64.b64encode(first) == (
        b"bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52"
        b"YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2c9PQEB"
    )
    odd = Credential("a=b,c@example.com", "x", AuthKind.OAUTH2)
    assert next(oauthbearer.converse(odd, LINE)).startswith(b"n,a=a=3Db=2Cc@example.com,\1")


def test_xoauth2_says_what_google_shows() -> None:
    who = Credential("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg", AuthKind.OAUTH2)
    assert base64.b64encode(next(xoauth2.converse(who, LINE))) == (
        b"dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0"
        b"Q2cBAQ=="
    )


@pytest.mark.parametrize(("mechanism", "answer"), [(xoauth2, b""), (oauthbearer, b"\1")])
async def test_the_reason_of_a_refused_token_is_heard_and_kept_with_the_refusal(mechanism: Any, answer: bytes) -> None:
    reason = b'{"status":"401","schemes":"bearer","scope":"https://mail.google.com/"}'
    who = Credential("tim", "ya29.token", AuthKind.OAUTH2)

    class Refusing(Carrier):
        async def respond(self, response: bytes, *, hidden: bool) -> bytes | None:
            await super().respond(response, hidden=hidden)
            raise Failure("smtp.535", "535 5.7.8 no", enhanced="5.7.8")

    carrier, turn = Refusing(reason, None), Turn()
    with pytest.raises(Failure) as failure:
        await authenticate(carrier, mechanism, who, LINE, turn, Note())
    assert carrier.sent[1:] == [answer]
    assert (failure.value.code, failure.value.enhanced) == ("smtp.535", "5.7.8")
    assert failure.value.detail == f"535 5.7.8 no · {reason.decode()}"
    assert turn.spent and not carrier.abandoned


@pytest.mark.parametrize("who", [TIM, Credential("tim", "")])
async def test_external_sends_a_name_and_no_secret(who: Credential) -> None:
    carrier, turn, note = Carrier(b"", None, takes_initial=False), Turn(), Note()
    await authenticate(carrier, external, who, LINE, turn, note)
    assert (carrier.sent, note.facts) == ([None, b"tim"], (("mechanism", "EXTERNAL"),))
    assert carrier.shown == [b"tim"]


def test_only_what_shows_no_secret_needs_none() -> None:
    assert [m.NAME for m in served() if not needs_secret(m.NAME.lower())] == ["GSSAPI", "EXTERNAL"]
    assert needs_secret("") and needs_secret("X-FOO")


def test_user_says_the_name_and_then_the_secret() -> None:
    assert said(user.converse(TIM, LINE), b"") == [b"tim", b"tanstaaftanstaaf"]


def test_letters_of_any_script_go_as_utf_8() -> None:
    who = Credential("ålice@büro.test", "пароль€")
    assert said(plain.converse(who, LINE)) == ["\0ålice@büro.test\0пароль€".encode()]
    assert said(login.converse(who, LINE), b"", b"")[1:] == [who.username.encode(), who.secret.encode()]
    assert said(cram_md5.converse(who, LINE), b"<x>")[-1].startswith("ålice@büro.test ".encode())


def test_what_proves_the_server_too_goes_first_and_the_old_digests_last() -> None:
    assert [mechanism.NAME for mechanism in served()] == [
        "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1", "XOAUTH2", "OAUTHBEARER",
        "PLAIN", "LOGIN", "USER", "CRAM-MD5", "APOP", "NTLM", "GSSAPI", "EXTERNAL",
    ]  # fmt: skip


ENCRYPTED = Tls("TLSv1.3", "", ("mail.test",), "", "", "")
OFFERS = [
    (("LOGIN", "PLAIN"), "PLAIN", "PLAIN"),
    (("login", "NTML"), "LOGIN", "LOGIN"),
    (("XOAUTH2", "PLAIN", "CRAM-MD5", "LOGIN"), "PLAIN", "CRAM-MD5"),
    (("CRAM-MD5", "DIGEST-MD5", "LOGIN"), "LOGIN", "CRAM-MD5"),
    (("CRAM-MD5", "DIGEST-MD5"), "CRAM-MD5", "CRAM-MD5"),
    (("APOP", "USER"), "USER", "APOP"),
    (("APOP",), "APOP", "APOP"),
    (("APOP", "CRAM-MD5"), "CRAM-MD5", "CRAM-MD5"),
    (("XOAUTH2", "GSSAPI"), "", ""),
    (("PLAIN", "SCRAM-SHA-1", "CRAM-MD5", "SCRAM-SHA-256"), "SCRAM-SHA-256", "SCRAM-SHA-256"),
    (("PLAIN", "SCRAM-SHA-256-PLUS"), "PLAIN", "PLAIN"),
    (("EXTERNAL",), "", ""),
    (("NTLM", "LOGIN", "GSSAPI"), "LOGIN", "NTLM"),
    (("GSSAPI",), "", ""),
    ((), "", ""),
]


@pytest.mark.parametrize(("offered", "encrypted", "clear"), OFFERS)
def test_tls_protects_the_secret_and_without_it_what_does_not_show_it_goes_first(
    offered: tuple[str, ...], encrypted: str, clear: str
) -> None:
    for tls, best in ((ENCRYPTED, encrypted), (None, clear)):
        chosen = choose(Channel.of(ORDER.endpoint, tls, offered), ORDER)
        assert (chosen.NAME if chosen else "") == best


def test_a_typed_secret_is_never_used_as_a_token() -> None:
    token = Order(ORDER.endpoint, Until.SIGN_IN, Credential("tim", "ya29", AuthKind.OAUTH2))
    assert choose(Channel("mail.test", 465, ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1")), token) is None
    for offers, best in ((("PLAIN", "OAUTHBEARER"), "OAUTHBEARER"), (("OAUTHBEARER", "XOAUTH2"), "XOAUTH2")):
        chosen = choose(Channel("mail.test", 465, offers), token)
        assert chosen is not None and best == chosen.NAME
    assert choose(Channel("mail.test", 465, ("OAUTHBEARER", "XOAUTH2")), ORDER) is None


def test_a_mechanism_without_a_secret_is_used_only_where_it_is_named() -> None:
    channel = Channel("mail.test", 465, ("EXTERNAL", "PLAIN"))
    named = replace(ORDER, mechanism="EXTERNAL")
    assert (choose(channel, named), choose(channel, ORDER)) == (external, plain)


def test_nothing_is_added_to_a_token_message_by_a_name() -> None:
    forged = replace(ORDER, credential=Credential("tim\1auth=Bearer x\1", "ya29", AuthKind.OAUTH2))
    assert choose(Channel("mail.test", 465, ("OAUTHBEARER", "XOAUTH2")), forged) is None


def test_base64_is_read_strictly() -> None:
    assert decoded(" aGk= ") == b"hi"
    assert (decoded(""), encoded(b"")) == (b"", b"")
    with pytest.raises(Failure) as failure:
        decoded("a*b=")
    assert failure.value.code == "reply.garbled"


class Carrier:
    """A protocol that answers with what it is given; ``None`` means signed in."""

    def __init__(self, *answers: bytes | None, takes_initial: bool = True) -> None:
        self._takes_initial = takes_initial
        self._answers = list(answers)
        self.sent: list[bytes | None] = []
        self.abandoned = False
        self.shown: list[bytes] = []

    def takes_initial(self, mechanism: str, initial: bytes) -> bool:
        return self._takes_initial

    async def begin(self, mechanism: str, initial: bytes | None) -> bytes | None:
        self.sent.append(initial)
        return self._answers.pop(0)

    async def respond(self, response: bytes, *, hidden: bool) -> bytes | None:
        self.shown += [] if hidden else [response]
        self.sent.append(response)
        return self._answers.pop(0)

    async def abandon(self) -> None:
        self.abandoned = True


async def test_the_first_response_waits_where_it_may_not_come_along() -> None:
    early, late = Carrier(None), Carrier(b"", None, takes_initial=False)
    for carrier in (early, late):
        turn, note = Turn(), Note()
        await authenticate(carrier, plain, TIM, LINE, turn, note)
        assert not turn.spent
        assert note.facts == (("mechanism", "PLAIN"), ("secret", "sent"))
    assert early.sent == [b"\0tim\0tanstaaftanstaaf"]
    assert late.sent == [None, b"\0tim\0tanstaaftanstaaf"]


async def test_only_a_user_name_is_written_down_and_not_even_that_where_it_is_the_secret_too() -> None:
    for who, shown in ((TIM, [b"tim"]), (Credential("tim", "tim"), [])):
        carrier = Carrier(b"", b"", None)
        await authenticate(carrier, login, who, LINE, Turn(), Note())
        assert carrier.shown == shown


async def test_a_server_that_takes_nobody_is_not_believed() -> None:
    turn = Turn()
    with pytest.raises(Failure, match=r"reply\.garbled"):
        await authenticate(Carrier(None), login, TIM, LINE, turn, Note())
    assert not turn.spent, "nothing had left"


async def test_a_server_that_asks_too_much_is_left() -> None:
    carrier, turn = Carrier(b"", b"", b"and?"), Turn()
    with pytest.raises(Failure, match=r"reply\.garbled"):
        await authenticate(carrier, login, TIM, LINE, turn, Note())
    assert carrier.abandoned
    assert turn.spent


async def test_a_mechanism_may_insist_that_the_server_proves_itself() -> None:
    class Mutual:
        NAME, STRENGTH, CLIENT_FIRST, SHOWS_SECRET = "MUTUAL", 99, True, False
        KINDS: tuple[AuthKind, ...] = (AuthKind.PASSWORD,)

        def converse(self, credential: Credential, channel: Channel) -> Generator[bytes, bytes, None]:
            try:
                proof = yield b"first"
            except Accepted:
                raise Failure("reply.garbled", "the server did not prove that it knows the secret") from None
            assert proof == b"proof"
            yield b""

    await authenticate(Carrier(b"proof", None), Mutual(), TIM, LINE, Turn(), Note())
    turn = Turn()
    with pytest.raises(Failure, match="did not prove"):
        await authenticate(Carrier(None), Mutual(), TIM, LINE, turn, Note())
    assert turn.spent, "a server that proves nothing has not taken the secret"


def test_a_turn_offers_once() -> None:
    turn = Turn()
    turn.offer(Note())
    with pytest.raises(Failure, match="again"):
        turn.offer(Note())


def test_an_order_without_a_credential_signs_nobody_in() -> None:
    order = Order(ORDER.endpoint, Until.SIGN_IN)
    assert not order.fits
    with pytest.raises(Failure, match="without a credential"):
        _ = order.proof

"""What a probe says to a well-behaved server: no more than is needed, in the server's own dialect."""

from __future__ import annotations

import base64
import hmac
from pathlib import Path

import pytest
from tests.unit.scripted import ALICE, SECRET, Act, Heard, Peer, Script, draft, net

from mailwizard.checks import verify
from mailwizard.model import Credential, Outcome, Protocol, Security, Step, Until

SMTP, IMAP, TLS, STARTTLS = Protocol.SMTP, Protocol.IMAP, Security.TLS, Security.STARTTLS
PLAIN = base64.b64encode(f"\0{ALICE.username}\0{SECRET}".encode()).decode()
BOB = Credential("bob", 'a "b" \\c')
"""A secret that a quoted string can hold."""
GREETED = (Act.TLS, b"220 mail.test ESMTP\r\n", "EHLO")


def capable(text: bytes) -> bytes:
    return b"* OK [CAPABILITY IMAP4rev1 " + text + b"] ready\r\n"


async def check(tmp_path: Path, peer: Peer, protocol: Protocol, security: Security, who: Credential = ALICE) -> Heard:
    heard = Heard()
    endpoint = peer.endpoint(protocol, security)
    sides = (endpoint, None) if protocol.incoming else (None, endpoint)
    await verify(draft(*sides, username=who.username), who, net(tmp_path), heard, Until.SIGN_IN)
    assert not peer.broken
    return heard


async def test_smtp_with_tls_takes_three_commands(tmp_path: Path) -> None:
    script: Script = [
        *GREETED,
        b"250-mail.test\r\n250-SIZE 35882577\r\n250 AUTH PLAIN LOGIN\r\n",
        "AUTH",
        b"235 2.7.0 ok\r\n",
        "QUIT",
    ]
    async with Peer(script) as peer:
        heard = await check(tmp_path, peer, SMTP, TLS)
        assert [step for step, _, _ in heard.ends()] == [
            "resolve",
            "connect",
            "encrypt",
            "greeting",
            "capabilities",
            "sign-in",
        ]
        assert heard.last().outcome is Outcome.OK
        assert heard.last().facts == (("mechanism", "PLAIN"), ("secret", "sent"))
    assert peer.heard == ["EHLO [127.0.0.1]", f"AUTH PLAIN {PLAIN}", "QUIT"]


async def test_smtp_with_starttls_asks_again_inside_tls(tmp_path: Path) -> None:
    script: Script = [
        b"220-mail.test\r\n220 ESMTP\r\n", "EHLO", b"250-mail.test\r\n250-AUTH LOGIN PLAIN\r\n250 STARTTLS\r\n",
        "STARTTLS", b"220 2.0.0 go\r\n", Act.TLS, "EHLO", b"250-mail.test\r\n250-AUTH=LOGIN\r\n250 AUTH LOGIN\r\n",
        "AUTH LOGIN", b"334 VXNlcm5hbWU6\r\n", "", b"334 UGFzc3dvcmQ6\r\n", "", b"235 ok\r\n", "QUIT",
    ]  # fmt: skip
    async with Peer(script) as peer:
        heard = await check(tmp_path, peer, SMTP, STARTTLS)
        assert heard.last().outcome is Outcome.OK, heard.ends()
        assert heard.last().fact("mechanism") == "LOGIN", "what was offered before TLS must not count"
    assert peer.clear == b"EHLO [127.0.0.1]\r\nSTARTTLS\r\n"
    coded = [base64.b64encode(text.encode()).decode() for text in (ALICE.username, SECRET)]
    assert peer.encrypted.decode().splitlines() == ["EHLO [127.0.0.1]", "AUTH LOGIN", *coded, "QUIT"]


async def test_an_old_dialect_of_auth_is_understood(tmp_path: Path) -> None:
    script: Script = [*GREETED, b"250-mail.test\r\n250 AUTH=PLAIN\r\n", "AUTH PLAIN", b"235 ok\r\n", "QUIT"]
    async with Peer(script) as peer:
        heard = await check(tmp_path, peer, SMTP, TLS)
        assert heard.last().outcome is Outcome.OK


async def test_a_reply_over_several_lines_keeps_its_text_and_status_code(tmp_path: Path) -> None:
    refusal = (
        b"535-5.7.8 Username and Password not accepted. For more information, go to\r\n535 5.7.8 https://x.test\r\n"
    )
    async with Peer([*GREETED, b"250-x\r\n250 AUTH PLAIN\r\n", "AUTH", refusal]) as peer:
        last = (await check(tmp_path, peer, SMTP, TLS)).last()
    assert (last.code, last.enhanced) == ("smtp.535", "5.7.8")
    assert last.detail == "535 5.7.8 Username and Password not accepted. For more information, go to https://x.test"


async def test_a_status_code_of_another_class_is_no_status_code(tmp_path: Path) -> None:
    async with Peer([*GREETED, b"250-x\r\n250 AUTH PLAIN\r\n", "AUTH", b"535 2.1.0 odd\r\n"]) as peer:
        last = (await check(tmp_path, peer, SMTP, TLS)).last()
    assert (last.enhanced, last.detail) == ("", "535 2.1.0 odd")


async def test_over_tls_a_digest_that_servers_get_wrong_stands_back_and_nothing_else_follows_a_refusal(
    tmp_path: Path,
) -> None:
    offer = b"250-x\r\n250 AUTH CRAM-MD5 LOGIN PLAIN\r\n"
    async with Peer([*GREETED, offer, "AUTH PLAIN", b"535 5.7.8 no\r\n", Act.WAIT]) as peer:
        last = (await check(tmp_path, peer, SMTP, TLS)).last()
        assert (last.code, last.fact("mechanism")) == ("smtp.535", "PLAIN")
        assert peer.heard[1:] == [f"AUTH PLAIN {PLAIN}"]


async def test_a_digest_alone_is_used_and_nothing_follows_a_refusal(tmp_path: Path) -> None:
    challenge = b"<1896.697170952@postoffice.reston.mci.net>"
    script: Script = [
        *GREETED, b"250-x\r\n250 AUTH CRAM-MD5\r\n", "AUTH CRAM-MD5",
        b"334 " + base64.b64encode(challenge) + b"\r\n", "", b"535 5.7.8 no\r\n", Act.WAIT,
    ]  # fmt: skip
    async with Peer(script) as peer:
        last = (await check(tmp_path, peer, SMTP, TLS)).last()
        assert (last.code, last.fact("mechanism")) == ("smtp.535", "CRAM-MD5")
        digest = hmac.new(SECRET.encode(), challenge, "md5").hexdigest()
        said = base64.b64encode(f"{ALICE.username} {digest}".encode()).decode()
        assert peer.heard[1:] == ["AUTH CRAM-MD5", said]


async def test_imap_that_says_its_capabilities_is_not_asked_for_them(tmp_path: Path) -> None:
    script: Script = [Act.TLS, capable(b"SASL-IR AUTH=PLAIN"), "a1", b"a1 OK Logged in\r\n", "z LOGOUT"]
    async with Peer(script) as peer:
        heard = await check(tmp_path, peer, IMAP, TLS)
        assert heard.last().outcome is Outcome.OK, heard.ends()
    assert peer.heard == [f"a1 AUTHENTICATE PLAIN {PLAIN}", "z LOGOUT"]


async def test_imap_is_asked_where_it_does_not_say(tmp_path: Path) -> None:
    script: Script = [
        Act.TLS, b"* OK hi\r\n", "a1 CAPABILITY", b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\na1 OK\r\n",
        "a2 AUTHENTICATE PLAIN", b"a2 OK\r\n", "z LOGOUT",
    ]  # fmt: skip
    async with Peer(script) as peer:
        heard = await check(tmp_path, peer, IMAP, TLS)
        assert heard.last().outcome is Outcome.OK, heard.ends()


async def test_imap_with_starttls_believes_nothing_said_before_it(tmp_path: Path) -> None:
    script: Script = [
        b"* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR] hi\r\n", "a1 STARTTLS",
        b"* OK [ALERT] send your password to evil.test\r\na1 OK go\r\n", Act.TLS, "a2 CAPABILITY",
        b"* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=CRAM-MD5\r\n* OK [ALERT] Over quota\r\na2 OK\r\n",
        "a3 AUTHENTICATE CRAM-MD5",
        b"+ " + base64.b64encode(b"<1@x>") + b"\r\n", "", b"a3 OK\r\n", "z LOGOUT",
    ]  # fmt: skip
    async with Peer(script) as peer:
        heard = await check(tmp_path, peer, IMAP, STARTTLS)
        assert heard.last().outcome is Outcome.OK, heard.ends()
        assert [value for name, value in heard.last().facts if name == "alert"] == ["Over quota"]
        assert not any("evil.test" in str(fact) for fact in heard)
    assert peer.clear == b"a1 STARTTLS\r\n"


LOGINS: list[tuple[str, Credential, bytes, Script, list[str]]] = [
    (
        "the LOGIN command spares a round trip", BOB, b"AUTH=PLAIN",
        ["a1 LOGIN", b"a1 OK\r\n"],
        ['a1 LOGIN "bob" "a \\"b\\" \\\\c"'],
    ),
    (
        "letters beyond ASCII go by SASL where it is offered", ALICE, b"AUTH=PLAIN",
        ["a1 AUTHENTICATE PLAIN", b"+ \r\n", "", b"a1 OK\r\n"],
        ["a1 AUTHENTICATE PLAIN", PLAIN],
    ),
    (
        "letters beyond ASCII go as a literal where it is not", ALICE, b"",
        ["a1 LOGIN", b"+ go on\r\n", "", b"a1 OK\r\n"],
        ['a1 LOGIN "alice@mail.test" {12}', SECRET],
    ),
    (
        "a literal is not waited for where it need not be", ALICE, b"LITERAL+",
        ["a1 LOGIN", "", b"a1 OK\r\n"],
        ['a1 LOGIN "alice@mail.test" {12+}', SECRET],
    ),
    (
        "both may be literals", Credential("älice", "ö"), b"",
        ["a1 LOGIN", b"+\r\n", "", b"+\r\n", "", b"a1 OK\r\n"],
        ["a1 LOGIN {6}", "älice {2}", "ö"],
    ),
    (
        "an unknown mechanism is no obstacle to LOGIN", BOB, b"AUTH=XTOKEN SASL-IR",
        ["a1 LOGIN", b"a1 OK\r\n"],
        ['a1 LOGIN "bob" "a \\"b\\" \\\\c"'],
    ),
    (
        "LOGIN over SASL where LOGIN itself is off", BOB, b"LOGINDISABLED AUTH=LOGIN",
        ["a1 AUTHENTICATE LOGIN", b"+ VXNlcg==\r\n", "", b"+ UGFzcw==\r\n", "", b"a1 OK\r\n"],
        ["a1 AUTHENTICATE LOGIN", "Ym9i", base64.b64encode(BOB.secret.encode()).decode()],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("who", "offers", "script", "said"), [pytest.param(*r, id=name) for name, *r in LOGINS])
async def test_imap_signs_in_the_short_way(
    who: Credential, offers: bytes, script: Script, said: list[str], tmp_path: Path
) -> None:
    async with Peer([Act.TLS, capable(offers), *script, "z LOGOUT"]) as peer:
        heard = await check(tmp_path, peer, IMAP, TLS, who)
        assert (heard.last().step, heard.last().outcome) == (Step.SIGN_IN, Outcome.OK), heard.ends()
        assert not any(who.secret in fact.detail for fact in heard if len(who.secret) > 1)
    assert peer.heard == [*said, "z LOGOUT"]


async def test_a_literal_refused_leaves_the_secret_at_home(tmp_path: Path) -> None:
    async with Peer([Act.TLS, capable(b""), "a1 LOGIN", b"a1 NO [UNAVAILABLE] later\r\n", Act.WAIT]) as peer:
        last = (await check(tmp_path, peer, IMAP, TLS)).last()
        assert last.code == "imap.unavailable"
        assert SECRET.encode() not in peer.encrypted


async def test_all_that_a_refusal_says_is_kept(tmp_path: Path) -> None:
    refusal = (
        b"* NO [WEBALERT https://x.test/] Web login required.\r\na1 NO [ALERT] Please log in via your web browser\r\n"
    )
    async with Peer([Act.TLS, capable(b"SASL-IR AUTH=PLAIN"), "a1", refusal]) as peer:
        last = (await check(tmp_path, peer, IMAP, TLS)).last()
    assert last.code == "imap.alert"
    assert last.detail == (
        "NO [ALERT] Please log in via your web browser · NO [WEBALERT https://x.test/] Web login required."
    )
    assert last.fact("alert") == "Please log in via your web browser"


async def test_a_server_that_breaks_off_before_a_literal_has_not_taken_the_command(tmp_path: Path) -> None:
    async with Peer([Act.TLS, capable(b""), "a1 LOGIN", b"a1 OK sure\r\n", Act.WAIT]) as peer:
        last = (await check(tmp_path, peer, IMAP, TLS)).last()
        assert (last.outcome, last.code) == (Outcome.FAIL, "reply.garbled")
        assert SECRET.encode() not in peer.encrypted

"""The sandbox's SMTP servers, spoken to by hand."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest
from tests.unit.talking import Talk, b64, connect, greeted, plain, submission

from mailwizard.model import Failure, Security
from mailwizard.sandbox import World, manners, open_world
from mailwizard.sandbox.mailboxes import Verdict

HOST = "mail.practice.example"


async def sign_in(talk: Talk, user: str, secret: str) -> list[str]:
    """Sign in with LOGIN, which every server here takes."""
    assert await talk.smtp("AUTH LOGIN") == ["334 " + b64("Username:")]
    assert await talk.smtp(b64(user)) == ["334 " + b64("Password:")]
    return await talk.smtp(b64(secret), shown="<secret>")


@pytest.mark.parametrize("port", [465, 587])
async def test_a_message_goes_in_and_is_kept(port: int) -> None:
    async with open_world("all-well") as world:
        if port == 465:
            talk, greeting = await greeted(world, HOST, 465, Security.TLS)
            assert greeting.startswith(f"220 {HOST} ESMTP Postfix")
            await talk.smtp("EHLO client.example")
        else:
            talk = await submission(world, HOST)
        assert await sign_in(talk, world.address, world.password) == ["235 2.7.0 Authentication successful"]
        assert (await talk.smtp(f"MAIL FROM:<{world.address}> SIZE=20"))[0].startswith("250 ")
        assert (await talk.smtp(f"RCPT TO:<{world.address}>"))[0].startswith("250 ")
        assert (await talk.smtp("RCPT TO:<elsewhere@example.org>"))[0].startswith("250 ")
        assert (await talk.smtp("DATA"))[0].startswith("354 ")
        assert (await talk.smtp("Subject: hello\r\n\r\n..dot\r\n."))[0].startswith("250 2.0.0 ")
        assert (await talk.smtp("QUIT"))[0].startswith("221 ")
        await talk.line.close()
        (message,) = world.mailboxes.mailboxes[world.address].messages
        assert message.sender == world.address
        assert message.recipients == (world.address, "elsewhere@example.org")
        head, _, sent = message.content.partition(b"Subject: hello")
        assert head.startswith(b"Return-Path: <") and b"\r\nReceived: from " in head
        assert sent == b"\r\n\r\n.dot\r\n"
        assert b"hello" not in repr(message).encode()


async def test_nothing_to_sign_in_with_is_offered_before_tls() -> None:
    async with open_world("all-well") as world:
        talk = await connect(world, HOST, 587)
        await talk.hear()
        clear = await talk.smtp("EHLO client.example")
        assert "250-STARTTLS" in clear and not [line for line in clear if "AUTH" in line]
        assert (await talk.smtp("AUTH PLAIN " + plain("bob", "hunter-two")))[0].startswith("538 5.7.11 ")
        await talk.smtp("STARTTLS")
        await talk.line.encrypt(HOST)
        secure = await talk.smtp("EHLO client.example")
        assert "250-AUTH PLAIN LOGIN" in secure and not [line for line in secure if "STARTTLS" in line]
        assert world.logins == {}
        assert world.seen_in_clear("hunter-two") > 0
        await talk.line.close()


async def test_a_sender_must_have_signed_in_and_own_the_address() -> None:
    async with open_world("all-well") as world:
        talk = await submission(world, HOST)
        assert (await talk.smtp(f"MAIL FROM:<{world.address}>"))[0].startswith("530 5.7.0 ")
        await sign_in(talk, world.address, world.password)
        refused = await talk.smtp("MAIL FROM:<boss@practice.example>")
        assert refused == [
            f"553 5.7.1 <boss@practice.example>: Sender address rejected: not owned by user {world.address}"
        ]
        await talk.line.close()


WORDS = [
    (
        "smtp.gmail.com",
        "alice-practice@gmail.com",
        "My-Google-2026",
        "534-5.7.9 Application-specific password required.",
        "https://support.google.com/mail/?p=InvalidSecondFactor",
    ),
    (
        "smtp.gmail.com",
        "alice-practice@gmail.com",
        "no idea",
        "535-5.7.8 Username and Password not accepted.",
        "https://support.google.com/mail/?p=BadCredentials",
    ),
    (
        "smtp.office365.com",
        "adele@contoso.example",
        "no idea",
        "535 5.7.3 Authentication unsuccessful",
        "prod.outlook.com",
    ),
    (
        "smtp-mail.outlook.com",
        "alice-practice@outlook.com",
        "Quiet-Harbour-26",
        "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
        "prod.outlook.com",
    ),
    (HOST, "alice@practice.example", "no idea", "535 5.7.8 Error: authentication failed: (reason unavailable)", ""),
    (HOST, "nobody@practice.example", "no idea", "535 5.7.8 Error: authentication failed:", ""),
]


@pytest.mark.parametrize(("host", "user", "secret", "begins", "holds"), WORDS)
async def test_a_provider_refuses_in_its_own_words(host: str, user: str, secret: str, begins: str, holds: str) -> None:
    async with open_world("all-well") as world:
        talk = await submission(world, host)
        answer = await sign_in(talk, user, secret)
        assert answer[0].startswith(begins)
        assert holds in answer[-1]
        assert {line[:3] for line in answer} == {begins[:3]}
        (seen,) = world.sign_ins
        assert (seen.server, seen.user, seen.mechanism, seen.accepted) == (f"{host}:587", user, "LOGIN", False)
        assert world.logins == {f"{host}:587": 1}
        await talk.line.close()


@pytest.mark.parametrize("secret", ["abcd efgh ijkl mnop", "abcdefghijklmnop"])
async def test_google_takes_an_app_password_with_and_without_spaces(secret: str) -> None:
    async with open_world("gmail-app-password") as world:
        talk = await submission(world, "smtp.gmail.com")
        answer = await talk.smtp("AUTH PLAIN " + plain(world.address, secret), shown="<secret>")
        assert answer == ["235 2.7.0 Accepted"]
        assert (await talk.smtp("MAIL FROM:<alias@workshop.example>"))[0].startswith("250 ")
        await talk.line.close()


async def test_microsoft_takes_the_password_once_the_admin_has_done_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manners, "now", lambda: datetime(2026, 11, 21, 10, 15, tzinfo=UTC))
    async with open_world("microsoft_smtp_auth_off") as world:
        talk = await submission(world, "smtp.office365.com")
        refused = await sign_in(talk, world.address, world.password)
        assert refused == [
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. "
            "Visit https://aka.ms/smtp_auth_disabled for more information. "
            "[AM0PR04CA0012.eurprd04.prod.outlook.com 2026-11-21T10:15:00.000Z 08DE28C41B3F5A17]"
        ]
        (switch,) = world.switches
        assert "SMTP AUTH" in switch.label
        before = switch.flipped
        await switch.flip()
        await switch.flip()
        assert (before, switch.flipped) == (False, True)
        assert (await sign_in(talk, world.address, world.password))[0].startswith("235 ")
        assert [seen.verdict for seen in world.sign_ins] == [Verdict.SWITCHED_OFF, Verdict.WELCOME]
        await talk.line.close()


async def test_a_mechanism_that_is_not_offered_is_refused() -> None:
    async with open_world("all-well") as world:
        talk = await submission(world, "smtp.office365.com")
        assert (await talk.smtp("AUTH PLAIN"))[0].startswith("504 ")
        assert world.logins == {}
        await talk.line.close()


async def test_a_token_that_nobody_gave_out_is_refused() -> None:
    token = "user=alice-practice@gmail.com\x01auth=Bearer ya29.made-up\x01\x01"
    async with open_world("all-well") as world:
        talk = await submission(world, "smtp.gmail.com")
        assert (await talk.smtp("AUTH XOAUTH2 " + b64(token), shown="<token>"))[0].startswith("535-5.7.8 ")
        assert (await talk.smtp("AUTH XOAUTH2")) == ["334 "]
        assert (await talk.smtp(b64(token), shown="<token>"))[0].startswith("535-5.7.8 ")
        assert (await talk.smtp("AUTH XOAUTH2 !!!"))[0].startswith("501 ")
        assert (await talk.smtp("AUTH XOAUTH2")) == ["334 "]
        assert (await talk.smtp("*"))[0].startswith("501 ")
        assert [(seen.user, seen.mechanism) for seen in world.sign_ins] == [("alice-practice@gmail.com", "XOAUTH2")] * 2
        assert "ya29" not in repr(world.sign_ins)
        await talk.line.close()


@pytest.mark.parametrize("line", ["\xff\xfe", "AUTH PLAIN !!!", "AUTH PLAIN " + b64("no parts"), "NONSENSE", "AUTH"])
async def test_nonsense_is_answered_with_a_refusal(line: str) -> None:
    async with open_world("all-well") as world:
        talk = await submission(world, HOST)
        assert (await talk.smtp(line))[0].startswith("50")
        assert (await talk.smtp("NOOP"))[0].startswith("250 ")
        await talk.line.close()


async def test_a_long_token_fits_into_one_line() -> None:
    async with open_world("all-well") as world:
        talk = await submission(world, "smtp.gmail.com")
        token = "user=alice-practice@gmail.com\x01auth=Bearer " + "x" * 4000 + "\x01\x01"
        assert (await talk.smtp("AUTH XOAUTH2 " + b64(token), shown="<token>"))[0].startswith("535-5.7.8 ")
        await talk.line.close()


async def test_a_server_says_nothing_on_the_persons_screen(capfd: pytest.CaptureFixture[str]) -> None:
    async with open_world("all-well") as world:
        await _go_wrong(world)
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


async def _go_wrong(world: World) -> None:
    """Sign in, which aiosmtpd warns of, then hang up in the middle of everything."""
    talk = await submission(world, HOST)
    await sign_in(talk, world.address, world.password)
    await talk.line.close()
    talk = await connect(world, HOST, 587)
    await talk.hear()
    with pytest.raises(Failure):
        await talk.line.encrypt(HOST)
    talk = await connect(world, HOST, 587)
    await talk.hear()
    await talk.smtp("EHLO client.example")
    await talk.smtp("STARTTLS")
    with pytest.raises(Failure) as failed:
        await talk.line.encrypt("other.example")
    assert failed.value.code == "tls.hostname"
    logging.getLogger("mail.log").warning("this goes nowhere")

"""The sandbox's IMAP server, spoken to by hand."""

from __future__ import annotations

import pytest
from tests.unit.talking import Talk, b64, connect, greeted, plain

from mailwizard.model import Failure, Security
from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.mailboxes import Message

HOST = "mail.practice.example"
GMAIL, OFFICE = "imap.gmail.com", "outlook.office365.com"


async def encrypted(world: World, host: str) -> Talk:
    """Return a conversation on port 993 after the greeting."""
    talk, _ = await greeted(world, host, 993, Security.TLS)
    return talk


async def test_the_greeting_carries_what_is_offered() -> None:
    async with open_world("all-well") as world:
        talk, greeting = await greeted(world, HOST, 993, Security.TLS)
        assert greeting.startswith("* OK [CAPABILITY IMAP4rev1 SASL-IR ")
        assert greeting.endswith("AUTH=PLAIN AUTH=LOGIN] Dovecot (Debian) ready.")
        await talk.line.close()
        talk, greeting = await greeted(world, GMAIL, 993, Security.TLS)
        assert greeting.startswith("* OK Gimap ready for requests from ")
        offered, ended = await talk.imap("a CAPABILITY")
        assert "AUTH=XOAUTH2" in offered and "AUTH=PLAIN" in offered and ended.startswith("a OK ")
        await talk.line.close()


async def test_nothing_to_sign_in_with_is_offered_before_tls() -> None:
    async with open_world("all-well") as world:
        talk, greeting = await greeted(world, HOST, 143, Security.STARTTLS)
        assert " STARTTLS LOGINDISABLED]" in greeting and "AUTH=" not in greeting
        assert (await talk.imap("a LOGIN alice hunter-two"))[-1].startswith("a NO [PRIVACYREQUIRED] ")
        assert world.logins == {f"{HOST}:143": 1}
        assert world.seen_in_clear("hunter-two") == len("hunter-two") == world.seen_secrets_in_clear
        assert (await talk.imap("b STARTTLS"))[-1].startswith("b OK ")
        await talk.line.encrypt(HOST)
        offered, _ = await talk.imap("c CAPABILITY")
        assert "LOGINDISABLED" not in offered and "STARTTLS" not in offered and "AUTH=PLAIN" in offered
        assert (await talk.imap("d STARTTLS"))[-1].startswith("d BAD ")
        await talk.line.close()


async def test_what_is_sent_ahead_of_tls_is_thrown_away() -> None:
    async with open_world("all-well") as world:
        talk = await connect(world, HOST, 143)
        await talk.hear()
        assert (await talk.imap("a STARTTLS\r\nx NOOP"))[-1].startswith("a OK ")
        await talk.line.encrypt(HOST)
        assert await talk.imap("b NOOP") == ["b OK NOOP completed."]
        await talk.line.close()


LOGINS = [
    'a LOGIN alice@practice.example "{0}"',
    'a LOGIN "alice@practice.example" {0}',
    "a login {{22}}\r\nalice@practice.example {{21}}\r\n{0}",
    "a LOGIN {{22+}}\r\nalice@practice.example {{21+}}\r\n{0}",
    "a AUTHENTICATE PLAIN {1}",
    "a AUTHENTICATE PLAIN\r\n{1}",
    "a AUTHENTICATE LOGIN\r\n{2}\r\n{3}",
    "a AUTHENTICATE LOGIN {2}\r\n{3}",
]


@pytest.mark.parametrize("command", LOGINS)
async def test_a_right_password_opens_the_inbox(command: str) -> None:
    async with open_world("all-well") as world:
        talk = await encrypted(world, HOST)
        forms = (
            world.password,
            plain(world.address, world.password),
            b64(world.address),
            b64(world.password),
        )
        answer = await talk.imap(command.format(*forms), shown="<secret>")
        while answer[-1].startswith("+"):
            answer.append(await talk.hear())
        assert answer[-1].startswith("a OK [CAPABILITY ") and answer[-1].endswith("] Logged in")
        opened = await talk.imap("b EXAMINE INBOX")
        assert "* 0 EXISTS" in opened and opened[-1] == "b OK [READ-ONLY] EXAMINE completed."
        assert world.logins == {f"{HOST}:993": 1} and world.sign_ins[0].accepted
        assert world.seen_secrets_in_clear == 0
        await talk.line.close()


WORDS = [
    (HOST, "alice@practice.example", "no", "a NO [AUTHENTICATIONFAILED] Authentication failed.", None),
    (GMAIL, "alice-practice@gmail.com", "no", "a NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", None),
    (
        GMAIL,
        "alice-practice@gmail.com",
        "My-Google-2026",
        "a NO [ALERT] Application-specific password required: "
        "https://support.google.com/accounts/answer/185833 (Failure)",
        None,
    ),
    (OFFICE, "adele@contoso.example", "Quiet-Harbour-26", "a NO LOGIN failed.", "a NO AUTHENTICATE failed."),
    (OFFICE, "alice-practice@outlook.com", "Quiet-Harbour-26", "a NO LOGIN failed.", "a NO AUTHENTICATE failed."),
]


@pytest.mark.parametrize(("host", "user", "secret", "login", "authenticate"), WORDS)
async def test_a_provider_refuses_in_its_own_words(
    host: str, user: str, secret: str, login: str, authenticate: str | None
) -> None:
    async with open_world("all-well") as world:
        talk = await encrypted(world, host)
        assert (await talk.imap(f'a LOGIN {user} "{secret}"', shown="<secret>"))[-1] == login
        answer = (await talk.imap("a AUTHENTICATE PLAIN " + plain(user, secret), shown="<secret>"))[-1]
        assert answer == (authenticate or login)
        assert world.logins == {f"{host}:993": 2}
        assert [seen.user for seen in world.sign_ins] == [user, user]
        await talk.line.close()


async def test_google_greets_whom_it_knows() -> None:
    async with open_world("gmail-app-password") as world:
        talk = await encrypted(world, GMAIL)
        answer = (await talk.imap(f'a LOGIN {world.address} "{world.password}"', shown="<secret>"))[-1]
        assert answer == f"a OK {world.address} authenticated (Success)"
        await talk.line.close()


async def test_a_token_that_nobody_gave_out_is_refused() -> None:
    async with open_world("all-well") as world:
        talk = await encrypted(world, OFFICE)
        token = b64("user=adele@contoso.example\x01auth=Bearer ey.made.up\x01\x01")
        assert (await talk.imap(f"a AUTHENTICATE XOAUTH2 {token}", shown="<token>"))[-1] == "a NO AUTHENTICATE failed."
        assert [(seen.user, seen.mechanism) for seen in world.sign_ins] == [("adele@contoso.example", "XOAUTH2")]
        await talk.line.close()


async def test_folders_can_be_looked_at_after_signing_in_only() -> None:
    async with open_world("all-well") as world:
        world.mailboxes.deliver(Message("bob@practice.example", (world.address, "x@example.org"), b"hello"))
        talk = await encrypted(world, HOST)
        assert (await talk.imap("a SELECT INBOX"))[-1].startswith("a BAD ")
        await talk.imap(f'b LOGIN {world.address} "{world.password}"', shown="<secret>")
        listed = await talk.imap('c LIST "" "*"')
        assert r'* LIST (\HasNoChildren \Sent) "/" "Sent"' in listed and len(listed) == 6
        assert "* 1 EXISTS" in await talk.imap("d SELECT inbox")
        assert (await talk.imap("e CLOSE"))[-1] == "e OK CLOSE completed."
        assert (await talk.imap("f UNSELECT"))[-1].startswith("f BAD ")
        assert (await talk.imap("g SELECT Nowhere"))[-1].startswith("g NO [NONEXISTENT] ")
        assert "* 0 EXISTS" in await talk.imap('h SELECT "Sent"')
        assert (await talk.imap("i NAMESPACE"))[0].startswith("* NAMESPACE ")
        assert (await talk.imap("j ID NIL"))[0] == '* ID ("name" "Dovecot")'
        assert (await talk.imap("k LOGIN a b"))[-1].startswith("k BAD ")
        assert (await talk.imap("l LOGOUT"))[0].startswith("* BYE ")
        with pytest.raises(Failure) as failed:
            await talk.hear()
        assert failed.value.code == "tcp.closed"
        await talk.line.close()


BAD = ["a", "a NONSENSE", 'a LOGIN "open', "a LOGIN onlyname", "a LOGIN (x", "a AUTHENTICATE PLAIN !!!", "\0 \0 \0"]


@pytest.mark.parametrize("line", BAD)
async def test_nonsense_is_answered_with_bad(line: str) -> None:
    async with open_world("all-well") as world:
        talk = await encrypted(world, HOST)
        await talk.line.send(f"{line}\r\n".encode())
        assert " BAD " in await talk.hear()
        assert (await talk.imap("n NOOP"))[-1].startswith("n OK ")
        assert world.logins == {}
        await talk.line.close()


async def test_a_sign_in_can_be_given_up_or_ask_for_what_is_not_there() -> None:
    async with open_world("all-well") as world:
        talk = await encrypted(world, HOST)
        assert await talk.imap("a AUTHENTICATE PLAIN") == ["+ "]
        await talk.line.send(b"*\r\n")
        assert (await talk.hear()).startswith("a BAD ")
        assert (await talk.imap("b AUTHENTICATE NTLM"))[-1].startswith("b NO ")
        assert (await talk.imap("c AUTHENTICATE"))[-1].startswith("c NO ")
        assert world.logins == {}
        await talk.line.close()


FLOODS = ["x" * 20_000 + "\r\n", "a LOGIN {999999}\r\n", "a LOGIN {70000+}\r\n", "a NOOP\r\n" * 40_000, "NO\r\n" * 12]


@pytest.mark.parametrize("flood", FLOODS, ids=["line", "literal", "literal unasked", "many", "nonsense"])
async def test_too_much_ends_the_connection(flood: str) -> None:
    async with open_world("all-well") as world:
        talk = await encrypted(world, HOST)
        with pytest.raises(Failure) as failed:
            await talk.line.send(flood.encode())
            while True:
                await talk.hear()
        assert failed.value.code in {"tcp.closed", "tcp.reset", "reply.too-large"}
        await talk.line.close()

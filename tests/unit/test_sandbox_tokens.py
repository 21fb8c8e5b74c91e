"""The practice world's mail servers take the tokens of its own issuers, and no others."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from tests.unit.signing import (
    GOOGLE,
    GOOGLE_TOKEN,
    MICROSOFT,
    OUTLOOK,
    ask_google,
    ask_other,
    asking,
    exchange,
)
from tests.unit.talking import Talk, b64, greeted, submission

from mailwizard.model import Protocol, Security
from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.identity.microsoft import DELEGATED
from mailwizard.sandbox.mailboxes import Mailbox, Verdict
from mailwizard.sandbox.signing_in import practice

TLS = Security.TLS
SERVERS = {
    "google": ("smtp.gmail.com", "imap.gmail.com", "pop.gmail.com"),
    "microsoft": ("smtp.office365.com", "outlook.office365.com", "outlook.office365.com"),
}
KINDS = ("XOAUTH2", "OAUTHBEARER")


def answer(mechanism: str, user: str, token: str) -> str:
    """Return what a client sends."""
    if mechanism == "XOAUTH2":
        return b64(f"user={user}\1auth=Bearer {token}\1\1")
    return b64(f"n,a={user},\1host=mail.example\1port=993\1auth=Bearer {token}\1\1")


async def google_token(world: World, **other: str) -> dict[str, Any]:
    async with asking(world) as program:
        code = await program.code(GOOGLE, ask_google(world, **other))
        return await program.json(GOOGLE_TOKEN, exchange(world, code))


async def microsoft_token(world: World, *names: str) -> str:
    scope = " ".join(OUTLOOK + name for name in names)
    async with asking(world) as program:
        code = await program.code(f"{MICROSOFT}/authorize", ask_other(world, "microsoft", scope))
        told = await program.json(f"{MICROSOFT}/token", exchange(world, code, "microsoft"))
    return str(told["access_token"])


async def smtp(world: World, host: str, mechanism: str, said: str) -> list[str]:
    """Sign in and return all that the server answers."""
    talk = await submission(world, host)
    heard = await talk.smtp(f"AUTH {mechanism} {said}", shown="<token>")
    if heard[0].startswith("334 "):
        heard += await talk.smtp("AQ==" if mechanism == "OAUTHBEARER" else "")
    await talk.line.close()
    return heard


async def imap(world: World, host: str, mechanism: str, said: str) -> list[str]:
    """Sign in and return all that the server answers."""
    talk, _ = await greeted(world, host, 993, TLS)
    heard = await talk.imap(f"a AUTHENTICATE {mechanism} {said}", shown="<token>")
    if heard[-1].startswith("+ "):
        await talk.line.send(b"\r\n")
        heard.append(await talk.hear())
    await talk.line.close()
    return heard


async def pop3(world: World, host: str, mechanism: str, said: str) -> list[str]:
    """Sign in and return all that the server answers."""
    talk, _ = await greeted(world, host, 995, TLS)
    heard = [await say(talk, f"AUTH {mechanism}"), await say(talk, said)]
    if heard[-1].startswith("+ "):
        heard.append(await say(talk, ""))
    await talk.line.close()
    return heard


async def say(talk: Talk, text: str) -> str:
    await talk.line.send(f"{text}\r\n".encode(), shown="<token>")
    return await talk.hear()


ALL = ((Protocol.SMTP, smtp, "235 "), (Protocol.IMAP, imap, "a OK "), (Protocol.POP3, pop3, "+OK "))


@pytest.mark.parametrize("mechanism", KINDS)
async def test_google_takes_its_own_token_with_every_protocol(mechanism: str) -> None:
    async with open_world("google-browser") as world:
        token = (await google_token(world))["access_token"]
        for (_, enter, welcome), host in zip(ALL, SERVERS["google"], strict=True):
            assert (await enter(world, host, mechanism, answer(mechanism, world.address, token)))[-1].startswith(
                welcome
            )
        assert sorted(world.logins.values()) == [1, 1, 1]
        assert {(seen.mechanism, seen.accepted) for seen in world.sign_ins} == {(mechanism, True)}
        assert world.seen_secrets_in_clear == 0 and token not in repr(world.sign_ins)


async def test_a_long_talk_prompts_for_the_token_too() -> None:
    async with open_world("google-browser") as world:
        said = answer("XOAUTH2", world.address, (await google_token(world))["access_token"])
        talk = await submission(world, "smtp.gmail.com")
        assert await talk.smtp("AUTH XOAUTH2") == ["334 "]
        assert (await talk.smtp(said, shown="<token>"))[0].startswith("235 ")
        await talk.line.close()
        talk, _ = await greeted(world, "imap.gmail.com", 993, TLS)
        assert (await talk.imap("a AUTHENTICATE XOAUTH2"))[-1] == "+ "
        await talk.line.send(f"{said}\r\n".encode(), shown="<token>")
        assert (await talk.hear()).startswith("a OK ")
        await talk.line.close()


REASON = '{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}'


@pytest.mark.parametrize("mechanism", KINDS)
@pytest.mark.parametrize("wrong", ["made-up", "of-another-user", "expired", "revoked", "refresh-token", "other-scope"])
async def test_google_gives_its_reason_and_then_refuses(wrong: str, mechanism: str) -> None:
    async with open_world("google-browser") as world:
        other = {"scope": "https://www.googleapis.com/auth/gmail.send"} if wrong == "other-scope" else {}
        told = await google_token(world, **other)
        token = {"made-up": "ya29.made-up", "refresh-token": told["refresh_token"]}.get(wrong, told["access_token"])
        user = "ben@workshop.example" if wrong == "of-another-user" else world.address
        if wrong == "expired":
            world.clock.advance(3600)
        if wrong == "revoked":
            world.identity.issuers["google"].book.grants[0].revoked = True
        said = answer(mechanism, user, token)
        heard = [
            await enter(world, host, mechanism, said)
            for (_, enter, _), host in zip(ALL, SERVERS["google"], strict=True)
        ]
        assert [base64.b64decode(lines[-3].partition(" ")[2]).decode() for lines in heard[:1]] == [REASON]
        assert [base64.b64decode(lines[-2].partition(" ")[2]).decode() for lines in heard[1:]] == [REASON] * 2
        assert heard[0][-2].startswith("535-5.7.8 ")
        assert heard[1][-1] == "a NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)"
        assert heard[2][-1] == "-ERR [AUTH] Username and password not accepted."
        assert [seen.verdict for seen in world.sign_ins] == [Verdict.WRONG] * 3


@pytest.mark.parametrize("protocol", list(DELEGATED))
async def test_microsoft_asks_for_the_scope_of_each_protocol(protocol: Protocol) -> None:
    async with open_world("microsoft-device-code") as world:
        token = await microsoft_token(world, DELEGATED[protocol])
        said = answer("XOAUTH2", world.address, token)
        for (one, enter, welcome), host in zip(ALL, SERVERS["microsoft"], strict=True):
            heard = (await enter(world, host, "XOAUTH2", said))[-1]
            assert heard.startswith(welcome) is (one is protocol)
        refused = {
            Protocol.SMTP: (await smtp(world, "smtp.office365.com", "XOAUTH2", b64("user=x\1auth=Bearer y\1\1")))[0],
            Protocol.IMAP: (await imap(world, "outlook.office365.com", "XOAUTH2", answer("XOAUTH2", "x", "y")))[0],
        }
        assert refused[Protocol.SMTP].startswith("535 5.7.3 Authentication unsuccessful")
        assert refused[Protocol.IMAP] == "a NO AUTHENTICATE failed."


async def test_smtp_auth_that_is_off_is_off_for_tokens_too() -> None:
    async with open_world("microsoft-device-code") as world:
        world.mailboxes.mailboxes[world.address].rules[Protocol.SMTP] = Verdict.SWITCHED_OFF
        token = await microsoft_token(world, "SMTP.Send")
        heard = await smtp(world, "smtp.office365.com", "XOAUTH2", answer("XOAUTH2", world.address, token))
        assert heard[0].startswith("535 5.7.139 ") and "SmtpClientAuthentication is disabled" in heard[0]


async def test_a_program_opens_only_the_mailboxes_that_it_was_let_into() -> None:
    async with open_world("microsoft-device-code") as world, asking(world) as program:
        app = world.registrations["microsoft-app-only"]
        world.mailboxes.add(Mailbox("megan@contoso.example", "x"))
        told = await program.json(
            "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token",
            {
                "grant_type": "client_credentials",
                "client_id": app.client_id,
                "client_secret": app.client_secret,
                "scope": "https://outlook.office365.com/.default",
            },
        )
        token = told["access_token"]
        for user, welcome in ((world.address, True), ("megan@contoso.example", False)):
            heard = await imap(world, "outlook.office365.com", "XOAUTH2", answer("XOAUTH2", user, token))
            assert heard[-1].startswith("a OK ") is welcome
        issuer: Any = world.identity.issuers["microsoft"]
        issuer.roles[app.client_id] = {"IMAP.AccessAsApp"}
        heard = await smtp(world, "smtp.office365.com", "XOAUTH2", answer("XOAUTH2", world.address, token))
        assert heard[-1].startswith("535 5.7.3 ")


async def test_the_token_of_one_issuer_opens_nothing_elsewhere() -> None:
    async with open_world("google-browser") as world:
        practice(world)
        token = (await google_token(world))["access_token"]
        host = "mail.practice.example"
        assert (
            "535" in (await smtp(world, "smtp.office365.com", "XOAUTH2", answer("XOAUTH2", world.address, token)))[-1]
        )
        assert not world.identity.takes_tokens("smtp.office365.com") and world.identity.takes_tokens(host)
        assert not world.identity.opens(host, Protocol.IMAP, "alice@practice.example", token)


FORMS = [
    "user=alice-practice@gmail.com\1auth=Bearer {token}\1",
    "user=alice-practice@gmail.com\1auth=bearer {token}\1\1",
    "user=alice-practice@gmail.com auth=Bearer {token}\1\1",
    "{token}",
    "",
]


@pytest.mark.parametrize("form", FORMS)
async def test_the_form_is_held_to_the_letter(form: str) -> None:
    async with open_world("google-browser") as world:
        said = b64(form.format(token=(await google_token(world))["access_token"])) or "="
        assert (await smtp(world, "smtp.gmail.com", "XOAUTH2", said))[-1].startswith("501 ")
        assert (await imap(world, "imap.gmail.com", "XOAUTH2", said))[-1].startswith("a BAD ")
        assert not world.logins


async def test_before_tls_no_token_is_taken_and_its_leak_is_counted() -> None:
    async with open_world("microsoft-device-code") as world:
        token = await microsoft_token(world, "IMAP.AccessAsUser.All")
        talk, _ = await greeted(world, "outlook.office365.com", 143, Security.STARTTLS)
        said = answer("XOAUTH2", world.address, token)
        # Our own line would send nothing that it knows to be secret.
        assert "[PRIVACYREQUIRED]" in (await talk.imap(f"a AUTHENTICATE XOAUTH2 {said}"))[-1]
        await talk.line.close()
        assert world.seen_secrets_in_clear >= len(token) // 2


async def test_passwords_go_on_as_before() -> None:
    async with open_world("google-browser") as world:
        talk, _ = await greeted(world, "imap.gmail.com", 993, TLS)
        heard = await talk.imap(f'a LOGIN {world.address} "{world.password}"', shown="<secret>")
        assert heard[-1].startswith("a OK ")
        assert [(seen.mechanism, seen.accepted) for seen in world.sign_ins] == [("LOGIN", True)]
        await talk.line.close()

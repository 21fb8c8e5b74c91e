"""Tokens at the practice world's Exchange Online: whose they are, what for, and for whom a program may act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from exchangelib import DELEGATE, IMPERSONATION, Identity, errors
from exchangelib.items import Message
from tests.unit.exchanging import bearing, exchanging
from tests.unit.issuing_tokens import microsoft_app_token, microsoft_user_token
from tests.unit.test_sandbox_tokens import answer, imap

from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.exchange import BLOCKED, DISABLED
from mailwizard.sandbox.mailboxes import Mailbox, SignIn, Verdict
from mailwizard.signin.oauth.registration import Registration

Make = Callable[..., Any]
ONLINE = "https://outlook.office365.com/EWS/Exchange.asmx"
PLACE = "outlook.office365.com:443"
MEGAN = "megan@contoso.example"


async def opened(world: World, token: str, *, act: str = "") -> int:
    """Return how many messages the inbox holds that a token opens, acting for somebody or not."""
    more = {"identity": Identity(primary_smtp_address=act)} if act else {}
    kind = IMPERSONATION if act else DELEGATE

    def look(account: Make) -> int:
        whose = act or world.address
        made = account(credentials=bearing(token, **more), auth="OAuth 2.0", access_type=kind, whose=whose)
        return int(made.inbox.total_count)

    return int(await exchanging(world, look, url=ONLINE))


async def test_a_persons_token_opens_the_own_mailbox_and_what_ews_delivers_imap_shows() -> None:
    async with open_world("exchange-online-ews-blocked") as world:
        await world.switches[0].flip()
        token = await microsoft_user_token(world, "https://outlook.office365.com/EWS.AccessAsUser.All")
        assert await opened(world, token) == 0
        assert world.sign_ins == (SignIn(PLACE, world.address, "BEARER", Verdict.WELCOME),)

        def send(account: Make) -> None:
            mine = account(credentials=bearing(token), auth="OAuth 2.0")
            Message(account=mine, subject="Here", body="x", to_recipients=[world.address]).send()

        await exchanging(world, send, url=ONLINE)
        other = await microsoft_user_token(world, "https://outlook.office.com/IMAP.AccessAsUser.All")
        assert (await imap(world, "outlook.office365.com", "XOAUTH2", answer("XOAUTH2", world.address, other)))[
            -1
        ].startswith("a OK ")
        box = world.mailboxes.mailboxes[world.address]
        assert [len(found) for found in (box.messages, box.folder(box.sent))] == [1, 1]
        assert b"Authentication-Results: outlook.office365.com; spf=pass" in box.messages[0].content
        assert world.seen_in_clear(token) == 0


@pytest.mark.parametrize(
    ("scope", "reason"),
    [
        ("https://outlook.office.com/IMAP.AccessAsUser.All", "2000008;"),
        ("https://graph.microsoft.com/Mail.Send", "2000003;"),
        ("", "2000000;"),
    ],
)
async def test_a_token_for_something_else_is_refused_in_exchanges_words(scope: str, reason: str) -> None:
    async with open_world("exchange-online-ews-blocked") as world:
        token = await microsoft_user_token(world, scope) if scope else "eyJ0eXAiOiJKV1QifQ.nobody.gave-this"
        with pytest.raises(errors.UnauthorizedError):
            await opened(world, token)
        assert [seen.verdict for seen in world.sign_ins] == [Verdict.WRONG]
        told = dict(world.web.answer(world.web.requests[-1]).headers)
        assert told["x-ms-diagnostics"].startswith(reason)
        assert told["WWW-Authenticate"].startswith("Bearer client_id=") and "invalid_token" in told["WWW-Authenticate"]


async def test_a_token_that_ended_is_refused_as_such() -> None:
    async with open_world("exchange-online-ews-blocked") as world:
        token = await microsoft_user_token(world, "https://outlook.office365.com/EWS.AccessAsUser.All")
        world.clock.advance(3700)
        with pytest.raises(errors.UnauthorizedError):
            await opened(world, token)
        assert "2000002;" in dict(world.web.answer(world.web.requests[-1]).headers)["x-ms-diagnostics"]


@pytest.mark.parametrize("reason", [DISABLED, BLOCKED])
async def test_where_ews_is_off_a_good_token_is_answered_403_with_the_reason(reason: str) -> None:
    async with open_world("exchange-online-ews-blocked") as world:
        world.exchanges["outlook.office365.com"].blocked = reason
        token = await microsoft_user_token(world, "https://outlook.office365.com/EWS.AccessAsUser.All")
        with pytest.raises(errors.MalformedResponseError, match=reason):
            await opened(world, token)
        assert [seen.accepted for seen in world.sign_ins] == [True]


async def test_a_program_acts_for_those_whom_it_was_let_into_and_says_for_whom() -> None:
    async with open_world("exchange-impersonation-denied") as world:
        app = world.registrations["microsoft-app-only"]
        world.mailboxes.add(Mailbox(MEGAN, "x"))
        token = await microsoft_app_token(world, app, "https://outlook.office365.com/.default")
        with pytest.raises(errors.ErrorImpersonateUserDenied):
            await opened(world, token, act=world.address)
        await world.switches[0].flip()
        assert await opened(world, token, act=world.address) == 0
        for act, refusal in (
            (MEGAN, errors.ErrorImpersonateUserDenied),
            ("nobody@contoso.example", errors.ErrorNonExistentMailbox),
            ("", errors.ErrorInvalidExchangeImpersonationHeaderData),
        ):
            with pytest.raises(refusal):
                await opened(world, token, act=act)
        issuer: Any = world.identity.issuers["microsoft"]
        issuer.roles[app.client_id].discard("full_access_as_app")
        with pytest.raises(errors.UnauthorizedError):
            await opened(world, token, act=world.address)


async def test_a_person_acts_for_others_only_with_the_right_to() -> None:
    async with open_world("exchange-online-ews-blocked") as world:
        await world.switches[0].flip()
        world.mailboxes.add(Mailbox(MEGAN, "x"))
        token = await microsoft_user_token(world, "https://outlook.office365.com/EWS.AccessAsUser.All")
        with pytest.raises(errors.ErrorImpersonateUserDenied):
            await opened(world, token, act=MEGAN)
        world.exchanges["outlook.office365.com"].impersonators.add(world.address)
        assert await opened(world, token, act=MEGAN) == 0


async def test_exchange_online_offers_tokens_alone() -> None:
    async with open_world("exchange-online-ews-blocked") as world:
        with pytest.raises(errors.TransportError):
            await exchanging(world, lambda account: account("a", "b").protocol.auth_type, url=ONLINE)
        assert all(not seen.header("authorization") for seen in world.web.requests) and not world.sign_ins
        assert isinstance(world.registrations["microsoft"], Registration)

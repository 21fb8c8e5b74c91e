"""Every flow of a sign-in, against the practice world's issuers, down to a mailbox that the token opens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from math import inf
from typing import Any

import pytest
from tests.unit.scripted import Heard, draft

from mailwizard import knowledge
from mailwizard.checks import verify
from mailwizard.model import Address, AuthKind, Endpoint, Failure, Outcome, Protocol, Security, Until
from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.identity.browser import PageShown
from mailwizard.sandbox.identity.client import Client
from mailwizard.sandbox.internet import GMAIL_ADDRESS, PRACTICE_ADDRESS, PRACTICE_HOST, furnish
from mailwizard.sandbox.signing_in import OpenPostfix, google, microsoft, national, practice, standard
from mailwizard.sandbox.signing_keys import app_certificate, service_account
from mailwizard.signin.oauth.answers import read_paste
from mailwizard.signin.oauth.authorization import Authorization
from mailwizard.signin.oauth.flow import flow_for
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.registration import Registration
from mailwizard.signin.oauth.tokens import credential_of

IMAP, SMTP = Protocol.IMAP, Protocol.SMTP
BOTH = (IMAP, SMTP)
TLS, STARTTLS = Security.TLS, Security.STARTTLS
SERVERS = {
    "google": (Endpoint(IMAP, "imap.gmail.com", 993, TLS), Endpoint(SMTP, "smtp.gmail.com", 587, STARTTLS)),
    "microsoft": (
        Endpoint(IMAP, "outlook.office365.com", 993, TLS),
        Endpoint(SMTP, "smtp.office365.com", 587, STARTTLS),
    ),
}
OWN = (Endpoint(IMAP, PRACTICE_HOST, 993, TLS), Endpoint(SMTP, PRACTICE_HOST, 465, TLS))
STANDARD = [name for name, card in knowledge.issuers().items() if card.flow == "standard" and card.authorize]
SCENARIOS = {"google": "google-browser", "google-testing": "google-testing-mode", "microsoft": "microsoft-device-code"}
NATIONAL = [name for name, card in knowledge.issuers().items() if card.flow == "microsoft" and name != "microsoft"]
WAYS = [*SCENARIOS, *STANDARD, *NATIONAL]


@asynccontextmanager
async def opened(way: str) -> AsyncIterator[tuple[World, Registration]]:
    """Open a world with an issuer and a registration there."""
    if way in SCENARIOS:
        async with open_world(SCENARIOS[way]) as world:
            yield world, world.registrations[way]
        return
    card = knowledge.issuers()[way]

    def add(world: World) -> None:
        if way in NATIONAL:
            national(world, card, PRACTICE_HOST, accounts=(PRACTICE_ADDRESS,))
            return
        secret = "" if card.client_secret == "none" else "practice-only-not-a-secret"
        client = Client("practice-client", secret, redirects=("http://127.0.0.1/",), needs_secret=bool(secret))
        standard(world, card, PRACTICE_HOST, client=client, accounts=(PRACTICE_ADDRESS,), manners=OpenPostfix())

    async with made(add) as world:
        yield world, world.registrations[way]


@asynccontextmanager
async def made(add: Callable[[World], object]) -> AsyncIterator[World]:
    """Open a self-hosted world with something more in it."""
    world = World("made")
    try:
        await world.prepare()
        furnish(world)
        world.address = PRACTICE_ADDRESS
        add(world)
        await world.open()
        yield world
    finally:
        await world.close()


async def begun(world: World, client: Registration, *protocols: Protocol) -> tuple[Any, Authorization]:
    """Return the flow of a registration, and its sign-in under way."""
    card = knowledge.issuers()[client.issuer]
    flow = flow_for(client, card)
    redirect = f"http://127.0.0.1:{client.port}{card.redirect_path}"
    asked: Authorization = await flow.begin(
        client, card, Address.parse(world.address), protocols or BOTH, redirect, world.net
    )
    return flow, asked


async def granted(world: World, client: Registration) -> tuple[Any, Grant]:
    """Sign in with a browser whose last address is pasted back."""
    flow, asked = await begun(world, client)
    grant: Grant = await flow.redeem(asked, read_paste(await world.browse(asked.url), asked), world.net)
    return flow, grant


async def passes(world: World, grant: Grant, issuer: str, *, until: Until = Until.SIGN_IN) -> bool:
    """Return whether both mail servers let a grant in."""
    heard, servers = Heard(), SERVERS.get(issuer, OWN)
    chosen = draft(*servers, AuthKind.OAUTH2, username=grant.username)
    chosen = replace(chosen, address=Address.parse(grant.username), auth=AuthKind.OAUTH2)
    await verify(chosen, credential_of(grant), world.net, heard, until)
    return not [fact for fact in heard if fact.outcome is Outcome.FAIL]


@pytest.mark.parametrize("way", WAYS)
async def test_an_address_pasted_back_opens_the_mailbox_and_is_renewed(way: str) -> None:
    async with opened(way) as (world, client):
        flow, grant = await granted(world, client)
        assert await passes(world, grant, client.issuer)
        world.clock.advance(3700)
        assert not await passes(world, grant, client.issuer)
        grant = await flow.refresh(grant, world.net)
        assert await passes(world, grant, client.issuer)
        assert world.seen_secrets_in_clear == 0


@pytest.mark.parametrize("way", ["google", "microsoft"])
async def test_a_token_carries_a_check_down_to_a_delivery(way: str) -> None:
    async with opened(way) as (world, client):
        _, grant = await granted(world, client)
        assert await passes(world, grant, client.issuer, until=Until.DELIVERY)


@pytest.mark.parametrize("way", WAYS)
async def test_a_person_who_says_no_is_heard(way: str) -> None:
    async with opened(way) as (world, client):
        _, asked = await begun(world, client)
        with pytest.raises(Failure, match=r"oauth\.access_denied|access_denied"):
            read_paste(await world.browse(asked.url, consent=False), asked)


@pytest.mark.parametrize("way", WAYS)
async def test_a_code_is_good_once_for_its_own_proof(way: str) -> None:
    async with opened(way) as (world, client):
        flow, asked = await begun(world, client)
        answer = read_paste(await world.browse(asked.url), asked)
        _, other = await begun(world, client)
        with pytest.raises(ValueError, match="another sign-in"):
            read_paste(await world.browse(asked.url), other)
        stolen = replace(answer, state=other.state)
        with pytest.raises(Failure):
            await flow.redeem(other, stolen, world.net)
        assert await flow.redeem(asked, answer, world.net)
        with pytest.raises(Failure):
            await flow.redeem(asked, answer, world.net)


@pytest.mark.parametrize("way", ["google", "google-testing"])
async def test_a_grant_at_google_is_withdrawn(way: str) -> None:
    async with opened(way) as (world, client):
        flow, grant = await granted(world, client)
        assert await flow.revoke(grant, world.net)
        with pytest.raises(Failure, match="invalid_grant"):
            await flow.refresh(grant, world.net)
        assert not await passes(world, grant, "google")


async def test_a_grant_in_testing_ends_after_a_week() -> None:
    async with opened("google-testing") as (world, client):
        flow, grant = await granted(world, client)
        await world.switches[0].flip()
        with pytest.raises(Failure) as ended:
            await flow.refresh(grant, world.net)
        assert ended.value.code == "oauth.invalid_grant"
        _, again = await granted(world, client)
        assert await passes(world, again, "google")


async def test_a_device_code_opens_the_mailbox() -> None:
    async with opened("microsoft") as (world, client):
        world.identity.issuers["microsoft"].interval = 1
        card = knowledge.issuers()["microsoft"]
        flow = flow_for(client, card)
        code = await flow.ask_device(client, card, Address.parse(world.address), BOTH, world.net)
        looks: list[float] = []

        def tick(left: float) -> None:
            looks.append(left)

        await world.enter_device_code(code.user_code)
        grant = await flow.await_device(code, world.net, tick)
        assert looks and looks[0] < inf and await passes(world, grant, "microsoft")


@pytest.mark.parametrize("way", ["microsoft-app-only", "microsoft-app-certificate"])
async def test_a_program_signs_in_by_itself(way: str) -> None:
    async with open_world("microsoft-device-code") as world:
        app_certificate(world)
        client = world.registrations[way]
        flow = flow_for(client, knowledge.issuers()["microsoft"])
        grant = await flow.obtain(client, Address.parse(world.address), BOTH, world.net)
        assert await passes(world, grant, "microsoft")


async def test_a_service_account_opens_a_users_mailbox() -> None:
    async with open_world("google-browser") as world:
        client = service_account(world)
        flow = flow_for(client, knowledge.issuers()["google"])
        grant = await flow.obtain(client, Address.parse("ben@workshop.example"), BOTH, world.net)
        assert await passes(world, grant, "google")
        with pytest.raises(Failure) as refused:
            await flow.obtain(client, Address.parse(world.address), BOTH, world.net)
        assert refused.value.code == "oauth.unauthorized_client"


async def test_the_administrators_consent_is_missed_and_then_there() -> None:
    async with open_world("microsoft-consent-needed") as world:
        client = world.registrations["microsoft"]
        _, asked = await begun(world, client)
        with pytest.raises(Failure) as refused:
            read_paste(await world.browse(asked.url), asked)
        assert dict(refused.value.facts)["aadsts"] == "AADSTS90094"
        await world.switches[0].flip()
        _, grant = await granted(world, client)
        assert await passes(world, grant, "microsoft")


async def test_a_client_nobody_knows_is_shown_as_that() -> None:
    async with opened("google") as (world, client):
        stranger = replace(client, client_id="1-nobody00.apps.googleusercontent.com")
        _, asked = await begun(world, stranger)
        with pytest.raises(PageShown, match="invalid_client"):
            await world.browse(asked.url)


async def test_several_issuers_share_a_world_and_each_keeps_its_own_tokens() -> None:
    def add(world: World) -> None:
        google(world)
        microsoft(world)
        practice(world)

    async with made(add) as world:
        world.address = GMAIL_ADDRESS
        _, grant = await granted(world, world.registrations["google"])
        assert await passes(world, grant, "google")
        elsewhere = (IMAP, grant.username, grant.access_token)
        hosts = ("imap.gmail.com", "outlook.office365.com", PRACTICE_HOST)
        assert [world.identity.opens(host, *elsewhere) for host in hosts] == [True, False, False]

"""Sign-ins at the issuers of the practice world, as the program does them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from tests.unit.scripted import Heard, draft

from mailwizard import knowledge
from mailwizard.checks import Limits, verify
from mailwizard.diagnosis import diagnose
from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Address, AuthKind, Endpoint, Evidence, Failure, Outcome, Protocol, Step, Until
from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS, furnish
from mailwizard.sandbox.signing_in import PRACTICE_ISSUER, practice
from mailwizard.signin.oauth.answers import read_paste
from mailwizard.signin.oauth.authorization import Authorization
from mailwizard.signin.oauth.flow import flow_for
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.registration import Registration
from mailwizard.signin.oauth.tokens import credential_of

ALL = (Protocol.IMAP, Protocol.POP3, Protocol.SMTP)
TYPED = "https://id.practice.example"
SERVERS = {
    "google": ("imap.gmail.com:993/tls", "pop.gmail.com:995/tls", "smtp.gmail.com:465/tls"),
    "microsoft": ("outlook.office365.com:993/tls", "outlook.office365.com:995/tls", "smtp.office365.com:587/starttls"),
    "standard": ("mail.practice.example:993/tls", "mail.practice.example:995/tls", "mail.practice.example:465/tls"),
}
SCENARIOS = {"google": "google-browser", "microsoft": "microsoft-device-code"}
each = pytest.mark.parametrize("name", SERVERS)


@asynccontextmanager
async def world_of(name: str) -> AsyncIterator[World]:
    """Open the practice world of one issuer."""
    if name in SCENARIOS:
        async with open_world(SCENARIOS[name]) as world:
            yield world
        return
    world = World("practice-issuer")
    try:
        await world.prepare()
        furnish(world)
        world.address, world.password = PRACTICE_ADDRESS, PASSWORD
        practice(world)
        await world.open()
        yield world
    finally:
        await world.close()


def client_of(world: World, name: str) -> Registration:
    """Return the person's client; that of the self-hosted issuer is named by its address, as a person types it."""
    if name == "standard":
        return replace(world.registrations["practice"], issuer=TYPED)
    return world.registrations[name]


def card_of(name: str) -> IssuerCard:
    return PRACTICE_ISSUER if name == "standard" else knowledge.issuers()[name]


async def begun(world: World, name: str, protocols: tuple[Protocol, ...] = ALL) -> Authorization:
    client, card = client_of(world, name), card_of(name)
    address = Address.parse(world.address)
    asked: Authorization = await flow_for(client, card).begin(
        client, card, address, protocols, f"http://127.0.0.1:53171{card.redirect_path}", world.net
    )
    return asked


async def signed_in(world: World, name: str, protocols: tuple[Protocol, ...] = ALL) -> Grant:
    asked = await begun(world, name, protocols)
    answer = read_paste(await world.browse(asked.url), asked)
    grant: Grant = await flow_for(asked.registration, card_of(name)).redeem(asked, answer, world.net)
    return grant


async def opens(world: World, name: str, grant: Grant) -> list[str]:
    """Return how the sign-in ended at each of the issuer's servers."""
    endings = []
    for protocol, text in zip((Protocol.IMAP, Protocol.POP3, Protocol.SMTP), SERVERS[name], strict=True):
        endpoint = Endpoint.parse(protocol, text)
        pair = (endpoint, None) if protocol.incoming else (None, endpoint)
        heard = Heard()
        plan = draft(*pair, AuthKind.OAUTH2, username=world.address)
        await verify(plan, credential_of(grant), world.net, heard, Until.SIGN_IN, limits=Limits(step=5, check=20))
        (seen,) = [one for one in heard if one.step is Step.SIGN_IN and one.outcome is not Outcome.RUNNING]
        endings.append(f"{seen.outcome}")
    return endings


def evidence(failure: Failure, name: str, step: Step = Step.TOKEN) -> Evidence:
    return Evidence(f"issuer:{name}", step, Outcome.FAIL, failure.code, detail=failure.detail, facts=failure.facts)


def explained(failure: Failure, name: str) -> bool:
    cause = diagnose([evidence(failure, name)])[0].cause
    return cause != "unexplained"

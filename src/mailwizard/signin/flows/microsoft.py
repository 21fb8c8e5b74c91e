"""Sign-ins at Microsoft by msal, a person in a browser or with a code on another device."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Address, Failure, Protocol
from mailwizard.net import Net
from mailwizard.net.clean import clean
from mailwizard.signin.oauth.authorization import Authorization, CallbackAnswer, DeviceCode
from mailwizard.signin.oauth.calling import page_of
from mailwizard.signin.oauth.entra import application, held
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.granting import granted, seconds
from mailwizard.signin.oauth.issuers import card_of
from mailwizard.signin.oauth.lending import with_library
from mailwizard.signin.oauth.polling import interval, poll
from mailwizard.signin.oauth.proof import fresh_state
from mailwizard.signin.oauth.registration import Registration, RegistrationKind

NAME = "microsoft"
KINDS = (RegistrationKind.PUBLIC,)
_QUARTER = 900.0
_NUMBER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)


async def begin(
    registration: Registration,
    card: IssuerCard,
    address: Address | None,
    protocols: tuple[Protocol, ...],
    redirect: str,
    net: Net,
) -> Authorization:
    """Return the page to open, with a state and a proof key of its own.

    Raises:
        Failure: ``oauth.…`` where the directory does not exist, and as the network does.
    """
    scopes, state = card.scope(protocols), fresh_state()

    def page(session: Any) -> dict[str, Any]:
        client = application(registration, card, session)
        flow: dict[str, Any] = client.initiate_auth_code_flow(
            list(scopes), redirect_uri=redirect, state=state, login_hint=str(address) if address else None
        )
        return flow

    flow = await with_library(net, card.hosts, page, hidden=(registration.client_secret,))
    # Only a directory's own number is the name by which its answers may call it.
    issuer = card.filled(card.issuer, registration.tenant) if _NUMBER.match(registration.tenant) else ""
    return Authorization(
        str(flow["auth_uri"]),
        registration,
        issuer,
        redirect,
        state,
        str(flow["code_verifier"]),
        scopes,
        time.time(),
        address,
        json.dumps(flow),
    )


async def redeem(authorization: Authorization, answer: CallbackAnswer, net: Net) -> Grant:
    """Return the grant that a browser's answer is good for.

    Raises:
        Failure: ``oauth.…`` where Microsoft refuses, and as the network does.
    """
    client = authorization.registration
    card = await card_of(client.issuer, net)
    asked = Grant(client, str(authorization.address or ""), authorization.scopes)
    hidden = (answer.code, authorization.verifier, client.client_secret)

    def fetch(session: Any) -> Grant:
        program = application(client, card, session)
        flow = json.loads(authorization.kept)
        back = {"code": answer.code, "state": answer.state or authorization.state}
        return _grant(program, program.acquire_token_by_auth_code_flow(flow, back), asked, hidden)

    return await with_library(net, card.hosts, fetch, hidden=hidden)


async def ask_device(
    registration: Registration, card: IssuerCard, address: Address | None, protocols: tuple[Protocol, ...], net: Net
) -> DeviceCode:
    """Return a code to type on another device.

    Raises:
        Failure: ``oauth.…`` where Microsoft refuses, and as the network does.
    """
    scopes = card.scope(protocols)

    def ask(session: Any) -> dict[str, Any]:
        program = application(replace(registration, client_secret=""), card, session)
        flow: dict[str, Any] = program.initiate_device_flow(list(scopes))
        return held(held(flow, "user_code"), "device_code")

    flow = await with_library(net, card.hosts, ask)
    return DeviceCode(
        clean(str(flow["user_code"]), 40),
        page_of(flow.get("verification_uri") or flow.get("verification_url")),
        time.time() + seconds(flow.get("expires_in"), _QUARTER),
        interval(flow.get("interval")),
        registration,
        scopes,
        json.dumps(flow),
        address=address,
    )


async def await_device(code: DeviceCode, net: Net, tick: Callable[[float], None] = lambda left: None) -> Grant:
    """Wait until the code was typed; ``tick`` hears before each look how many seconds are left.

    Raises:
        Failure: ``oauth.authorization_declined``, ``oauth.expired_token``, ``oauth.…``.
    """
    client = replace(code.registration, client_secret="")
    card = await card_of(client.issuer, net)
    asked = Grant(client, str(code.address or ""), code.scopes)
    flow = {**json.loads(code.handle), "interval": 1}  # msal looks for ever where there is no pause to leave it in
    hidden = (str(flow["device_code"]),)

    def look(session: Any) -> Grant:
        program = application(client, card, session)
        # One look at a time: waiting is done on our own loop, where it can be stopped.
        told = program.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)
        return _grant(program, told, asked, hidden)

    return await poll(code, lambda: with_library(net, card.hosts, look, hidden=hidden), tick)


async def refresh(grant: Grant, net: Net) -> Grant:
    """Return the grant with a fresh token.

    Raises:
        Failure: ``oauth.invalid_grant`` where it has ended, ``oauth.no-refresh-token`` where it never lasted,
            ``oauth.…``, and as the network does.
    """
    client = grant.registration
    card = await card_of(client.issuer, net)
    hidden = (client.client_secret,)

    def renew(session: Any) -> Grant:
        program = application(client, card, session, grant.cache)
        accounts = program.get_accounts()
        if not accounts:
            raise Failure("oauth.no-refresh-token", "the saved sign-in holds nothing to renew it with")
        told = program.acquire_token_silent_with_error(list(grant.scopes), accounts[0], force_refresh=True)
        return _grant(program, told or {}, grant, hidden)

    return await with_library(net, card.hosts, renew, hidden=hidden)


def _grant(program: Any, told: Mapping[str, Any], asked: Grant, hidden: tuple[str, ...]) -> Grant:
    """Return the grant, with what msal keeps in its own memory of tokens."""
    held(told, "access_token", hidden)
    claims = told.get("id_token_claims")
    name = str(claims.get("preferred_username", "")) if isinstance(claims, dict) else ""
    grant = granted(told, replace(asked, username=asked.username or clean(name, 200)), lasting=False)
    kept = program.token_cache.serialize()
    lasting = [entry.get("secret") for entry in json.loads(kept).get("RefreshToken", {}).values()]
    if not lasting or not all(isinstance(secret, str) for secret in lasting) or not program.get_accounts():
        raise Failure("oauth.no-refresh-token", "Microsoft gave a token for now and none to renew it with")
    return replace(grant, cache=kept)

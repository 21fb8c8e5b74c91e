"""Sign-ins by the standards, without a library: RFC 6749, 7009, 7636, 8252 and 8628."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlencode

from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Address, Failure, Protocol
from mailwizard.net import Net
from mailwizard.net.clean import clean
from mailwizard.signin.oauth.authorization import Authorization, CallbackAnswer, DeviceCode
from mailwizard.signin.oauth.calling import ask_as_client, page_of
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.granting import granted, seconds
from mailwizard.signin.oauth.issuers import card_of
from mailwizard.signin.oauth.polling import interval, poll
from mailwizard.signin.oauth.proof import challenge, fresh_state, fresh_verifier
from mailwizard.signin.oauth.registration import Registration, RegistrationKind

NAME = "standard"
KINDS = (RegistrationKind.PUBLIC,)
_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
_QUARTER = 900.0
"""Seconds for which a code is good whose issuer does not say."""


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
        Failure: ``oauth.no-browser-sign-in`` where the issuer has no such page.
    """
    if not card.authorize:
        raise Failure("oauth.no-browser-sign-in", f"{card.name} offers no sign-in in a browser")
    state, verifier, scopes = fresh_state(), fresh_verifier(), card.scope(protocols)
    asked = {
        "response_type": "code",
        "client_id": registration.client_id,
        "redirect_uri": redirect,
        "scope": " ".join(scopes),
        "state": state,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
        **({"login_hint": str(address)} if address else {}),
        **dict(card.extra),
    }
    page = card.filled(card.authorize, registration.tenant)
    url = f"{page}{'&' if '?' in page else '?'}{urlencode(asked)}"
    issuer = card.filled(card.issuer, registration.tenant)
    return Authorization(
        url, registration, issuer, redirect, state, verifier, scopes, time.time(), address,
        names_issuer=card.names_itself,
    )  # fmt: skip


async def redeem(authorization: Authorization, answer: CallbackAnswer, net: Net) -> Grant:
    """Return the grant that a browser's answer is good for.

    Raises:
        Failure: ``oauth.…`` where the issuer refuses, and as the network does.
    """
    client = authorization.registration
    form = {
        "grant_type": "authorization_code",
        "code": answer.code,
        "redirect_uri": authorization.redirect,
        "code_verifier": authorization.verifier,
    }
    told = await ask_as_client(
        net, await _endpoint(client, net, "token"), form, client, hidden=(answer.code, authorization.verifier)
    )
    return granted(told, Grant(client, _name(authorization.address), authorization.scopes))


async def ask_device(
    registration: Registration, card: IssuerCard, address: Address | None, protocols: tuple[Protocol, ...], net: Net
) -> DeviceCode:
    """Return a code to type on another device (RFC 8628 section 3.1).

    Raises:
        Failure: ``oauth.no-device-code`` where the issuer has none, ``oauth.…`` where it refuses.
    """
    if not card.device:
        raise Failure("oauth.no-device-code", f"{card.name} offers no sign-in with a code on another device")
    scopes = card.scope(protocols)
    where = card.filled(card.device, registration.tenant)
    told = await ask_as_client(net, where, {"scope": " ".join(scopes)}, registration)
    handle, code = told.get("device_code"), clean(str(told.get("user_code") or ""), 40)
    if not isinstance(handle, str) or not handle or not code:
        raise Failure("oauth.garbled", "the sign-in service answers without a code")
    url = page_of(told.get("verification_uri") or told.get("verification_url"))
    complete = told.get("verification_uri_complete")
    return DeviceCode(
        user_code=code,
        url=url,
        expires_at=time.time() + seconds(told.get("expires_in"), _QUARTER),
        interval=interval(told.get("interval")),
        registration=registration,
        scopes=scopes,
        handle=handle,
        complete_url=page_of(complete) if complete else "",
        address=address,
    )


async def await_device(code: DeviceCode, net: Net, tick: Callable[[float], None] = lambda left: None) -> Grant:
    """Wait until the code was typed; ``tick`` hears before each look how many seconds are left.

    Raises:
        Failure: ``oauth.access_denied``, ``oauth.expired_token``, ``oauth.…``.
    """
    where = await _endpoint(code.registration, net, "token")
    form = {"grant_type": _DEVICE, "device_code": code.handle}

    async def look() -> Grant:
        told = await ask_as_client(net, where, form, code.registration, hidden=(code.handle,))
        return granted(told, Grant(code.registration, _name(code.address), code.scopes))

    return await poll(code, look, tick)


async def refresh(grant: Grant, net: Net) -> Grant:
    """Return the grant with a fresh token.

    Raises:
        Failure: ``oauth.invalid_grant`` where it has ended, ``oauth.no-refresh-token`` where it never lasted,
            ``oauth.…``, and as the network does.
    """
    if not grant.refresh_token:
        raise Failure("oauth.no-refresh-token", "the saved sign-in holds nothing to renew it with")
    form = {"grant_type": "refresh_token", "refresh_token": grant.refresh_token}
    where = await _endpoint(grant.registration, net, "token")
    told = await ask_as_client(net, where, form, grant.registration, hidden=(grant.refresh_token,))
    return granted(told, grant)


async def revoke(grant: Grant, net: Net) -> bool:
    """Withdraw a grant at its issuer (RFC 7009); return whether the issuer can do that.

    Raises:
        Failure: ``oauth.…`` where the issuer refuses, and as the network does.
    """
    where = await _endpoint(grant.registration, net, "revoke")
    if not where:
        return False
    token = grant.refresh_token or grant.access_token
    hint = "refresh_token" if grant.refresh_token else "access_token"
    form = {"token": token, "token_type_hint": hint}
    try:
        await ask_as_client(net, where, form, grant.registration, hidden=(token,))
    except Failure as failure:
        # Withdrawn, with a page instead of an object; or it had ended before.
        if failure.code not in {"oauth.garbled", "oauth.invalid_token", "oauth.invalid_grant"}:
            raise
    return True


async def _endpoint(client: Registration, net: Net, name: str) -> str:
    card = await card_of(client.issuer, net)
    return card.filled(str(getattr(card, name)), client.tenant)


def _name(address: Address | None) -> str:
    return str(address) if address else ""

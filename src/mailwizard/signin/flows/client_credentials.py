"""Sign-ins at Microsoft without a person: a program with its own secret or certificate, by msal."""

from __future__ import annotations

import time
from typing import Any

from mailwizard.model import Address, Failure, Protocol
from mailwizard.net import Net
from mailwizard.signin.oauth.entra import application, held
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.granting import granted
from mailwizard.signin.oauth.issuers import card_of
from mailwizard.signin.oauth.lending import with_library
from mailwizard.signin.oauth.registration import Registration, RegistrationKind

NAME = "client_credentials"
KINDS = (RegistrationKind.APP_ONLY,)


async def obtain(registration: Registration, address: Address, protocols: tuple[Protocol, ...], net: Net) -> Grant:
    """Return a grant with which the program itself opens a mailbox.

    Raises:
        Failure: ``oauth.no-tenant`` without a directory, ``oauth.…`` where Microsoft refuses, and as the network does.
    """
    card = await card_of(registration.issuer, net)
    if not registration.tenant or registration.tenant in card.tenants:
        raise Failure("oauth.no-tenant", "a program that signs in by itself needs its directory (tenant) id")
    scopes = card.app_scope(protocols)
    return await refresh(Grant(registration, str(address), scopes, obtained_at=time.time()), net)


async def refresh(grant: Grant, net: Net) -> Grant:
    """Return the grant with a fresh token.

    Raises:
        Failure: as :func:`obtain`.
    """
    client = grant.registration
    card = await card_of(client.issuer, net)
    hidden = (client.client_secret, client.key)

    def fetch(session: Any) -> Grant:
        told = held(
            application(client, card, session).acquire_token_for_client(list(grant.scopes)), "access_token", hidden
        )
        # A program is given what its directory allows; no scope of the answer could be held against that.
        return granted({name: told[name] for name in told if name != "scope"}, grant, lasting=False)

    return await with_library(net, card.hosts, fetch, hidden=hidden)

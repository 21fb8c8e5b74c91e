"""Sign-ins at Google without a person: a service account that speaks for the users of a domain, by google-auth."""

from __future__ import annotations

import json
import time
from typing import Any

from mailwizard.model import Address, Failure, Protocol
from mailwizard.net import Net
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.granting import granted
from mailwizard.signin.oauth.issuers import card_of
from mailwizard.signin.oauth.lending import library, with_library
from mailwizard.signin.oauth.registration import Registration, RegistrationKind

NAME = "service_account"
KINDS = (RegistrationKind.SERVICE_ACCOUNT,)


async def obtain(registration: Registration, address: Address, protocols: tuple[Protocol, ...], net: Net) -> Grant:
    """Return a grant for one user's mailbox.

    Raises:
        Failure: ``oauth.unauthorized_client`` where the domain has not delegated to it, ``oauth.…``, and as the
            network does.
    """
    card = await card_of(registration.issuer, net)
    scopes = card.app_scope(protocols)
    return await refresh(Grant(registration, str(address), scopes, obtained_at=time.time()), net)


async def refresh(grant: Grant, net: Net) -> Grant:
    """Return the grant with a fresh token, signed for anew.

    Raises:
        Failure: as :func:`obtain`.
    """
    card = await card_of(grant.registration.issuer, net)

    def sign(session: Any) -> Grant:
        kind = library("google.oauth2.service_account").Credentials
        info = {**json.loads(grant.registration.key), "token_uri": card.token}
        credentials = kind.from_service_account_info(info, scopes=list(grant.scopes)).with_subject(grant.username)
        answers: list[dict[str, Any]] = []
        session.hooks["response"].append(lambda response, *_, **__: answers.append(response.json()))
        credentials.refresh(library("google.auth.transport.requests").Request(session))
        if not answers:
            raise Failure("oauth.garbled", "the sign-in service was not asked")
        return granted({**answers[-1], "access_token": credentials.token}, grant, lasting=False)

    return await with_library(net, card.hosts, sign, hidden=(grant.registration.key,))

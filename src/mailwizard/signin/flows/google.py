"""Sign-ins at Google by google-auth-oauthlib, a person in a browser."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Address, Failure, Protocol
from mailwizard.net import Net
from mailwizard.signin.oauth.authorization import Authorization, CallbackAnswer
from mailwizard.signin.oauth.calling import ask
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.granting import granted
from mailwizard.signin.oauth.issuers import card_of
from mailwizard.signin.oauth.lending import library, with_library
from mailwizard.signin.oauth.proof import fresh_state, fresh_verifier
from mailwizard.signin.oauth.refusing import failed
from mailwizard.signin.oauth.registration import Registration, RegistrationKind

NAME = "google"
KINDS = (RegistrationKind.PUBLIC,)


async def begin(
    registration: Registration,
    card: IssuerCard,
    address: Address | None,
    protocols: tuple[Protocol, ...],
    redirect: str,
    net: Net,
) -> Authorization:
    """Return the page to open, with a state and a proof key of its own."""
    state, verifier, scopes = fresh_state(), fresh_verifier(), card.scope(protocols)
    hint = {"login_hint": str(address)} if address else {}

    def page(session: Any) -> str:
        flow = _flow(registration, card, scopes, redirect, verifier)
        url, _ = flow.authorization_url(state=state, **hint, **dict(card.extra))
        return str(url)

    url = await with_library(net, card.hosts, page)
    return Authorization(url, registration, card.issuer, redirect, state, verifier, scopes, time.time(), address)


async def redeem(authorization: Authorization, answer: CallbackAnswer, net: Net) -> Grant:
    """Return the grant that a browser's answer is good for.

    Raises:
        Failure: ``oauth.…`` where Google refuses, ``oauth.scope-missing`` where a tick was missing on its page,
            ``oauth.no-refresh-token``, and as the network does.
    """
    client = authorization.registration
    card = await card_of(client.issuer, net)
    asked = Grant(client, str(authorization.address or ""), authorization.scopes)

    def fetch(session: Any) -> Grant:
        flow = _flow(client, card, authorization.scopes, authorization.redirect, authorization.verifier)
        flow.oauth2session.hooks["response"] += session.hooks["response"]
        library("mailwizard.net.real.sessions").take_over(flow.oauth2session, session)
        try:
            told: Mapping[str, Any] = flow.fetch_token(code=answer.code, include_client_id=True)
        except Warning as changed:
            # oauthlib calls it a warning when the scopes differ; whether they suffice is judged below.
            told = getattr(changed, "token", {})
        return granted(dict(told), asked)

    hidden = (answer.code, authorization.verifier, client.client_secret)
    return await with_library(net, card.hosts, fetch, hidden=hidden)


async def refresh(grant: Grant, net: Net) -> Grant:
    """Return the grant with a fresh token.

    Raises:
        Failure: ``oauth.invalid_grant`` where it has ended, ``oauth.…``, and as the network does.
    """
    client = grant.registration
    if not grant.refresh_token:
        raise Failure("oauth.no-refresh-token", "the saved sign-in holds nothing to renew it with")
    card = await card_of(client.issuer, net)

    def renew(session: Any) -> Grant:
        credentials = library("google.oauth2.credentials").Credentials(
            None,
            refresh_token=grant.refresh_token,
            token_uri=card.token,
            client_id=client.client_id,
            client_secret=client.client_secret,
        )
        answers: list[dict[str, Any]] = []
        session.hooks["response"].append(lambda response, *_, **__: answers.append(response.json()))
        credentials.refresh(library("google.auth.transport.requests").Request(session))
        return granted(answers[-1], grant)

    return await with_library(net, card.hosts, renew, hidden=(grant.refresh_token, client.client_secret))


async def revoke(grant: Grant, net: Net) -> bool:
    """Withdraw a grant at Google; one that has ended already counts as withdrawn.

    Raises:
        Failure: ``oauth.…`` where Google refuses, and as the network does.
    """
    card = await card_of(grant.registration.issuer, net)
    token = grant.refresh_token or grant.access_token
    answer = await ask(net, card.hosts, card.revoke, {"token": token})
    wrong = failed(answer.status, dict(answer.headers), answer.body, (token,))
    if wrong is not None and wrong.code != "oauth.invalid_token":
        raise wrong
    return True


def _flow(client: Registration, card: IssuerCard, scopes: tuple[str, ...], redirect: str, verifier: str) -> Any:
    """Return the library's flow for a desktop program."""
    config = {
        "installed": {
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "auth_uri": card.authorize,
            "token_uri": card.token,
        }
    }
    kind = library("google_auth_oauthlib.flow").Flow
    flow = kind.from_client_config(config, list(scopes), code_verifier=verifier, autogenerate_code_verifier=False)
    flow.redirect_uri = redirect
    return flow

"""What a saved account is checked with: its stored password, or a fresh token out of its stored sign-in."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mailwizard import knowledge
from mailwizard.draft import Draft
from mailwizard.model import AuthKind, Candidate, Credential, Evidence, Failure, Outcome, Step
from mailwizard.witness import Tell, Witness

if TYPE_CHECKING:
    from mailwizard.knowledge.issuer_card import IssuerCard
    from mailwizard.net import Net
    from mailwizard.signin.oauth.grant import Grant
    from mailwizard.storage.secrets.store import AskPassphrase

TOKEN_LIMIT = 60.0
"""Seconds that a new token may take."""


class Unusable(Exception):
    """A stored secret that is not sent; carries one sentence for a person."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who signs in, and where; nobody where no token came."""

    draft: Draft
    credential: Credential | None
    ends: str = ""
    """The day on which it ends, as ISO 8601; empty where none is known."""


async def sign_in_with(
    secret: str, reference: str, draft: Draft, net: Net, tell: Tell, passphrase: AskPassphrase | None = None
) -> SignIn:
    """Return what a saved account's servers are signed in to with; a token that is old is renewed, and kept.

    Getting a token is told as evidence, and so is what of it ends soon.

    Raises:
        Unusable: where the secret belongs elsewhere or is damaged.
        Failure: ``store.…``.
    """
    from mailwizard.signin.oauth.grant import is_grant

    if is_grant(secret):
        return await _with_token(secret, reference, draft, net, tell, passphrase)
    kinds = [kind for candidate in draft.chosen for kind in candidate.auth if kind is not AuthKind.NONE]
    kind = kinds[0] if kinds and kinds[0] is not AuthKind.OAUTH2 else AuthKind.PASSWORD
    return SignIn(draft, Credential(_username(draft), secret, kind))


def marked(secret: str) -> str:
    """Return what of a secret changes when a person puts another one in its place, and not when a token is renewed."""
    from mailwizard.signin.oauth.grant import Grant, is_grant

    if not is_grant(secret):
        return secret
    try:
        grant = Grant.from_text(secret)
    except ValueError:
        return secret
    client = grant.registration
    return "\0".join((client.issuer, client.client_id, client.client_secret, client.key, str(grant.obtained_at)))


def _username(draft: Draft) -> str:
    named = next((candidate.username for candidate in draft.chosen if candidate.username), "")
    return named or (str(draft.address) if draft.address else "")


async def _with_token(
    secret: str, reference: str, draft: Draft, net: Net, tell: Tell, passphrase: AskPassphrase | None
) -> SignIn:
    from mailwizard.signin.oauth.grant import Grant
    from mailwizard.signin.oauth.opening import with_tokens
    from mailwizard.signin.oauth.tokens import credential_of

    try:
        known = Grant.from_text(secret)
    except ValueError as wrong:
        raise Unusable(str(wrong)) from None
    card = knowledge.issuer(known.registration.issuer)
    if card:
        _refuse_elsewhere(card, known, draft.chosen)
    witness = Witness(f"issuer:{known.registration.issuer}", tell, TOKEN_LIMIT)
    try:
        async with witness.step(Step.TOKEN) as said:
            grant, lost = await _fresh(known, reference, net, passphrase)
            said.detail = "the token is fresh"
    except Failure as failure:
        if failure.code == "bug" or failure.code.startswith("store."):
            raise
        return SignIn(draft, None)
    if lost is not None:
        tell(lost)
    ends = _foretold(grant, card, tell) if card else ""
    credential = replace(credential_of(grant), username=grant.username or _username(draft))
    return SignIn(with_tokens(draft), credential, ends)


async def _fresh(
    known: Grant, reference: str, net: Net, passphrase: AskPassphrase | None
) -> tuple[Grant, Evidence | None]:
    """Return a grant that is good for a while, and how it could not be kept where it could not."""
    from mailwizard.signin.oauth.tokens import LEFT, Unkept, fresh_grant

    now = time.time()
    if known.expires_at - now >= LEFT and known.renewed_at <= now + LEFT:
        return known, None
    try:
        return await fresh_grant(reference, net, passphrase), None
    except Unkept as lost:
        return lost.grant, Evidence(reference, Step.STORE, Outcome.FAIL, lost.code, detail=lost.detail)


def _refuse_elsewhere(card: IssuerCard, known: Grant, chosen: tuple[Candidate, ...]) -> None:
    """Refuse to send a token where it does not belong.

    Raises:
        Unusable: which says where it belongs.
    """
    from mailwizard.signin.oauth.audience import refusal, strangers
    from mailwizard.signin.oauth.graph_audience import mismatch, objection

    hosts = strangers(card.id, chosen)
    for wrong in (objection(card, chosen), mismatch(card, known.scopes, chosen, known.username)):
        if wrong:
            raise Unusable(f"{wrong[:1].upper()}{wrong[1:]}".rstrip(".") + ".")
    if hosts:
        raise Unusable(refusal(card.name, hosts, chosen))


def _foretold(grant: Grant, card: IssuerCard, tell: Tell) -> str:
    """Tell what of a grant ends soon, and return the first day on which anything of it ends."""
    from mailwizard.signin.oauth.expiry import warnings

    soon = warnings(grant, card, time.time())
    for seen in soon:
        tell(seen)
    days = [day for seen in soon if (day := seen.fact("ends"))]
    if grant.refresh_ends_at:
        days.append(datetime.fromtimestamp(grant.refresh_ends_at, UTC).date().isoformat())
    if grant.registration.ends:
        days.append(grant.registration.ends)
    return min(days, default="")

"""Tokens afterwards: a fresh one when it is needed, and the end of a sign-in."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from dataclasses import replace as changed

from mailwizard.model import Account, AuthKind, Credential, Failure
from mailwizard.net import Net
from mailwizard.signin.oauth import clients
from mailwizard.signin.oauth.expiry import ends_in_testing
from mailwizard.signin.oauth.flow import flow_for
from mailwizard.signin.oauth.grant import Grant, is_grant
from mailwizard.signin.oauth.issuers import card_of
from mailwizard.signin.oauth.registration import RegistrationKind
from mailwizard.storage import profiles, secrets
from mailwizard.storage.alone import alone, finish, renewal_lock
from mailwizard.storage.saving import forget_unnamed
from mailwizard.storage.secrets import AskPassphrase
from mailwizard.storage.secrets.references import Reference, load_store
from mailwizard.storage.secrets.store import SECRET_LIMIT

LEFT = 300.0
"""Seconds that a token must still be good for."""
_MOMENT = 0.15
"""Seconds in which an answer that is on its way may still come after a person has stopped waiting."""
_DAY = 86400
_ROOM = 256
"""Characters by which a renewed grant may be longer than the one before."""


class Unkept(Failure):
    """A grant was renewed and its store did not take it: ``grant`` is good for this run and is nowhere else."""

    def __init__(self, code: str, detail: str, grant: Grant) -> None:
        super().__init__(code, detail)
        self.grant = grant


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """How a sign-in ended."""

    revoked: bool
    """Whether its issuer withdrew it too."""
    why: str = ""
    """One sentence where it did not."""
    issuer: str = ""
    """The id of its issuer's card, or the issuer's address."""


async def fresh(reference: str, net: Net, passphrase: AskPassphrase | None = None, *, left: float = LEFT) -> Credential:
    """Return a credential of the grant that a reference names, with a token that is good for ``left`` seconds.

    A token that has to be renewed is renewed by one program at a time, and the renewed grant is in the store before
    anybody uses it; a variable, a file or a command's answer is a person's own and stays as it is. A store that takes
    nothing is found out before the issuer is asked, so that the grant in it stays good.

    Raises:
        Unkept: where the store took nothing once the grant was renewed.
        Failure: ``oauth.no-grant`` where the secret is none, ``oauth.…`` and ``http.…`` from the issuer, ``store.…``.
    """
    return credential_of(await fresh_grant(reference, net, passphrase, left=left))


async def fresh_grant(
    reference: str, net: Net, passphrase: AskPassphrase | None = None, *, left: float = LEFT
) -> Grant:
    """Return the grant that a reference names, with a token that is good for ``left`` seconds.

    Raises:
        Failure: as :func:`fresh`.
    """
    where = _reference(reference)
    store = load_store(where.store)
    key = await store.unlock(passphrase, put=False)
    grant = _read(await store.get(where.rest, key))
    if _good(grant, left):
        return grant
    if not store.keeps(where.rest):
        return await _renewed_as_known(grant, net, passphrase)
    async with alone(renewal_lock(reference)):
        grant = _read(await store.get(where.rest, key))
        if _good(grant, left):  # another program was faster
            return grant
        # An issuer that hands out a new refresh token with each answer has ended the old one by the time it answers.
        return await finish(_renewed_and_kept(grant, where, key, net, passphrase), _MOMENT)


async def _renewed_and_kept(
    grant: Grant, where: Reference, key: str, net: Net, passphrase: AskPassphrase | None
) -> Grant:
    """Renew a grant and put it back; once it is renewed, it is kept whoever stops waiting.

    Raises:
        Unkept: where it cannot be put back.
        Failure: ``store.…`` where nothing can be put there, which is tried with the old grant; as :func:`fresh`.
    """
    before = grant.to_text()
    # Blanks at the end belong to no grant, and hold the place that the longer one will need.
    await _put(where, key, before + " " * max(min(_ROOM, SECRET_LIMIT - len(before)), 0))
    renewed_one = await _renewed_as_known(grant, net, passphrase)
    try:
        await finish(_put(where, key, renewed_one.to_text()))
    except Failure as failure:
        raise Unkept(failure.code, _lost(grant, renewed_one, failure), renewed_one) from None
    return renewed_one


async def _put(where: Reference, key: str, text: str) -> None:
    """Put a grant's text into its store.

    Raises:
        Failure: ``store.…``.
    """
    try:
        await secrets.put_with(where.store, where.rest, text, key)
    except ValueError as wrong:
        raise Failure("store.too-large", str(wrong)) from None


def _lost(before: Grant, after: Grant, failure: Failure) -> str:
    """Say what becomes of a grant that was renewed and could not be put back."""
    said = f"{(failure.detail or failure.code).rstrip('.')}. The renewed sign-in could not be kept"
    if (before.refresh_token, before.cache) == (after.refresh_token, after.cache):
        return f"{said}: it is good for this run, and the next one renews the saved one again."
    return (
        f"{said}, and the saved one may be used up: the new one is good for this run and nowhere else. Make room in "
        "the store, and sign in again if the next run is refused."
    )


async def renewed(grant: Grant, net: Net) -> Grant:
    """Return a grant with a fresh token.

    Raises:
        Failure: ``oauth.…`` with the facts that tell why it may have ended, and as the network does.
    """
    card = await card_of(grant.registration.issuer, net)
    try:
        refreshed: Grant = await flow_for(grant.registration, card).refresh(grant, net)
    except Failure as failure:
        raise Failure(failure.code, failure.detail, facts=failure.facts + _about(grant)) from None
    return refreshed


async def _renewed_as_known(grant: Grant, net: Net, passphrase: AskPassphrase | None) -> Grant:
    """Renew a grant; where its program's secret has changed since, with the one that the scopes name today."""
    try:
        return await renewed(grant, net)
    except Failure as failure:
        if failure.code != "oauth.invalid_client":
            raise
        known = await clients.load(grant.registration.issuer, passphrase)
        if known is None or known.client_id != grant.registration.client_id or known == grant.registration:
            raise
    return await renewed(changed(grant, registration=known), net)


def credential_of(grant: Grant) -> Credential:
    """Return what a mail server takes: the mailbox's name and the token."""
    alone = grant.registration.kind is RegistrationKind.APP_ONLY
    return Credential(grant.username, grant.access_token, AuthKind.OAUTH2, app_only=alone)


async def logout(account: Account, net: Net, passphrase: AskPassphrase | None = None) -> LoggedOut:
    """End an account's sign-in: at the issuer where it can be withdrawn, and here in any case.

    Raises:
        Failure: ``oauth.no-grant`` where the account has none, ``store.…``.
    """
    if not account.secret:
        raise Failure("oauth.no-grant", "this account holds no sign-in")
    where = _reference(account.secret)
    store = load_store(where.store)
    key = await store.unlock(passphrase, put=False)
    # Whoever renews it at this moment would put what was renewed back into the store after it was forgotten.
    async with alone(renewal_lock(account.secret)):
        grant = _read(await store.get(where.rest, key))
        ended = changed(await _withdrawn(grant, net), issuer=grant.registration.issuer)
        await asyncio.to_thread(profiles.update, account.name, lambda saved: changed(saved, secret=""))
        await forget_unnamed(account.secret)
    return ended


async def _withdrawn(grant: Grant, net: Net) -> LoggedOut:
    try:
        card = await card_of(grant.registration.issuer, net)
        revoke = getattr(flow_for(grant.registration, card), "revoke", None)
        if revoke is None or not await revoke(grant, net):
            return LoggedOut(False, f"{card.name} has no way to withdraw a sign-in; it ends there when it is not used.")
    except Failure as failure:
        return LoggedOut(False, f"The sign-in could not be withdrawn at its issuer ({failure.code}): do that there.")
    return LoggedOut(True)


def _reference(text: str) -> Reference:
    try:
        return Reference.parse(text)
    except ValueError as wrong:
        raise Failure("store.missing", str(wrong)) from None


def _read(text: str) -> Grant:
    if not is_grant(text):
        raise Failure("oauth.no-grant", "this secret is no sign-in at a provider")
    try:
        return Grant.from_text(text)
    except ValueError as wrong:
        raise Failure("oauth.no-grant", str(wrong)) from None


def _good(grant: Grant, left: float) -> bool:
    """Return whether a token is good for some seconds; not where the clock has been set back since it was given."""
    now = time.time()
    return bool(grant.access_token) and grant.expires_at - now >= left and grant.renewed_at <= now + LEFT


def _about(grant: Grant) -> tuple[tuple[str, str], ...]:
    """Return what tells a grant's causes of death apart."""
    facts = []
    if grant.obtained_at:
        facts.append(("age-days", str(int(max(time.time() - grant.obtained_at, 0) // _DAY))))
    if ends_in_testing(grant):
        facts.append(("publishing", "testing"))
    return tuple(facts)

"""What a grant is worth: proven at the mail servers, kept in a store, and until when it lasts."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mailwizard.model import AuthKind, Candidate, Credential, Evidence, Outcome, State, Step, Until

if TYPE_CHECKING:
    from mailwizard.cli.deadline import Deadline
    from mailwizard.draft import Draft
    from mailwizard.knowledge.issuer_card import IssuerCard
    from mailwizard.net import Net
    from mailwizard.signin.oauth.grant import Grant
    from mailwizard.storage.profiles import Saved
    from mailwizard.storage.secrets import AskPassphrase
    from mailwizard.witness import Tell


async def prove(draft: Draft, grant: Grant, net: Net, tell: Tell, deadline: Deadline) -> Draft:
    """Sign in to the draft's servers with the token and return the draft with what was seen."""
    from mailwizard.checks import Limits, verify
    from mailwizard.signin.oauth.tokens import credential_of

    def keep(fact: Candidate | Evidence) -> None:
        nonlocal draft
        if isinstance(fact, Evidence):
            draft = draft.learn(fact)
        tell(fact)

    await verify(draft, credential_of(grant), net, keep, Until.SIGN_IN, limits=Limits(15.0, deadline.left))
    return draft


def refused(evidence: tuple[Evidence, ...]) -> bool:
    """Return whether a server refused the token and none took it."""
    outcomes = {seen.outcome for seen in evidence if seen.step is Step.SIGN_IN and seen.fact("secret") == "sent"}
    return Outcome.FAIL in outcomes and not outcomes & {Outcome.OK, Outcome.WARN}


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a grant is kept."""

    reference: str
    account: str = ""


async def keep(grant: Grant, saved: Saved | None, draft: Draft, store: str, passphrase: AskPassphrase) -> Kept:
    """Keep a grant: as the secret of a saved account, or under the name of the address.

    Raises:
        Failure: ``store.…``; a saved account and its secret are then what they were.
    """
    if saved is None:
        from mailwizard.storage import secrets

        # No account's own secret is called so: nobody's password is written over.
        reference = await secrets.put(store, f"{grant.username}/sign-in", grant.to_text(), passphrase)
        return Kept(reference)
    from mailwizard.draft.saving import proofs
    from mailwizard.storage.saving import save_account

    proven = draft.state is State.VERIFIED
    account = replace(
        saved.account,
        state=draft.state,
        cause="",
        verified_at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}" if proven else "",
        verified_until=Until.SIGN_IN if proven else None,
        verified_by=proofs(draft.evidence) if proven else (),
        broken_since="",
        issuer=grant.registration.issuer,
    )
    server = replace(
        saved.server,
        incoming_auth=_kind(saved.server.incoming_auth),
        outgoing_auth=_kind(saved.server.outgoing_auth),
    )
    credential = Credential(grant.username, grant.to_text(), AuthKind.OAUTH2)
    account = await save_account(account, server, credential, store=store, passphrase=passphrase)
    return Kept(account.secret, account.name)


def _kind(before: AuthKind) -> AuthKind:
    """Return what a server is signed in to with from now on; one that wants no sign-in still wants none."""
    return AuthKind.NONE if before is AuthKind.NONE else AuthKind.OAUTH2


def foreseen(grant: Grant, card: IssuerCard) -> tuple[Evidence, ...]:
    """Return what of a grant ends soon, as the expiry book says today."""
    from mailwizard.signin.oauth.expiry import warnings

    return warnings(grant, card, time.time())


def lasts(grant: Grant, card: IssuerCard, warnings: tuple[Evidence, ...]) -> tuple[str, str]:
    """Return the day on which a grant ends, empty where none is known, and that in words."""
    days = sorted(day for seen in warnings if (day := seen.fact("ends")))
    if grant.refresh_ends_at:
        days.append(datetime.fromtimestamp(grant.refresh_ends_at, UTC).date().isoformat())
    if grant.registration.ends:
        days.append(grant.registration.ends)
    if days:
        return min(days), f"on {min(days)}"
    if card.idle_days and grant.refresh_token + grant.cache:
        return "", f"once it was not used for {card.idle_days} days"
    return "", "on no day that is known"

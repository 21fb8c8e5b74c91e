"""What a check saw of a saved account, kept with it: only these fields, and only where they change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace as changed
from datetime import UTC, datetime

from mailwizard.draft.editing import saved_draft
from mailwizard.draft.saving import proofs
from mailwizard.model import Account, AuthKind, Evidence, Failure, Outcome, Server, State, Step, Until
from mailwizard.storage import fields, files
from mailwizard.storage.documents import Value, edit
from mailwizard.storage.layers import ACCOUNTS, FILE_LIMIT, SERVERS, file_of, find_name, layers, merge
from mailwizard.storage.places import Place, Scope, place, places
from mailwizard.storage.profiles import load
from mailwizard.storage.together import held
from mailwizard.storage.writing import title

_GOOD = frozenset({Outcome.OK, Outcome.WARN})
_UNSEEN = "delivery.unseen"
"""A message was taken, and there is no mailbox to look for it."""


def record(
    name: str, evidence: Iterable[Evidence], until: Until, *, cause: str = "", quiet: bool = False, now: str = ""
) -> Account:
    """Keep what a check of an account saw, and return the account as it stands then.

    An account is verified once every server it has passed to the depth of a sign-in or deeper, and broken once one of
    them failed; a check that did neither changes nothing. Where a message was taken and nobody saw it arrive, the
    sender is proven and the delivery is not. ``cause`` says what makes it broken; ``quiet`` writes nothing
    where only the time would change; ``now`` is the time as ISO 8601 in UTC. An account that others keep for this user
    gets these fields in the user's own scope.

    Raises:
        Failure: as :func:`~mailwizard.storage.profiles.load`; ``store.full``, ``store.denied`` …
    """
    saved = load(name)
    account = after(saved.account, saved.server, tuple(evidence), until, cause=cause, now=now)
    calm = changed(account, verified_at=saved.account.verified_at) == saved.account
    if account == saved.account or (quiet and calm):
        return saved.account
    wanted = {field: value for field, value in fields.account_values(account).items() if field in fields.STATE}
    home = _home(account.name)
    try:
        _write(home, account.name, wanted)
    except Failure as failure:
        if home.scope is Scope.USER or failure.code not in {"store.denied", "store.read-only"}:
            raise
        _write(place(Scope.USER), account.name, wanted)
    return account


def after(
    account: Account, server: Server, evidence: tuple[Evidence, ...], until: Until, *, cause: str = "", now: str = ""
) -> Account:
    """Return an account as it stands after a check, as :func:`record` describes."""
    now = now or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    draft = saved_draft(account, server, until)
    subjects = {str(candidate.endpoint) for candidate in draft.chosen}
    mine = tuple(seen for seen in evidence if seen.subject in subjects)
    draft = changed(draft, evidence=tuple(seen for seen in mine if seen.code != _UNSEEN))
    if len(draft.evidence) < len(mine):
        until = Until.SENDER
    if draft.state is State.BROKEN:
        since = account.broken_since or (now if account.verified_at else "")
        return changed(account, state=State.BROKEN, cause=cause or account.cause, broken_since=since)
    signed_in = {seen.subject for seen in draft.evidence if seen.step is Step.SIGN_IN and seen.outcome in _GOOD}
    whole = all(one.auth == (AuthKind.NONE,) or str(one.endpoint) in signed_in for one in draft.proven)
    if draft.state is not State.VERIFIED or not whole or not until.includes(Until.SIGN_IN):
        return account
    return changed(
        account,
        state=State.VERIFIED,
        verified_at=now,
        verified_until=until,
        verified_by=proofs(draft.evidence),
        broken_since="",
        cause="",
    )


def _home(name: str) -> Place:
    """Return the strongest scope that has an account's file."""
    return next(each for each in places() if files.is_there(file_of(each, ACCOUNTS, name)))


def _write(target: Place, name: str, wanted: Mapping[str, Value | None]) -> None:
    """Write the fields that differ from what holds."""
    with held(target, ACCOUNTS, SERVERS):
        said = merge(layers(ACCOUNTS, find_name(ACCOUNTS, name)))
        path = file_of(target, ACCOUNTS, name)
        changes = {field: value for field, value in wanted.items() if said.get(field, fields.ACCOUNT[field]) != value}
        if changes:
            first = f"{title(ACCOUNTS, name)} What checks from here saw of it; the rest is kept elsewhere."
            data = files.read(path, limit=FILE_LIMIT)
            files.write(path, edit(data, changes, path, first), private=target.private)

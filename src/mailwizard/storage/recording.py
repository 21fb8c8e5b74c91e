"""What a check saw of a saved account, kept with it: only these fields, and only where they change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import UTC, datetime
from hashlib import sha256

from mailwizard.draft.editing import saved_draft
from mailwizard.draft.saving import proofs
from mailwizard.model import Account, AuthKind, Evidence, Failure, Outcome, Server, State, Step, Until
from mailwizard.storage import fields, files
from mailwizard.storage.documents import edit
from mailwizard.storage.layers import ACCOUNTS, FILE_LIMIT, SERVERS, file_of, find_name, layers, merge
from mailwizard.storage.places import Place, Scope, place, places
from mailwizard.storage.profiles import load
from mailwizard.storage.together import held
from mailwizard.storage.writing import title

_GOOD = frozenset({Outcome.OK, Outcome.WARN})
_UNSEEN = "delivery.unseen"
"""A message was taken, and there is no mailbox to look for it."""


def basis(account: Account, server: Server) -> str:
    """Return what a check of an account rests on, as a fingerprint: whom it signs in, where, how, and with what."""
    ends = (server.incoming, server.outgoing, server.incoming_auth, server.outgoing_auth, server.mechanism)
    return sha256(repr((account.username, account.secret, *map(str, ends))).encode(errors="replace")).hexdigest()


def record(
    name: str,
    evidence: Iterable[Evidence],
    until: Until,
    *,
    cause: str = "",
    quiet: bool = False,
    now: str = "",
    checked: str = "",
) -> Account:
    """Keep what a check of an account saw, and return the account as it stands then.

    An account is verified once every server it has passed to the depth of a sign-in or deeper, and broken once one of
    them failed; a check that did neither changes nothing. Where a message was taken and nobody saw it arrive, the
    sender is proven and the delivery is not. ``cause`` says what makes it broken; ``quiet`` writes nothing
    where only the time would change; ``now`` is the time as ISO 8601 in UTC. ``checked`` is the :func:`basis` of what
    was checked: where the account rests on something else by now, nothing is written. An account that others keep for
    this user gets these fields in the user's own scope.

    Raises:
        Failure: as :func:`~mailwizard.storage.profiles.load`; ``store.full``, ``store.denied`` …
    """
    saw = _Saw(tuple(evidence), until, cause, now or _time(), quiet, checked)
    account, news = _stands(name, saw)
    if not news:
        return account
    home = _home(account.name)
    try:
        return _write(home, account.name, saw)
    except Failure as failure:
        if home.scope is Scope.USER or failure.code not in {"store.denied", "store.read-only"}:
            raise
        return _write(place(Scope.USER), account.name, saw)


@dataclass(frozen=True, slots=True)
class _Saw:
    """What :func:`record` was told."""

    evidence: tuple[Evidence, ...]
    until: Until
    cause: str
    now: str
    quiet: bool
    checked: str


def _stands(name: str, saw: _Saw) -> tuple[Account, bool]:
    """Return an account as it stands now, and whether that has to be written."""
    saved = load(name)
    if saw.checked and saw.checked != basis(saved.account, saved.server):
        return saved.account, False
    account = after(saved.account, saved.server, saw.evidence, saw.until, cause=saw.cause, now=saw.now)
    calm = changed(account, verified_at=saved.account.verified_at) == saved.account
    if account == saved.account or (saw.quiet and calm):
        return saved.account, False
    return account, True


def after(
    account: Account, server: Server, evidence: tuple[Evidence, ...], until: Until, *, cause: str = "", now: str = ""
) -> Account:
    """Return an account as it stands after a check, as :func:`record` describes."""
    now = now or _time()
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


def _write(target: Place, name: str, saw: _Saw) -> Account:
    """Write the fields that differ from what holds, and return the account; nobody changes it meanwhile."""
    with held(target, ACCOUNTS, SERVERS):
        account, news = _stands(name, saw)
        if not news:
            return account
        wanted = {field: value for field, value in fields.account_values(account).items() if field in fields.STATE}
        said = merge(layers(ACCOUNTS, find_name(ACCOUNTS, name)))
        path = file_of(target, ACCOUNTS, name)
        changes = {field: value for field, value in wanted.items() if said.get(field, fields.ACCOUNT[field]) != value}
        if changes:
            first = f"{title(ACCOUNTS, name)} What checks from here saw of it; the rest is kept elsewhere."
            data = files.read(path, limit=FILE_LIMIT)
            files.write(path, edit(data, changes, path, first), private=target.private)
        return account


def _time() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

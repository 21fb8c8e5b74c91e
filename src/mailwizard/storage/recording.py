"""What a check saw of a saved account, kept with it: only these fields, and only where they change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace as changed
from datetime import UTC, datetime

from mailwizard.draft.saving import proofs
from mailwizard.model import Account, AuthKind, Endpoint, Evidence, Failure, Outcome, Server, State, Step, Until
from mailwizard.storage import fields, files
from mailwizard.storage.documents import Value, edit
from mailwizard.storage.folders import locked
from mailwizard.storage.layers import ACCOUNTS, FILE_LIMIT, SERVERS, file_of, find_name, layers, merge
from mailwizard.storage.places import Place, Scope, place, places
from mailwizard.storage.profiles import load
from mailwizard.storage.writing import title

_GOOD = frozenset({Outcome.OK, Outcome.WARN})
_BESIDE = frozenset({Step.APPEND, Step.DISCOVER})
"""Steps that a server may go without and be proven."""


def record(
    name: str, evidence: Iterable[Evidence], until: Until, *, cause: str = "", quiet: bool = False, now: str = ""
) -> Account:
    """Keep what a check of an account saw, and return the account as it stands then.

    An account is verified once every server it has passed to the depth of a sign-in or deeper, and broken once one of
    them failed; a check that did neither changes nothing. ``cause`` says what makes it broken; ``quiet`` writes nothing
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
    ends = [(end, auth) for end, auth in _ends(server)]
    if not ends:
        return account
    mine = {str(end): [seen for seen in evidence if seen.subject == str(end)] for end, _ in ends}
    if any(seen.outcome is Outcome.FAIL for found in mine.values() for seen in found):
        since = account.broken_since or (now if account.verified_at else "")
        return changed(account, state=State.BROKEN, cause=cause or account.cause, broken_since=since)
    deep = until.includes(Until.SIGN_IN)
    if not deep or not all(_proven(mine[str(end)], auth) for end, auth in ends):
        return account
    return changed(
        account,
        state=State.VERIFIED,
        verified_at=now,
        verified_until=until,
        verified_by=proofs(evidence),
        broken_since="",
        cause="",
    )


def _ends(server: Server) -> tuple[tuple[Endpoint, AuthKind], ...]:
    pairs = ((server.incoming, server.incoming_auth), (server.outgoing, server.outgoing_auth))
    return tuple((end, auth) for end, auth in pairs if end is not None)


def _proven(seen: list[Evidence], auth: AuthKind) -> bool:
    """Return whether a server passed: signed in where it asks for that, and nothing of it left out."""
    left_out = any(one.outcome in {Outcome.SKIP, Outcome.RUNNING} and one.step not in _BESIDE for one in seen)
    signed_in = any(one.step is Step.SIGN_IN and one.outcome in _GOOD for one in seen)
    return bool(seen) and not left_out and (signed_in or auth is AuthKind.NONE)


def _home(name: str) -> Place:
    """Return the strongest scope that has an account's file."""
    return next(each for each in places() if files.is_there(file_of(each, ACCOUNTS, name)))


def _write(target: Place, name: str, wanted: Mapping[str, Value | None]) -> None:
    """Write the fields that differ from what holds."""
    with locked(target.folder, ACCOUNTS, SERVERS, private=target.private):
        said = merge(layers(ACCOUNTS, find_name(ACCOUNTS, name)))
        path = file_of(target, ACCOUNTS, name)
        changes = {field: value for field, value in wanted.items() if said.get(field, fields.ACCOUNT[field]) != value}
        if changes:
            first = f"{title(ACCOUNTS, name)} What checks from here saw of it; the rest is kept elsewhere."
            data = files.read(path, limit=FILE_LIMIT)
            files.write(path, edit(data, changes, path, first), private=target.private)

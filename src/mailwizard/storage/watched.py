"""What a watch knew of each account, kept so that a restart tells nothing twice and tries no refused sign-in again.

No secret is in it: of a refused one there are ten bits of a slow hash with a salt of its own, which tell another secret
from the same one and are shared by a thousandth of all others.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from mailwizard.model import Failure
from mailwizard.storage import files
from mailwizard.storage.folders import locked
from mailwizard.storage.places import state_dir

SCHEMA = 1
_LIMIT = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Hold:
    """A sign-in that was refused and is not tried again."""

    saved: str
    """What the account and its server said at that time, as a fingerprint."""
    salt: str
    mark: int
    """Ten bits of the secret that was refused."""
    cause: str = ""
    title: str = ""
    """Why it was refused, in a few words."""
    again: float = 0.0
    """From when on it may be tried again all the same, by the wall clock; 0 for never."""
    logins: tuple[str, ...] = ()
    """Where it was refused: a place and a user name each, without capitals."""
    at: float = 0.0
    """When it was refused, by the wall clock."""


@dataclass(frozen=True, slots=True)
class Watched:
    """How one account stood when it was last looked at."""

    state: str = ""
    """``works``, ``broken``, ``skipped``, ``unfit``; empty where nothing is known."""
    cause: str = ""
    since: str = ""
    """Since when, as ISO 8601 in UTC."""
    checked: float = 0.0
    """When it was last checked, by the wall clock; 0 for never."""
    expires: float = 0.0
    """When the first thing that it needs ends, a certificate or the sign-in, by the wall clock; 0 where unknown."""
    hold: Hold | None = None


@dataclass(frozen=True, slots=True)
class _Book:
    schema: int
    accounts: dict[str, Watched]


def load() -> dict[str, Watched]:
    """Return what was known of each account; nothing where nothing was kept or it is damaged.

    Raises:
        Failure: ``store.denied``, ``store.missing`` without a home …
    """
    import msgspec

    try:
        data = files.read(_path(), limit=_LIMIT)
        book = msgspec.json.decode(data, type=_Book) if data else _Book(SCHEMA, {})
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return {}
    except Failure as failure:
        if failure.code == "store.damaged":
            return {}
        raise
    return book.accounts if book.schema == SCHEMA else {}


def save(
    changes: Mapping[str, Watched], gone: Collection[str] = (), released: Collection[Hold] = ()
) -> dict[str, Watched]:
    """Keep what is new of some accounts, and return what is known of each account then.

    What another watch kept meanwhile stays: of other accounts all of it, and a sign-in that was refused after this
    watch last looked, unless that hold is among the ``released``. ``gone`` are accounts that are no longer there.

    Raises:
        Failure: ``store.full``, ``store.read-only``, ``store.denied``, ``store.missing`` …
    """
    import msgspec

    path = _path()
    with locked(path.parent):
        known = load()
        for name, mine in changes.items():
            known[name] = _merged(mine, known.get(name, Watched()).hold, released)
        for name in gone:
            known.pop(name, None)
        files.write(path, msgspec.json.encode(_Book(SCHEMA, known)), keep_old=False)
    return known


def _merged(mine: Watched, hold: Hold | None, released: Collection[Hold]) -> Watched:
    """Return what one watch knows of an account with the hold that another one kept since."""
    if mine.hold is None and hold is not None and hold.at > mine.checked and hold not in released:
        return replace(mine, hold=hold)
    return mine


def _path() -> Path:
    return state_dir() / "watched.json"

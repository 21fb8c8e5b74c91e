"""Messages of ours that may still lie in somebody's mailbox, so that the next check removes them; never a secret."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailwizard.model import Failure
from mailwizard.storage import files
from mailwizard.storage.folders import locked
from mailwizard.storage.places import state_dir

_LIMIT = 256 * 1024
_MOST = 200
"""Entries; of more the oldest are forgotten."""
_AGE = timedelta(days=14)
"""After which a message that never turned up is not looked for any more."""
_NAMED = 3
"""Mailboxes that are named in a sentence."""
_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One message that was sent."""

    token: str
    """What it is found by."""
    mailbox: str
    """Where it should have arrived: the incoming server's ``host:port``."""
    username: str
    sent: str
    """When, as ISO 8601 in UTC."""


def keep(token: str, mailbox: str, username: str) -> None:
    """Write down a message that is about to be sent.

    Raises:
        Failure: ``store.full``, ``store.read-only``, ``store.missing``, ``store.denied`` …
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    _change(lambda entries: [*entries, Entry(token, mailbox, username, now)])


def entries(mailbox: str, username: str) -> tuple[Entry, ...]:
    """Return the messages that may still lie in a mailbox; none where nothing was written down or can be read.

    Raises:
        Failure: ``store.denied``, ``store.missing`` without a home …
    """
    return tuple(entry for entry in _read(_path()) if (entry.mailbox, entry.username) == (mailbox, username))


def left() -> tuple[Entry, ...]:
    """Return all messages that may still lie in some mailbox, oldest first.

    Raises:
        Failure: as :func:`entries`.
    """
    oldest = _oldest()
    return tuple(entry for entry in _read(_path()) if entry.sent >= oldest)


def sentence() -> str:
    """Return a sentence for a person about messages that may still lie in mailboxes; nothing where there are none.

    Raises:
        Failure: as :func:`entries`.
    """
    entries = left()
    if not entries:
        return ""
    mailboxes = dict.fromkeys(f"{entry.username} at {entry.mailbox}" for entry in entries)
    several = len(entries) > 1
    count = f"{len(entries)} test messages" if several else "A test message"
    more = f" and {len(mailboxes) - _NAMED} more" if len(mailboxes) > _NAMED else ""
    where = ", ".join([*mailboxes][:_NAMED]) + more
    them = "them" if several else "it"
    return f"{count} of earlier checks may still lie in the mailbox of {where}; the next sign-in there removes {them}."


def forget(token: str) -> None:
    """Cross a message off.

    Raises:
        Failure: as :func:`keep`.
    """
    if any(entry.token == token for entry in _read(_path())):
        _change(lambda entries: [entry for entry in entries if entry.token != token])


def _path() -> Path:
    return state_dir() / "journal.json"


def _oldest() -> str:
    """Return the time before which nothing is looked for any more."""
    return (datetime.now(UTC) - _AGE).isoformat()


def _change(change: Callable[[list[Entry]], list[Entry]]) -> None:
    """Replace the journal by what a change makes of it; what is too old goes."""
    import msgspec

    path = _path()
    with locked(path.parent):
        oldest = _oldest()
        kept = [entry for entry in change(_read(path)) if entry.sent >= oldest][-_MOST:]
        if kept:
            files.write(path, msgspec.json.encode({"schema": 1, "sent": kept}), keep_old=False)
        else:
            files.erase(path)


def _read(path: Path) -> list[Entry]:
    """Return what is written down; a damaged journal is an empty one, because nothing is lost with it."""
    import msgspec

    try:
        data = files.read(path, limit=_LIMIT)
        book = msgspec.json.decode(data or b"{}", type=dict[str, msgspec.Raw])
        found = msgspec.json.decode(book.get("sent", msgspec.Raw(b"[]")), type=list[Entry])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return []
    except Failure as failure:
        if failure.code == "store.damaged":
            return []
        raise
    return [entry for entry in found if _TOKEN.fullmatch(entry.token)]

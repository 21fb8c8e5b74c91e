"""Unfinished accounts, kept so that nothing is typed twice; never a secret."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from mailwizard.draft import Draft, Stage
from mailwizard.model import Failure, Outcome
from mailwizard.net.clean import clean
from mailwizard.storage import files
from mailwizard.storage.faults import UNREADABLE, faults
from mailwizard.storage.folders import locked
from mailwizard.storage.names import suggest_name
from mailwizard.storage.places import state_dir

SCHEMA = 1
_LIMIT = 1024 * 1024
_NAMELESS = "no address yet"

_turns = itertools.count(1)
_order = threading.Lock()
_done: dict[str, int] = {}
"""The turn of what was last done to a draft's file: of two threads the one asked later wins, however they run."""


def keep(draft: Draft) -> None:
    """Keep a draft, one an address.

    Raises:
        Failure: ``store.full``, ``store.read-only``, ``store.missing``, ``store.denied`` …
    """
    _keep(draft, next(_turns))


def resume(say: Callable[[str], None] | None = None) -> Draft | None:
    """Return the latest unfinished draft, or ``None``.

    Sign-in is to be answered again, because no draft holds a secret, and what was running when it was kept is gone.
    A file that cannot be read is set aside as ``NAME.bad-<time>`` and named in a sentence to ``say``.

    Raises:
        Failure: ``store.missing`` without a home; ``store.denied`` …
    """
    for path in _latest_first():
        try:
            draft = _read(path)
        except Failure as failure:
            _put_aside(path, failure, say or (lambda sentence: None))
            continue
        if draft is not None and draft.stage is not Stage.DONE:
            return _as_resumed(draft)
    return None


def discard(draft: Draft | None = None) -> None:
    """Forget a draft, or the one that :func:`resume` would offer.

    Raises:
        Failure: ``store.denied``, ``store.read-only`` …
    """
    _discard(draft, next(_turns))


async def keep_async(draft: Draft) -> None:
    """Keep a draft without blocking the loop; of two calls the later one stays."""
    import asyncio

    await asyncio.to_thread(_keep, draft, next(_turns))


async def discard_async(draft: Draft | None = None) -> None:
    """Forget a draft without blocking the loop; a draft that is still being kept goes too."""
    import asyncio

    await asyncio.to_thread(_discard, draft, next(_turns))


def _folder() -> Path:
    return state_dir() / "drafts"


def _path(draft: Draft) -> Path:
    return _folder() / f"{suggest_name(draft.address) if draft.address else _NAMELESS}.json"


def _keep(draft: Draft, turn: int) -> None:
    path = _path(draft)
    data = _encode(draft)
    with _order, locked(path.parent):
        if _done.get(str(path), 0) > turn:
            return
        _make_way(path)
        files.write(path, data, keep_old=False)
        _done[str(path)] = turn
        if draft.address:
            files.erase(path.with_name(f"{_NAMELESS}.json"))


def _discard(draft: Draft | None, turn: int) -> None:
    with _order:
        path = _path(draft) if draft else next(iter(_latest_first()), None)
        if path is None:
            return
        _done[str(path)] = turn
        if files.is_there(path):
            with locked(path.parent):
                files.erase(path)


def _encode(draft: Draft) -> bytes:
    import msgspec

    now = datetime.now(UTC).isoformat(timespec="seconds")
    return msgspec.json.encode({"schema": SCHEMA, "kept": now, "draft": draft}, order="sorted")


def _read(path: Path) -> Draft | None:
    """Return a kept draft; ``None`` where it is gone."""
    import msgspec

    data = files.read(path, limit=_LIMIT)
    if data is None:
        return None
    shown = clean(str(path))
    try:
        envelope = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        schema = msgspec.json.decode(envelope.get("schema", msgspec.Raw(b"0")), type=int)
        if schema != SCHEMA:
            raise Failure("store.newer", f"{shown} was kept by another version of mailwizard (schema {schema}).")
        return msgspec.json.decode(envelope.get("draft", msgspec.Raw(b"null")), type=Draft)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as wrong:
        raise Failure("store.damaged", f"{shown} is damaged ({clean(str(wrong))}).") from None


def _as_resumed(draft: Draft) -> Draft:
    """Return a draft as it can go on: nothing runs, and a secret has to be given again."""
    answered = draft.answered - {Stage.SIGN_IN} if draft.wants_secret else draft.answered
    evidence = tuple(seen for seen in draft.evidence if seen.outcome is not Outcome.RUNNING)
    clues = tuple(seen for seen in draft.clues if seen.outcome is not Outcome.RUNNING)
    return replace(draft, answered=answered, evidence=evidence, clues=clues)


def _latest_first() -> list[Path]:
    folder = _folder()
    found: list[tuple[int, Path]] = []
    with faults(folder), suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".json") and not entry.name.startswith("."):
                found.append((entry.stat(follow_symlinks=False).st_mtime_ns, folder / entry.name))
    return [path for _, path in sorted(found, reverse=True)]


def _make_way(path: Path) -> None:
    """Set aside what another version, or an accident, left in a draft's place; for use under the lock."""
    with faults(path):
        if path.is_symlink():
            return
    try:
        _read(path)
    except Failure as failure:
        if failure.code not in UNREADABLE:
            raise
        _aside(path)


def _aside(path: Path) -> Path:
    """Give a draft that cannot be read a name of its own."""
    aside = path.with_name(f"{path.name}.bad-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    with faults(path):
        path.rename(aside)
    return aside


def _put_aside(path: Path, failure: Failure, say: Callable[[str], None]) -> None:
    """Move an unreadable draft out of the way and name it; where that fails it stays, and is named all the same."""
    try:
        with locked(path.parent):
            aside = _aside(path)
    except Failure:
        say(failure.detail)
    else:
        say(f"{failure.detail} It is set aside as {clean(aside.name)}.")

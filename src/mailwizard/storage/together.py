"""Several files of a scope changed as one step: whatever stops that, all of them are as they were.

What the files held before stands in a journal until the last of them is written. A program that dies in between leaves
it behind, and the next one that reads or writes anything there takes back what was half done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from mailwizard.model import Failure
from mailwizard.storage import files
from mailwizard.storage.folders import LOCK_LIMIT, locked
from mailwizard.storage.places import Place, places

_JOURNAL = ".undo"
_LIMIT = 256 * 1024 * 1024
_PATIENCE = 5.0
"""Seconds that a reader waits for a writer who is in the middle of a step."""


@contextmanager
def held(target: Place, *kinds: str, limit: float = LOCK_LIMIT) -> Iterator[None]:
    """Keep every other writer out of a scope, and take back what one that died has left half done.

    Raises:
        Failure: as :func:`~mailwizard.storage.folders.locked`; ``store.…`` where something cannot be taken back.
    """
    with locked(target.folder, *kinds, private=target.private, limit=limit):
        _take_back(target)
        yield


@contextmanager
def together(target: Place, *paths: Path) -> Iterator[None]:
    """Let what is done to some files count once all of it is done; for use while the scope is held.

    Raises:
        Failure: ``store.…`` where one of them cannot be read, or there is no room to write down what is in them.
    """
    before = {path: files.read(path) for path in dict.fromkeys(paths)}
    journal = target.folder / _JOURNAL
    files.write(journal, _encode(target, before), private=target.private, keep_old=False)
    try:
        yield
    except BaseException:
        with suppress(Failure):
            _undo(target, before)
        raise
    files.erase(journal)


def settled() -> None:
    """Take back, before anything is read, what a program that died has left half done; wait for one that lives.

    Where that cannot be done now it is done by the next one that can.
    """
    for each in places():
        with suppress(Failure):
            if files.is_there(each.folder / _JOURNAL):
                with held(each, limit=_PATIENCE):
                    pass


def _take_back(target: Place) -> None:
    """Give the files that a journal names their content of before; what they hold now stays as ``NAME.old``."""
    journal = target.folder / _JOURNAL
    data = files.read(journal, limit=_LIMIT)
    if data is None:
        return
    _undo(target, _decode(target, data), keep_now=True)


def _undo(target: Place, before: Mapping[Path, bytes | None], *, keep_now: bool = False) -> None:
    """Put back what can be put back; the journal stays until that is all of it."""
    failures = []
    for path, data in before.items():
        try:
            _put_back(path, data, private=target.private, keep_now=keep_now)
        except Failure as failure:
            failures.append(failure)
    if failures:
        raise failures[0]
    files.erase(target.folder / _JOURNAL)


def _put_back(path: Path, before: bytes | None, *, private: bool, keep_now: bool = False) -> None:
    """Give one file its content of before, on a full disk from the copy that was kept of it."""
    if files.read(path) == before:
        return
    if before is None:
        files.retire(path) if keep_now else files.erase(path)
        return
    try:
        files.write(path, before, private=private, keep_old=keep_now)
    except Failure:
        if files.read(path.with_name(f"{path.name}.old")) != before:
            raise
        files.restore(path)


def _encode(target: Place, before: Mapping[Path, bytes | None]) -> bytes:
    import msgspec

    held_before = {path.relative_to(target.folder).as_posix(): data for path, data in before.items()}
    return msgspec.json.encode({"schema": 1, "before": held_before})


def _decode(target: Place, data: bytes) -> dict[Path, bytes | None]:
    """Return what a journal says of files of the scope, and of no others; a damaged one says nothing."""
    import msgspec

    class Journal(msgspec.Struct):
        before: dict[str, bytes | None]

    try:
        before = msgspec.json.decode(data, type=Journal).before
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    return {target.folder / name: kept for name, kept in before.items() if _is_inside(PurePosixPath(name).parts)}


def _is_inside(parts: Iterable[str]) -> bool:
    *folders, name = tuple(parts) or ("",)
    return len(folders) < 2 and not any(each.startswith((".", "/")) for each in folders) and name.endswith(".toml")

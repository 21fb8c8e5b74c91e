"""How far a list was worked through: which rows were begun and how each ended, so that a later run goes on there.

One line of JSON an event, appended and on the disk before anything else happens. It holds a digest of each row and
never a word of it.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from time import time

from mailwizard.model import Failure
from mailwizard.storage import files
from mailwizard.storage.faults import faults, ours
from mailwizard.storage.folders import make_folder, open_folder
from mailwizard.storage.places import state_dir

_LIMIT = 8 << 20
_AGE = 30 * 86400
"""Seconds after which an old list is forgotten."""
_MARK = re.compile(r"[0-9a-f]{32}")
_REFUSED = "refused"
_RESULT = re.compile(r"[a-z-]{1,40}")


@dataclass(slots=True)
class Worked:
    """A list that is being worked through; made by :func:`working`."""

    done: dict[str, str]
    """How each row ended, by its mark."""
    begun: frozenset[str]
    """The rows that an earlier run had begun, and of which nothing more is known."""
    _fd: int = field(repr=False)
    _path: Path
    refused: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The logins that were refused for each row, as digests, by the row's mark."""

    def begin(self, mark: str) -> None:
        """Write down that a row is about to be worked on; blocks until that is on the disk.

        Raises:
            Failure: ``store.full``, ``store.read-only`` …
        """
        self._append({"row": mark})

    def refuse(self, mark: str, logins: Iterable[str]) -> None:
        """Write down that a row's secret was refused for logins, given as 32 hexadecimal digits each.

        That is how the row ended unless another end is written; blocks until it is on the disk.

        Raises:
            Failure: as :meth:`begin`.
        """
        for login in logins:
            self._append({"row": mark, "result": _REFUSED, "login": login})

    def end(self, mark: str, result: str) -> None:
        """Write down how a row ended; blocks until that is on the disk.

        Raises:
            Failure: as :meth:`begin`.
        """
        self._append({"row": mark, "result": result})
        self.done[mark] = result

    def _append(self, entry: dict[str, str]) -> None:
        data = f"{json.dumps(entry)}\n".encode()
        with faults(self._path):
            if os.write(self._fd, data) != len(data):
                raise Failure("store.full", f"There is no room left to write {self._path.name}.")
            os.fsync(self._fd)


@contextmanager
def working(name: str, *, resume: bool) -> Iterator[Worked]:
    """Work on a list of this name; only one program does so at a time. Without ``resume`` it begins anew.

    Raises:
        Failure: ``store.timeout`` where another program works on it; ``store.denied``, ``store.full`` …
    """
    folder = state_dir() / "lists"
    make_folder(folder)
    _tidy(folder)
    path = folder / f"{sha256(name.encode(errors='surrogateescape')).hexdigest()[:32]}.jsonl"
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    with faults(path), open_folder(folder) as at:
        fd = os.open(path.name, flags, 0o600, dir_fd=at)
    try:
        with faults(path):
            ours(os.fstat(fd), path)
            _lock(fd)
            if not resume:
                os.ftruncate(fd, 0)
            else:
                _end_line(fd, path)
        done, begun, refused = _read(path)
        yield Worked(done, begun, fd, path, refused)
    finally:
        os.close(fd)


def unfinished(name: str) -> bool:
    """Return whether a list of this name was begun."""
    path = state_dir() / "lists" / f"{sha256(name.encode(errors='surrogateescape')).hexdigest()[:32]}.jsonl"
    with suppress(OSError):
        return path.stat().st_size > 0
    return False


def _lock(fd: int) -> None:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Failure("store.timeout", "Another mailwizard is working through this list; wait for its end.") from None


def _end_line(fd: int, path: Path) -> None:
    """End a line that a killed program left half written."""
    data = files.read(path, limit=_LIMIT) or b""
    if data and not data.endswith(b"\n"):
        os.write(fd, b"\n")


def _read(path: Path) -> tuple[dict[str, str], frozenset[str], dict[str, tuple[str, ...]]]:
    """Return how rows ended, which were only begun, and which logins were refused; the rest is no entry of ours."""
    done: dict[str, str] = {}
    begun: set[str] = set()
    refused: dict[str, tuple[str, ...]] = {}
    for line in (files.read(path, limit=_LIMIT) or b"").splitlines():
        with suppress(ValueError, RecursionError, AttributeError, TypeError):
            entry = json.loads(line)
            mark, result = entry.get("row", ""), entry.get("result", "")
            if _MARK.fullmatch(mark) and not result:
                begun.add(mark)
            elif _MARK.fullmatch(mark) and _RESULT.fullmatch(result):
                done[mark] = result
                if _MARK.fullmatch(login := entry.get("login", "")):
                    refused[mark] = (*refused.get(mark, ()), login)
    return done, frozenset(begun - done.keys()), refused


def _tidy(folder: Path) -> None:
    """Forget lists that nobody has worked on for long."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".jsonl") and entry.stat(follow_symlinks=False).st_mtime < time() - _AGE:
                Path(entry.path).unlink()

"""Folders of our own, and the lock that keeps two writers apart in them."""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.storage.faults import faults, ours

LOCK_LIMIT = 30.0
"""Seconds to wait for another writer."""
_LOCK = ".lock"


@contextmanager
def locked(folder: Path, *inner: str, private: bool = True, limit: float = LOCK_LIMIT) -> Iterator[None]:
    """Keep every other writer out of a folder and remove what writers that died have left.

    The folder, and those inside it that are named, are made where they are missing.

    Raises:
        Failure: ``store.timeout`` where another writer holds it too long; ``store.…`` where it cannot be written.
    """
    folders = (folder, *(folder / name for name in inner))
    for each in folders:
        make_folder(each, private=private)
    path = folder / _LOCK
    with faults(path), open_folder(folder) as fd:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
        lock = os.open(_LOCK, flags, 0o600 if private else 0o644, dir_fd=fd)
    try:
        with faults(path):
            ours(os.fstat(lock), path)
            deadline = time.monotonic() + limit
            while not _try_lock(lock):
                if time.monotonic() > deadline:
                    raise Failure("store.timeout", f"Another mailwizard keeps {clean(str(folder))} busy; try again.")
                time.sleep(0.005)
            for each in folders:
                _sweep(each)
        yield
    finally:
        with suppress(OSError):
            os.close(lock)


def make_folder(folder: Path, *, private: bool = True) -> None:
    """Make a folder and what is missing above it, 0700 (0755 where everybody reads) whatever the umask says.

    Raises:
        Failure: ``store.missing`` where the home folder itself is missing; ``store.denied``, ``store.read-only`` …
    """
    need_home(folder)
    mode = 0o700 if private else 0o755
    missing = [each for each in (folder, *folder.parents) if not os.path.lexists(each)]
    for each in reversed(missing):
        with faults(each), suppress(FileExistsError):
            each.mkdir(mode=0o700)
            each.chmod(mode)
    with faults(folder), open_folder(folder) as fd:
        state = os.fstat(fd)
        ours(state, folder, regular=False)
        too_open = stat.S_IMODE(state.st_mode) & (0o077 if private else 0o022)
        if too_open:
            os.fchmod(fd, stat.S_IMODE(state.st_mode) & ~too_open)


def need_home(folder: Path) -> None:
    """Refuse a folder inside a home folder that does not exist, because a home is not ours to make.

    Raises:
        Failure: ``store.missing``; ``store.denied`` where that cannot be seen.
    """
    home = Path(os.environ.get("HOME", ""))
    if home.is_absolute() and folder.is_relative_to(home):
        with faults(home, "The home folder {path} does not exist."):
            home.stat()


@contextmanager
def open_folder(path: Path) -> Iterator[int]:
    """Hold a folder open, so that everything done in it is done in this one and in no other."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield fd
    finally:
        with suppress(OSError):
            os.close(fd)


def _try_lock(fd: int) -> bool:
    """Return whether the lock is ours now."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sweep(folder: Path) -> None:
    """Remove the temporary files of writers that are no more."""
    with os.scandir(folder) as entries:
        litter = [entry.name for entry in entries if entry.name.startswith(".") and entry.name.endswith(".tmp")]
    for name in litter:
        pid = name.removesuffix(".tmp").rpartition(".")[2].partition("-")[0]
        if pid.isascii() and pid.isdecimal() and not _alive(int(pid)):
            with suppress(OSError):
                (folder / name).unlink()


def _alive(pid: int) -> bool:
    """Return whether a process with this number is running."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True

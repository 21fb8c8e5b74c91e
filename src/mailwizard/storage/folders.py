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
_WALK = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


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
    lock = open_lock(folder, _LOCK, private=private)
    try:
        with faults(folder / _LOCK):
            deadline = time.monotonic() + limit
            while not try_lock(lock):
                if time.monotonic() > deadline:
                    raise busy(folder)
                time.sleep(0.005)
            for each in dict.fromkeys((*folders, *_without_lock(folder))):
                _sweep(each)
        yield
    finally:
        with suppress(OSError):
            os.close(lock)


def open_lock(folder: Path, name: str, *, private: bool = True) -> int:
    """Return a descriptor for :func:`try_lock`; closing it opens the lock.

    Raises:
        Failure: ``store.denied`` for what is no plain file of our own; ``store.…``.
    """
    path = folder / name
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    with faults(path), open_ours(folder) as fd:
        lock = os.open(name, flags, 0o600 if private else 0o644, dir_fd=fd)
        try:
            ours(os.fstat(lock), path)
        except BaseException:
            os.close(lock)
            raise
    return lock


def try_lock(lock: int) -> bool:
    """Return whether a lock is ours now; a dead process holds none."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def busy(folder: Path) -> Failure:
    """Return the failure of waiting in vain."""
    return Failure("store.timeout", f"Another mailwizard keeps {clean(str(folder))} busy; try again.")


def make_folder(folder: Path, *, private: bool = True) -> None:
    """Make a folder and what is missing above it, 0700 (0755 where everybody reads) whatever the umask says.

    A link in its place is followed where the link is the user's own and leads to a folder of the user's own, whose
    mode then stays as it is; above it, where the link is the user's or root's.

    Raises:
        Failure: ``store.missing`` where the home folder itself is missing; ``store.denied``, ``store.read-only`` …
    """
    need_home(folder)
    _refuse_strange_links(folder)
    mode = 0o700 if private else 0o755
    missing = [each for each in (folder, *folder.parents) if not os.path.lexists(each)]
    for each in reversed(missing):
        with faults(each), suppress(FileExistsError):
            each.mkdir(mode=0o700)
            with open_folder(each, follow=False) as fd:
                os.fchmod(fd, mode)
    with faults(folder):
        linked = folder.is_symlink()
        with open_folder(folder, follow=linked) as fd:
            state = os.fstat(fd)
            ours(state, folder, regular=False)
            too_open = stat.S_IMODE(state.st_mode) & (0o077 if private else 0o022)
            if too_open and not linked:
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


def _refuse_strange_links(folder: Path) -> None:
    """Refuse a path that somebody else could lead elsewhere.

    Raises:
        Failure: ``store.denied``.
    """
    for each in (folder, *folder.parents):
        with faults(each), suppress(FileNotFoundError, NotADirectoryError):
            state = each.lstat()
            if stat.S_ISLNK(state.st_mode):
                ours(state, each, regular=False, root_too=each != folder)


@contextmanager
def open_folder(path: Path, *, follow: bool = True) -> Iterator[int]:
    """Hold a folder open, so that everything done in it is done in this one and in no other."""
    fd = os.open(path, _WALK if follow else _WALK | os.O_NOFOLLOW)
    try:
        yield fd
    finally:
        with suppress(OSError):
            os.close(fd)


@contextmanager
def open_ours(path: Path) -> Iterator[int]:
    """Hold a folder of our own open; what a path leads to may have been swapped since it was looked at.

    Raises:
        Failure: ``store.denied`` for a folder of somebody else.
    """
    with open_folder(path) as fd:
        ours(os.fstat(fd), path, regular=False)
        yield fd


def _without_lock(folder: Path) -> list[Path]:
    """Return the folders inside one that its lock is for as well: those without a lock of their own."""
    with os.scandir(folder) as entries:
        inner = [Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)]
    return [each for each in inner if not os.path.lexists(each / _LOCK)]


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

"""Read and write files so that a person's data survives whatever happens.

A write leaves the old file or the new one, never neither, and only returns once the new one is on the disk.
Writing belongs inside :func:`~mailwizard.storage.folders.locked`.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import time
from contextlib import suppress
from pathlib import Path

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.storage.faults import faults, ours
from mailwizard.storage.folders import open_ours

READ_LIMIT = 4 * 1024 * 1024
"""Bytes; no file of ours comes near."""


def is_there(path: Path) -> bool:
    """Return whether a path leads to something.

    Raises:
        Failure: ``store.denied`` where that cannot be seen.
    """
    with faults(path), suppress(FileNotFoundError, NotADirectoryError):
        path.stat()
        return True
    return False


def read(path: Path, *, limit: int = READ_LIMIT) -> bytes | None:
    """Return what is in a file, or ``None`` where there is none.

    A link is followed, but only to a plain file that belongs to the user or to root.

    Raises:
        Failure: ``store.denied`` for anything else than that; ``store.damaged`` above ``limit``; ``store.…``.
    """
    with faults(path):
        try:
            fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
        except FileNotFoundError:
            return None
        try:
            ours(os.fstat(fd), path, root_too=True)
            data = drain(fd, limit + 1)
        finally:
            os.close(fd)
    if len(data) > limit:
        raise Failure("store.damaged", f"{clean(str(path))} is too large to be one of mailwizard's files.")
    return data


def write(path: Path, data: bytes, *, private: bool = True, keep_old: bool = True, fresh: bool = False) -> None:
    """Replace a file as one step; the version before stays as ``NAME.old``.

    A link, or a file of somebody else, in its place is refused and left alone; so is anything where it has to be
    ``fresh``.

    Raises:
        Failure: ``store.exists``, ``store.full``, ``store.read-only``, ``store.denied``, ``store.missing``,
            ``store.failed``.
    """
    mode = 0o600 if private else 0o644
    with faults(path), open_ours(path.parent) as folder:
        was_there = _target(path, folder)
        temporary = _temporary(path.name)
        try:
            _fill(folder, temporary, data, mode)
            if was_there and keep_old:
                _keep_old(folder, path.name, mode)
            (_appear if fresh else _replace)(folder, temporary, path.name)
        except FileExistsError:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=folder)
            raise Failure("store.exists", f"{clean(str(path))} is there already.") from None
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=folder)
            raise
        try:
            settle(folder)
        except OSError:
            with suppress(OSError):
                _take_back(folder, path.name, was_there=was_there, kept=keep_old)
            raise


def retire(path: Path) -> None:
    """Take a file away; it stays as ``NAME.old`` until the next one.

    Raises:
        Failure: ``store.missing`` where there is none; ``store.denied``, ``store.read-only``, ``store.failed``.
    """
    with faults(path), open_ours(path.parent) as folder:
        _target(path, folder)
        _move(folder, path.name, f"{path.name}.old")
        settle(folder)


def rename(path: Path, name: str) -> None:
    """Give a file another name in its folder, as one step; what has that name is replaced.

    Raises:
        Failure: ``store.missing`` where there is none; ``store.denied``, ``store.read-only``, ``store.failed``.
    """
    with faults(path), open_ours(path.parent) as folder:
        _target(path, folder)
        os.rename(path.name, name, src_dir_fd=folder, dst_dir_fd=folder)
        settle(folder)


def erase(path: Path) -> None:
    """Remove a file if it is there.

    Raises:
        Failure: ``store.denied``, ``store.read-only``, ``store.failed``.
    """
    with faults(path), suppress(FileNotFoundError), open_ours(path.parent) as folder:
        os.unlink(path.name, dir_fd=folder)
        settle(folder)


def restore(path: Path) -> None:
    """Put ``NAME.old`` back in its place, which needs no room on the disk.

    Raises:
        Failure: ``store.missing`` where there is none; ``store.denied``, ``store.read-only``, ``store.failed``.
    """
    with faults(path), open_ours(path.parent) as folder:
        _move(folder, f"{path.name}.old", path.name)
        settle(folder)


def set_aside(path: Path, *, private: bool = True) -> Path:
    """Copy a damaged file to ``NAME.bad-<time>`` beside it and return the copy's path.

    Raises:
        Failure: as :func:`read` and :func:`write`.
    """
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    endings = (f".bad-{stamp}{f'-{count}' if count else ''}" for count in range(1000))
    copies = (path.with_name(path.name + ending) for ending in endings)
    copy = next(copy for copy in copies if not os.path.lexists(copy))
    write(copy, read(path) or b"", private=private)
    return copy


def drain(fd: int, limit: int) -> bytes:
    """Return what is left to read, up to a limit."""
    parts: list[bytes] = []
    while limit > 0 and (part := os.read(fd, min(limit, 1 << 16))):
        parts.append(part)
        limit -= len(part)
    return b"".join(parts)


def _replace(folder: int, temporary: str, name: str) -> None:
    os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)


def _appear(folder: int, temporary: str, name: str) -> None:
    """Give a file its name where nothing has it; where the file system knows no second names, as soon as that is seen.

    Raises:
        FileExistsError: where something has the name.
    """
    try:
        os.link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):
        if _inode(folder, name) is not None:
            raise FileExistsError(name) from None
        _replace(folder, temporary, name)
    else:
        os.unlink(temporary, dir_fd=folder)


def _move(folder: int, name: str, goal: str) -> None:
    """Let a file have one name only, also where it has both already: the system's call does nothing then."""
    same = _inode(folder, name) == _inode(folder, goal)
    if same and name != goal:
        os.unlink(name, dir_fd=folder)
    else:
        os.rename(name, goal, src_dir_fd=folder, dst_dir_fd=folder)


def _inode(folder: int, name: str) -> int | None:
    """Return what tells a file from the others; ``None`` where there is none."""
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False).st_ino
    except FileNotFoundError:
        return None


def _temporary(name: str) -> str:
    """Return a name for a file in the making, with the writer's process number in it."""
    return f".{name}.{os.getpid()}-{secrets.token_hex(4)}.tmp"


def _target(path: Path, folder: int) -> bool:
    """Return whether there is a file to replace; refuse to replace anything but a plain file of our own."""
    try:
        state = os.stat(path.name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    if stat.S_ISLNK(state.st_mode):
        raise Failure(
            "store.denied", f"{clean(str(path))} is a link: put a plain file there, or edit what it leads to."
        )
    ours(state, path)
    return True


def _fill(folder: int, name: str, data: bytes, mode: int) -> None:
    """Write a new file and bring it to the disk."""
    fd = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder)
    try:
        os.fchmod(fd, mode)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(fd, rest) :]
        os.fsync(fd)
    except BaseException:
        with suppress(OSError):
            os.close(fd)
        raise
    # Network file systems report a full quota only here.
    os.close(fd)


def _keep_old(folder: int, name: str, mode: int) -> None:
    """Give the present version a second name, ``NAME.old``; copy it where the file system knows no second names."""
    temporary = _temporary(f"{name}.old")
    try:
        try:
            os.link(name, temporary, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
        except (OSError, NotImplementedError):
            fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            try:
                _fill(folder, temporary, drain(fd, READ_LIMIT), mode)
            finally:
                os.close(fd)
        os.rename(temporary, f"{name}.old", src_dir_fd=folder, dst_dir_fd=folder)
    finally:
        # Renaming one name of a file over another name of it does nothing, and leaves both.
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)


def _take_back(folder: int, name: str, *, was_there: bool, kept: bool) -> None:
    """Undo a write that is not known to have reached the disk, as far as the old version was kept."""
    if was_there and kept:
        os.rename(f"{name}.old", name, src_dir_fd=folder, dst_dir_fd=folder)
    elif not was_there:
        os.unlink(name, dir_fd=folder)


def settle(folder: int) -> None:
    """Bring the folder itself to the disk, where its file system can do that."""
    try:
        os.fsync(folder)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise

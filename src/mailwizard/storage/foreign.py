"""Files of a person and of other programs: read, and replaced as one step, with their mode, owner and a copy kept.

Their folders are not ours: nothing there is locked, and no folder's mode is changed.
"""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.storage.faults import faults, ours
from mailwizard.storage.files import READ_LIMIT, drain, settle
from mailwizard.storage.folders import need_home, open_folder

KEPT = ".mailwizard-old"
"""What the version before is called after the file's name."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A file as it is."""

    path: Path
    """Where it is once links are followed."""
    data: bytes | None
    """What is in it; ``None`` where there is none."""


def look(path: Path) -> Foreign:
    """Return a file as it is now; a link of the user's own is followed to a plain file of the user's own.

    Raises:
        Failure: ``store.denied`` for what is no plain file, belongs to somebody else, or is led to by somebody else's
            link; ``store.damaged`` for one larger than 4 MiB; ``store.…``.
    """
    target = _followed(path.absolute())
    need_home(target)
    with faults(target, "The folder of {path} does not exist."), open_folder(target.parent) as folder:
        fd = _open(target, folder)
        if fd is None:
            return Foreign(target, None)
        try:
            data = drain(fd, READ_LIMIT + 1)
        finally:
            os.close(fd)
    if len(data) > READ_LIMIT:
        raise Failure("store.damaged", f"{clean(str(target))} is too large to be a program's configuration.")
    return Foreign(target, data)


def make_room(path: Path) -> None:
    """Make the folders of a file that are missing below the user's home, for the user alone.

    Raises:
        Failure: ``store.…``.
    """
    home = Path(os.environ.get("HOME", ""))
    if home.is_absolute() and path.is_relative_to(home):
        need_home(path)
        for folder in reversed(path.parents):
            if folder.is_relative_to(home) and not os.path.lexists(folder):
                with faults(folder), suppress(FileExistsError):
                    folder.mkdir(mode=0o700)


def replace(found: Foreign, data: bytes) -> Path | None:
    """Put something else into a file that is still as it was found, and return where the version before is kept.

    A new file is for the user alone (0600); any other keeps its mode, owner and extended attributes.

    Raises:
        Failure: ``store.changed`` where it is not as it was found; ``store.…``.
    """
    path = found.path
    with faults(path), open_folder(path.parent) as folder:
        fd = _open(path, folder)
        try:
            present = None if fd is None else drain(fd, READ_LIMIT + 1)
            if present != found.data:
                raise Failure("store.changed", f"{clean(str(path))} was changed by somebody else meanwhile; try again.")
            temporary = f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp"
            try:
                _fill(folder, temporary, data, fd)
                if fd is not None:
                    _keep(folder, path.name, fd)
                os.rename(temporary, path.name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with suppress(OSError):
                    os.unlink(temporary, dir_fd=folder)
                raise
            settle(folder)
        finally:
            if fd is not None:
                os.close(fd)
    return None if found.data is None else path.with_name(path.name + KEPT)


def _followed(path: Path) -> Path:
    """Return where a link leads, if the user or root made it; the last step of it is not followed again later.

    Raises:
        Failure: ``store.denied``.
    """
    with faults(path):
        try:
            state = path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return path
        if not stat.S_ISLNK(state.st_mode):
            return path
        ours(state, path, regular=False, root_too=True)
        return path.resolve()


def _open(path: Path, folder: int) -> int | None:
    """Return a descriptor of a plain file that may be replaced, or ``None`` where there is none.

    Root may replace anybody's file, which stays that person's.

    Raises:
        Failure: ``store.denied``.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    try:
        fd = os.open(path.name, flags, dir_fd=folder)
    except FileNotFoundError:
        return None
    state = os.fstat(fd)
    if os.geteuid() != 0 or not stat.S_ISREG(state.st_mode):
        try:
            ours(state, path)
        except Failure:
            os.close(fd)
            raise
    return fd


def _fill(folder: int, name: str, data: bytes, like: int | None) -> None:
    """Write a new file and bring it to the disk; nobody else can read it before it is like the one before."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    fd = os.open(name, flags, 0o600, dir_fd=folder)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(fd, rest) :]
        if like is None:
            os.fchmod(fd, 0o600)
        else:
            _dress(fd, like)
        os.fsync(fd)
    except BaseException:
        with suppress(OSError):
            os.close(fd)
        raise
    os.close(fd)


def _dress(fd: int, like: int) -> None:
    """Give a file the owner, mode and extended attributes of another one."""
    state, mine = os.fstat(like), os.fstat(fd)
    if (state.st_uid, state.st_gid) != (mine.st_uid, mine.st_gid):
        os.fchown(fd, state.st_uid, state.st_gid)
    os.fchmod(fd, stat.S_IMODE(state.st_mode))
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for attribute in os.listxattr(like):
                os.setxattr(fd, attribute, os.getxattr(like, attribute))


def _keep(folder: int, name: str, like: int) -> None:
    """Copy the present version beside it; a second name of the same file would change with it when edited in place."""
    kept = f".{name}.{os.getpid()}-{secrets.token_hex(4)}.tmp"
    try:
        os.lseek(like, 0, os.SEEK_SET)
        _fill(folder, kept, drain(like, READ_LIMIT), like)
        os.rename(kept, f"{name}{KEPT}", src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(kept, dir_fd=folder)
        raise

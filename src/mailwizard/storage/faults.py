"""What the operating system's refusals mean for somebody who wants to save something."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailwizard.model import Failure
from mailwizard.net.clean import clean

_MEANING = {
    errno.ENOSPC: ("store.full", "There is no room left on the disk for {path}."),
    errno.EDQUOT: ("store.full", "The quota leaves no room for {path}."),
    errno.EFBIG: ("store.full", "A limit on the size of files leaves no room for {path}."),
    errno.EROFS: ("store.read-only", "{path} cannot be written: its file system is read-only."),
    errno.EACCES: ("store.denied", "The permissions of {path} do not allow this."),
    errno.EPERM: ("store.denied", "The system does not allow this with {path}."),
    errno.ELOOP: ("store.denied", "{path} is a link that mailwizard does not follow."),
    errno.ENOENT: ("store.missing", "{path} does not exist."),
    errno.ENOTDIR: ("store.denied", "{path} cannot be there: something above it is no folder."),
    errno.EISDIR: ("store.denied", "{path} is a folder, not a file."),
    errno.ENXIO: ("store.denied", "{path} is no plain file; mailwizard leaves it alone."),
    errno.ENAMETOOLONG: ("store.denied", "The name {path} is too long for this file system."),
    errno.EIO: ("store.failed", "The disk reports an error at {path}."),
}


@contextmanager
def faults(path: Path, missing: str = "") -> Iterator[None]:
    """Turn an ``OSError`` into a ``Failure`` whose sentence names the path; ``missing`` says that it is not there."""
    try:
        yield
    except OSError as error:
        code, sentence = _MEANING.get(error.errno or 0, ("store.failed", f"{error.strerror or error} at {{path}}."))
        if missing and isinstance(error, FileNotFoundError):
            sentence = missing
        raise Failure(code, sentence.format(path=clean(str(path)))) from error


UNREADABLE = frozenset({"store.damaged", "store.newer"})
"""What a file's content says, whoever reads it and however often; any other failure may be gone the next time."""


class UnlessUnreadable:
    """A context that lets it pass that a file's content cannot be read, and nothing else but perhaps one more code."""

    def __init__(self, also: str = "") -> None:
        self._codes = UNREADABLE | {also}

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        return isinstance(error, Failure) and error.code in self._codes


def ours(state: os.stat_result, path: Path, *, regular: bool = True, root_too: bool = False) -> None:
    """Refuse what is no plain file (unless a folder is meant), and what belongs to somebody else.

    Raises:
        Failure: ``store.denied``.
    """
    if regular and not stat.S_ISREG(state.st_mode):
        raise Failure("store.denied", f"{clean(str(path))} is no plain file; mailwizard leaves it alone.")
    if state.st_uid != os.geteuid() and not (root_too and state.st_uid == 0):
        raise Failure(
            "store.denied", f"{clean(str(path))} belongs to another user (number {state.st_uid}); it is left alone."
        )

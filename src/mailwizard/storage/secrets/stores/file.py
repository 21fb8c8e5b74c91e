"""A secret in a file's first line: ``file:/run/secrets/mail``."""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.storage.faults import faults
from mailwizard.storage.secrets.store import SECRET_LIMIT, AskPassphrase

KEEPS = False
RANK = 9


def read_rest(text: str) -> str:
    """Read a path, absolute or from the home folder. Raises :class:`ValueError` with one sentence."""
    path = text.strip()
    if not path.startswith(("/", "~/")) or not path.isprintable():
        raise ValueError(
            "file: is followed by a whole path, for example file:/run/secrets/mail or file:~/.mail-secret."
        )
    return path


async def unlock(passphrase: AskPassphrase | None, *, put: bool) -> str:
    """Return nothing: a file is open."""
    return ""


async def get(rest: str, key: str) -> str:
    """Return the file's first line. Raises :class:`Failure` ``store.missing``, ``store.denied``, ``store.damaged``."""
    return await asyncio.to_thread(_first_line, rest)


def _first_line(text: str) -> str:
    shown = Path(clean(text))
    with faults(shown):
        # A home folder that nobody knows leaves the ~ where it is, and then there is no such file.
        fd = os.open(os.path.expanduser(text), os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)  # noqa: PTH111
        try:
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                raise Failure("store.denied", f"{shown} is no plain file.")
            data = os.read(fd, SECRET_LIMIT)
        finally:
            os.close(fd)
    line = data.partition(b"\n")[0].removesuffix(b"\r")
    if not line:
        raise Failure("store.missing", f"{shown} has nothing in its first line.")
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise Failure("store.damaged", f"{shown} holds no UTF-8 text.") from None

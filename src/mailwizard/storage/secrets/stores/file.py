"""A secret in a file's first line: ``file:/run/secrets/mail``."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from mailwizard.net.clean import clean
from mailwizard.storage.secrets.lines import first_line
from mailwizard.storage.secrets.store import AskPassphrase

KEEPS = False
RANK = 9
PREFIX = ""


def read_rest(text: str) -> str:
    """Read a path, absolute or from the home folder. Raises :class:`ValueError` with one sentence."""
    path = text.strip()
    if not path.startswith(("/", "~/")) or not path.isprintable():
        raise ValueError(
            "file: is followed by a whole path, for example file:/run/secrets/mail or file:~/.mail-secret."
        )
    return path


def keeps(rest: str) -> bool:
    """Return whether a secret can be put there: it is the person's own."""
    return False


def forgets(rest: str) -> bool:
    """Return whether a secret can be taken away: it is the person's own."""
    return False


async def unlock(passphrase: AskPassphrase | None, *, put: bool) -> str:
    """Return nothing: a file is open."""
    return ""


async def get(rest: str, key: str) -> str:
    """Return the file's first line. Raises :class:`Failure` ``store.missing``, ``store.denied``, ``store.damaged``."""
    # A home folder that nobody knows leaves the ~ where it is, and then there is no such file.
    path = os.path.expanduser(rest)  # noqa: PTH111, ASYNC240
    return await asyncio.to_thread(first_line, path, Path(clean(rest)))

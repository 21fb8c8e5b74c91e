"""A credential that systemd hands to a service, in the first line of its file: ``systemd:NAME``.

The service's unit names it, ``LoadCredentialEncrypted=NAME:…`` or ``SetCredentialEncrypted=…`` (systemd.exec(5)), and
``$CREDENTIALS_DIRECTORY`` says where it lies; only the service's own user can read it there.
"""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.storage.secrets.lines import first_line
from mailwizard.storage.secrets.store import AskPassphrase

KEEPS = False
RANK = 9
PREFIX = ""


def read_rest(text: str) -> str:
    """Read a credential's name. Raises :class:`ValueError` with one sentence."""
    name = text.strip()
    if not re.fullmatch(r"[A-Za-z0-9_.@:+-]{1,255}", name) or name in {".", ".."}:
        raise ValueError("systemd: is followed by the name of a credential of the unit, for example systemd:mail.")
    return name


def keeps(rest: str) -> bool:
    """Return whether a secret can be put there: the unit says what it is."""
    return False


def forgets(rest: str) -> bool:
    """Return whether a secret can be taken away: the unit says what it is."""
    return False


async def unlock(passphrase: AskPassphrase | None, *, put: bool) -> str:
    """Return nothing: systemd has opened it already."""
    return ""


async def get(rest: str, key: str) -> str:
    """Return the credential's first line. Raises :class:`Failure` ``store.missing``, ``store.denied`` …"""
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    if not folder:
        raise Failure(
            "store.missing",
            f"The credential {rest} is there only for a service that systemd starts with it: CREDENTIALS_DIRECTORY "
            "is not set here.",
        )
    path = Path(folder) / rest
    return await asyncio.to_thread(first_line, path, Path(clean(str(path))))

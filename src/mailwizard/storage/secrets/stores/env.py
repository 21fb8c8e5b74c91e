"""A secret in an environment variable: ``env:VARIABLE``."""

from __future__ import annotations

import os
import re

from mailwizard.model import Failure
from mailwizard.storage.secrets.store import AskPassphrase

KEEPS = False
RANK = 9
PREFIX = ""


def read_rest(text: str) -> str:
    """Read a variable's name. Raises :class:`ValueError` with one sentence."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,254}", text.strip()):
        raise ValueError("env: is followed by the name of an environment variable, for example env:MAIL_PASSWORD.")
    return text.strip()


def keeps(rest: str) -> bool:
    """Return whether a secret can be put there: it is the person's own."""
    return False


def forgets(rest: str) -> bool:
    """Return whether a secret can be taken away: it is the person's own."""
    return False


async def unlock(passphrase: AskPassphrase | None, *, put: bool) -> str:
    """Return nothing: a variable is open."""
    return ""


async def get(rest: str, key: str) -> str:
    """Return the variable's value. Raises :class:`Failure` ``store.missing``."""
    value = os.environ.get(rest, "")
    if not value:
        raise Failure("store.missing", f"The environment variable {rest} is not set, or empty.")
    return value

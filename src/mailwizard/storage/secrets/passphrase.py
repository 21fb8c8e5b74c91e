"""Where the vault's passphrase comes from."""

from __future__ import annotations

import asyncio
import os
import unicodedata
from pathlib import Path

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.storage.faults import faults
from mailwizard.storage.files import is_there
from mailwizard.storage.secrets.patience import within
from mailwizard.storage.secrets.store import AskPassphrase

_LIMIT = 4096
_PATIENCE = 5.0
"""Seconds that a descriptor or file may take to say it."""

_from_descriptor: dict[tuple[int, int, int], str] = {}
"""What a descriptor said: it says it once, and a run may need it twice."""


async def find_passphrase(ask: AskPassphrase | None, *, new: bool) -> str:
    """Return the passphrase from the environment's source, else from the person.

    Raises:
        Failure: ``store.wrong-passphrase`` where there is none or it is empty; ``store.…`` where a source that the
            environment names cannot be read.
    """
    source, text = await _from_environment()
    if not source:
        if ask is None:
            raise Failure(
                "store.wrong-passphrase",
                "The vault needs its passphrase: set MAILWIZARD_PASSPHRASE_FILE or MAILWIZARD_PASSPHRASE_FD.",
            )
        source, text = "what was typed", await ask(new=new)
    if not text or any(unicodedata.category(c) in {"Cc", "Cs"} for c in text):
        what = "has control characters" if text else "is empty"
        raise Failure("store.wrong-passphrase", f"The passphrase {what} ({source}); the vault needs a real one.")
    return unicodedata.normalize("NFC", text)


async def _from_environment() -> tuple[str, str]:
    """Return the name of the first source that the environment names, and what it says."""
    number = os.environ.get("MAILWIZARD_PASSPHRASE_FD", "")
    if number:
        source = f"MAILWIZARD_PASSPHRASE_FD={clean(number)}"
        if not (number.isascii() and number.isdecimal() and len(number) < 7):
            raise Failure("store.missing", f"{source} is no file descriptor.")
        with faults(Path(source)):
            state = os.fstat(int(number))
        known = (int(number), state.st_dev, state.st_ino)
        if known not in _from_descriptor:
            slow = f"{source} gave no line within {_PATIENCE:g} s."
            _from_descriptor[known] = await within(_PATIENCE, lambda: _line(int(number), source), slow)
        return source, _from_descriptor[known]
    path = os.environ.get("MAILWIZARD_PASSPHRASE_FILE", "")
    if path:
        slow = f"{clean(path)} gave no line within {_PATIENCE:g} s."
        return clean(path), await within(_PATIENCE, lambda: _first_line(Path(path)), slow)
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    given = Path(folder) / "mailwizard"
    there: bool = bool(folder) and await asyncio.to_thread(is_there, given)
    if there:
        return clean(str(given)), await asyncio.to_thread(_first_line, given)
    return "", ""


def _first_line(path: Path) -> str:
    with faults(path):
        fd = os.open(path.expanduser(), os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY)
        try:
            return _line(fd, clean(str(path)))
        finally:
            os.close(fd)


def _line(fd: int, source: str) -> str:
    """Read one line and not a byte more, because the descriptor may say other things after it."""
    read = bytearray()
    with faults(Path(source)):
        while len(read) < _LIMIT and (byte := os.read(fd, 1)) and byte != b"\n":
            read += byte
    try:
        return read.decode().removesuffix("\r")
    except UnicodeDecodeError:
        raise Failure("store.wrong-passphrase", f"{source} gives no UTF-8 text.") from None

"""Where the vault's passphrase comes from, the first that is there:

the descriptor of ``--passphrase-fd`` or MAILWIZARD_PASSPHRASE_FD, the file of MAILWIZARD_PASSPHRASE_FILE, the systemd
credential ``mailwizard.passphrase`` or ``mailwizard``, and else the person.
"""

from __future__ import annotations

import asyncio
import os
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.storage.faults import faults
from mailwizard.storage.files import is_there
from mailwizard.storage.secrets.patience import within
from mailwizard.storage.secrets.store import AskPassphrase

_LIMIT = 4096
_DESCRIPTOR, _FILE = "MAILWIZARD_PASSPHRASE_FD", "MAILWIZARD_PASSPHRASE_FILE"
"""The variables that name a source."""
_STANDARD = 2
"""The last of the descriptors that every program has."""
_PATIENCE = 5.0
"""Seconds that a descriptor or file may take to say it."""

CREDENTIALS = ("mailwizard.passphrase", "mailwizard")
"""The names of the systemd credential, in ``$CREDENTIALS_DIRECTORY``."""
NOBODY = (
    "The vault needs its passphrase: give it with --passphrase-fd N, MAILWIZARD_PASSPHRASE_FILE, "
    "MAILWIZARD_PASSPHRASE_FD or the systemd credential mailwizard.passphrase, or open the vault for a while with "
    "mailwizard secrets unlock."
)
"""What is said where nothing gives the passphrase and nobody can be asked."""

_named_descriptor: int | None = None
_from_descriptor: dict[tuple[int, int, int], str] = {}
"""What a descriptor said: it says it once, and a run may need it twice."""


def read_from(descriptor: int | None) -> None:
    """Let the passphrase come from an open descriptor, for the rest of this run; ``None`` takes that back."""
    global _named_descriptor
    _named_descriptor = descriptor


def withheld(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without what leads to the passphrase, whose descriptors no other program inherits."""
    named = environment.get(_DESCRIPTOR, "")
    for descriptor in (_named_descriptor, int(named) if named.isascii() and named.isdecimal() else None):
        if descriptor is not None and descriptor > _STANDARD:
            with suppress(OSError):
                os.set_inheritable(descriptor, False)
    return {name: value for name, value in environment.items() if name not in {_DESCRIPTOR, _FILE}}


async def named_source() -> str:
    """Return the name of what gives the passphrase without a person; nothing where nothing does. It is not read.

    Raises:
        Failure: ``store.…`` where a source that is named cannot be read.
    """
    return (await _source())[0]


async def find_passphrase(ask: AskPassphrase | None, *, new: bool) -> str:
    """Return the passphrase from the environment's source, else from the person.

    Raises:
        Failure: ``store.wrong-passphrase`` where there is none or it is empty; ``store.…`` where a source that the
            environment names cannot be read.
    """
    source, read = await _source()
    if source:
        return readable(await within(_PATIENCE, read, f"{source} gave no line within {_PATIENCE:g} s."), source)
    if ask is None:
        raise Failure("store.wrong-passphrase", NOBODY)
    return readable(await ask(new=new))


def readable(text: str, source: str = "what was typed") -> str:
    """Return a passphrase as it is used, however its letters were composed.

    Raises:
        Failure: ``store.wrong-passphrase`` where it can be none.
    """
    if not text or any(unicodedata.category(c) in {"Cc", "Cs"} for c in text):
        what = "has control characters" if text else "is empty"
        raise Failure("store.wrong-passphrase", f"The passphrase {what} ({source}); the vault needs a real one.")
    return unicodedata.normalize("NFC", text)


async def _source() -> tuple[str, Callable[[], str]]:
    """Return the name of the first source that is named, and what reads it; it may say it only once."""
    number = os.environ.get(_DESCRIPTOR, "")
    source = f"{_DESCRIPTOR}={clean(number)}"
    if _named_descriptor is not None:
        number, source = str(_named_descriptor), f"--passphrase-fd {_named_descriptor}"
    if number:
        if not (number.isascii() and number.isdecimal() and len(number) < 7):
            raise Failure("store.missing", f"{source} is no file descriptor.")
        return source, lambda: _said_by(int(number), source)
    path = os.environ.get(_FILE, "")
    if path:
        return clean(path), lambda: _first_line(Path(path))
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    for given in (Path(folder) / name for name in CREDENTIALS if folder):
        if await asyncio.to_thread(is_there, given):
            return clean(str(given)), partial(_first_line, given)
    return "", str


def _said_by(number: int, source: str) -> str:
    """Return what a descriptor says, or has said."""
    with faults(Path(source)):
        state = os.fstat(number)
    known = (number, state.st_dev, state.st_ino)
    if known not in _from_descriptor:
        _from_descriptor[known] = _line(number, source)
    return _from_descriptor[known]


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

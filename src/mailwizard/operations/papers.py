"""Files that people send each other: JSON of few bytes that names its format, holds no secret and is known by a code.

Whoever made such a file says its code to whoever opens it, so that a file that was swapped or damaged on the way is
refused. Nothing in it is signed.
"""

from __future__ import annotations

import codecs
import os
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.operations.short_code import code_of
from mailwizard.storage import files
from mailwizard.storage.received import read_received

LIMIT = 64 * 1024
"""Bytes of a file."""
VERSION = 1
TEXT_LIMIT = 1000
"""Characters of a text in it."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Paper(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every such file says."""

    format: str
    version: int
    made: str
    """The day on which it was made, as ISO 8601."""
    maker: str = ""
    """Who made it, as that person says; nothing proves it but the voice that says the code."""
    note: str = ""
    """One line from whoever made it."""
    expires: str = ""
    """The last day on which it may be used, as ISO 8601; empty for no end."""

    @property
    def code(self) -> str:
        """Return the code to say over the telephone; how the file is laid out does not matter."""
        return code_of(msgspec.json.encode(self, order="sorted"))

    def over(self, today: date) -> str:
        """Return the sentence that its last day is over; nothing where it is not."""
        if not self.expires or date.fromisoformat(self.expires) >= today:
            return ""
        return f"the file was good until {self.expires}; ask whoever made it for a new one."


P = TypeVar("P", bound=Paper)


class _Head(msgspec.Struct, frozen=True):
    """What tells how to read the rest."""

    format: str = ""
    version: int = 0


def format_of(data: bytes) -> str:
    """Return the format that a file names; nothing where it names none."""
    try:
        return msgspec.json.decode(data, type=_Head).format
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""


def decode(data: bytes, shape: type[P], name: str) -> P:
    """Return what a file of a format says; ``name`` is what a person calls such a file.

    Raises:
        ValueError: with one sentence for a person.
    """
    if len(data) > LIMIT:
        raise ValueError(f"The {name} is too large: more than {LIMIT // 1024} kB.")
    try:
        version = msgspec.json.decode(data, type=_Head).version
        if version != VERSION:
            raise ValueError(f"The {name} was made by another version of mailwizard (format {version}, not {VERSION}).")
        paper = msgspec.json.decode(data, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as wrong:
        raise ValueError(f"The {name} is damaged: {clean(str(wrong), 200)}.") from None
    _refuse_odd(paper, name)
    return paper


def today_text() -> str:
    """Return today's date in UTC, as ISO 8601."""
    return datetime.now(UTC).date().isoformat()


def read_day(text: str) -> str:
    """Read a day.

    Raises:
        ValueError: with one sentence for a person.
    """
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise ValueError("A day is written as 2027-12-31.")


def read_line(text: str) -> str:
    """Read one line for a person.

    Raises:
        ValueError: with one sentence for a person.
    """
    line = " ".join(text.split())
    if not line.isprintable():
        raise ValueError("The line has a character that cannot be shown.")
    if len(line) > TEXT_LIMIT // 2:
        raise ValueError(f"The line has {len(line)} characters; {TEXT_LIMIT // 2} is the most.")
    return line


def encode(paper: Paper) -> bytes:
    """Return a file's bytes, laid out for people."""
    return msgspec.json.format(msgspec.json.encode(paper), indent=2) + b"\n"


def write(path: Path, paper: Paper) -> None:
    """Write a file that is not there yet, for the user alone.

    Raises:
        ValueError: where it would be too large, or something is there.
        Failure: ``store.…``.
    """
    data = encode(paper)
    if len(data) > LIMIT:
        raise ValueError(f"That is too much for one file: {len(data)} bytes, and {LIMIT} is the most.")
    if os.path.lexists(path):
        raise ValueError(f"{clean(str(path))} is there already; name another file.")
    files.write(path, data, keep_old=False)


def read(path: Path, limit: int = LIMIT) -> bytes:
    """Return what is in a file that was received.

    Raises:
        ValueError: with one sentence for a person, where it cannot be read.
    """
    try:
        return read_received(path, limit).removeprefix(codecs.BOM_UTF8)
    except Failure as failure:
        raise ValueError(failure.detail) from None


def _refuse_odd(paper: Paper, name: str) -> None:
    """Refuse texts that no file of ours holds: long ones, control characters, days that are none.

    Raises:
        ValueError: with one sentence for a person.
    """
    for text in _texts(msgspec.to_builtins(paper)):
        if len(text) > TEXT_LIMIT:
            raise ValueError(f"The {name} is damaged: it holds a text of {len(text)} characters.")
        if any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in text):
            raise ValueError(f"The {name} is damaged: it holds a control character.")
    for day in (paper.made, *([paper.expires] if paper.expires else [])):
        try:
            read_day(day)
        except ValueError as wrong:
            raise ValueError(f"The {name} is damaged: {wrong}") from None


def _texts(value: object) -> Iterator[str]:
    """Yield every text of a decoded file, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(key)
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)

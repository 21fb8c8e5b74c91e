"""A list of people as a table of text (CSV, RFC 4180): what is to be set up for each, line by line.

UTF-8 with or without a byte order mark, a comma or a semicolon between values, and a header that names them in any
order and in any capitals. A value stands on one line, so that a quotation mark that nobody closed costs one row.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from hashlib import sha256
from typing import IO

from mailwizard.net.clean import clean
from mailwizard.operations.wanted import FIELDS, Wanted, is_about_secrets, read_wanted
from mailwizard.storage.names import folded

MOST_ROWS = 10_000
MOST_BYTES = 4 << 20
_HEADER = 8 << 10
_LONGEST = 16 << 10
"""Bytes in one line."""
_ALSO = {"email": "address", "e_mail": "address", "mail": "address", "login": "username", "user": "username"}
_SEPARATOR = re.compile(r"sep=([;,])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list: who is to be set up, or one sentence that says why nobody is."""

    line: int
    wanted: Wanted | None = None
    sentence: str = ""
    mark: str = ""
    """What this row is known by in a later run; another text in the line is another row."""


def read_people(file: IO[bytes], beside: Mapping[str, str] | None = None) -> tuple[Row, ...]:
    """Return the rows of a list; ``beside`` holds what counts for every row that says nothing else.

    The header is read alone: where one of its columns would hold passwords, nothing else is read.

    Raises:
        ValueError: with one sentence, where the list as a whole cannot be used.
    """
    columns, delimiter, line = _columns(file)
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError(f"the list is larger than {MOST_BYTES >> 20} MB: cut it in parts.")
    return tuple(_rows(data, line, columns, delimiter, beside or {}))


def _columns(file: IO[bytes]) -> tuple[tuple[str, ...], str, int]:
    """Read the header: the fields by column, the delimiter, and the header's line.

    Raises:
        ValueError: as :func:`read_people`.
    """
    line, text = 1, _header(file)
    separator = _SEPARATOR.fullmatch(text.strip())
    if separator:
        line, text = 2, _header(file)
    delimiter = separator[1] if separator else ";" if text.count(";") > text.count(",") else ","
    try:
        cells = next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error:
        raise ValueError("the header of the list has a quotation mark that is opened and not closed.") from None
    names = [re.sub(r"[\s_-]+", "_", cell.strip().lower()).strip("_") for cell in cells]
    if secret := next((cell for cell, name in zip(cells, names, strict=True) if is_about_secrets(name)), ""):
        raise ValueError(
            f"the list has a column {clean(secret.strip(), 40)}, so nothing more of it was read: passwords do not "
            "belong in a list. Take the column out and delete the file's copies; a column secret may say where each "
            "password lies, such as pass:NAME."
        )
    names = [_ALSO.get(name, name) for name in names]
    _refuse_header(cells, names)
    return tuple(names), delimiter, line


def _refuse_header(cells: list[str], names: list[str]) -> None:
    """Refuse a header that names what there is not, or the same twice, or no address."""
    for cell, name in zip(cells, names, strict=True):
        if name not in FIELDS:
            near = get_close_matches(name, FIELDS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(FIELDS)}."
            raise ValueError(f"the list has a column {clean(cell.strip(), 40) or 'without a name'}; {hint}")
        if names.count(name) > 1:
            raise ValueError(f"the list has two columns for {name}.")
    if "address" not in names:
        raise ValueError("the list needs a column address in its first line.")


def _header(file: IO[bytes]) -> str:
    data = file.readline(_HEADER).removeprefix(b"\xef\xbb\xbf")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        raise ValueError("the list is not UTF-8 text: save it as CSV UTF-8.")
    try:
        text = data.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise ValueError("the first line of the list is not UTF-8 text: save it as CSV UTF-8.") from None
    if "\r" in text:
        raise ValueError("the ends of lines in the list are none that are known here: save it as CSV UTF-8.")
    if not text.strip():
        raise ValueError("the list is empty: its first line names the columns, address above all.")
    if len(data) == _HEADER:
        raise ValueError("the first line of the list is too long to be a header.")
    return text


def _rows(data: bytes, line: int, columns: tuple[str, ...], delimiter: str, beside: Mapping[str, str]) -> Iterator[Row]:
    """Yield every row that is not empty; the same account twice is one row and a sentence.

    Raises:
        ValueError: for too many rows.
    """
    names: dict[str, int] = {}
    count = 0
    for number, raw in enumerate(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"), line + 1):
        if not raw.strip() or not raw.strip(delimiter.encode() + b' "\t'):
            continue
        if (count := count + 1) > MOST_ROWS:
            raise ValueError(f"the list has more than {MOST_ROWS} rows: cut it in parts.")
        try:
            said = _said(raw, columns, delimiter)
            wanted = read_wanted({**beside, **{field: value for field, value in said.items() if value.strip()}})
        except ValueError as wrong:
            yield Row(number, sentence=str(wrong))
            continue
        if first := names.get(folded(wanted.called)):
            yield Row(number, sentence=f"name: line {first} has the account {clean(wanted.called)} already.")
            continue
        names[folded(wanted.called)] = number
        yield Row(number, wanted, mark=sha256(repr(wanted).encode(errors="replace")).hexdigest()[:32])


def _said(raw: bytes, columns: tuple[str, ...], delimiter: str) -> dict[str, str]:
    """Return what one line says, by field.

    Raises:
        ValueError: with one sentence.
    """
    if len(raw) > _LONGEST:
        raise ValueError("this line is too long.")
    try:
        (cells,) = csv.reader([raw.decode("utf-8")], delimiter=delimiter, strict=True)
    except UnicodeDecodeError:
        raise ValueError("this line is not UTF-8 text.") from None
    except csv.Error:
        raise ValueError("a quotation mark in this line is opened and not closed, or stands inside a value.") from None
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        raise ValueError(f"this line has {len(cells)} values for {len(columns)} columns.")
    return dict(zip(columns, cells, strict=False))

"""The only writer: stdout is data, stderr is talk, and nothing from outside reaches a terminal unclean."""

from __future__ import annotations

import os
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from mailwizard.model import Failure
from mailwizard.net.clean import clean

WIDTH = 80
_standing = ""
"""The line that :func:`status` shows at the moment."""
_DELETE = "\x7f"
"""The one character of ASCII that prints nothing and that JSON does not escape by itself."""
_NO_TEXT = re.compile("[\ud800-\udfff]")


def put(*lines: str) -> None:
    """Write lines of the answer to stdout, cleaned; quiet where nobody reads any more."""
    status("")
    _write(sys.stdout, "".join(f"{_clean(line)}\n" for line in lines))


def put_exact(line: str) -> None:
    """Write a line that another program reads to stdout byte for byte; on a terminal it is cleaned all the same."""
    if shows() or sys.stdout is None:
        put(line)
        return
    with _writing(sys.stdout):
        sys.stdout.flush()
        sys.stdout.buffer.write(f"{line}\n".encode(errors="surrogateescape"))
        sys.stdout.buffer.flush()


def say(*lines: str) -> None:
    """Write lines of talk to stderr, cleaned."""
    status("")
    _write(sys.stderr, "".join(f"{_clean(line)}\n" for line in lines))


def status(line: str) -> None:
    """Show a line on stderr that the next thing written replaces; an empty one takes it away."""
    global _standing
    if line == _standing:
        return
    text = _clean(line)
    _write(sys.stderr, f"\r{text:<{len(_standing)}}" if line else f"\r{'':<{len(_standing)}}\r")
    _standing = text


def put_json(answer: object) -> None:
    """Write one answer of :mod:`~mailwizard.cli.answers` to stdout as JSON."""
    import msgspec

    _write_json(msgspec.json.format(_encoded(answer), indent=2).decode())


def put_json_line(answer: object) -> None:
    """Write one answer of many to stdout as JSON on one line."""
    _write_json(_encoded(answer).decode())


def talks() -> bool:
    """Return whether a person reads stderr as it comes."""
    return sys.stderr is not None and sys.stderr.isatty()


def shows() -> bool:
    """Return whether stdout is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def width() -> int:
    """Return how many columns the terminal has on which the talk is read, never fewer than 40."""
    return max(40, _columns() or WIDTH)


def longest() -> int:
    """Return how long one line of the talk may be: as wide as the terminal, any length where none draws in columns."""
    return width() if _columns() and os.environ.get("TERM") != "dumb" else sys.maxsize


def _columns() -> int:
    """Return how many columns the terminal says that it has, on which the talk is read; 0 where there is none."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError, AttributeError):
        return 0


def cut(text: str, room: int) -> str:
    """Return a text of at most ``room`` characters on one line, with an ellipsis where it was cut."""
    line = text.replace("\n", " ")
    return line if len(line) <= room else f"{line[: max(0, room - 3)].rstrip()}..."


def labelled(label: str, text: str, indent: int = 2, width: int = 6) -> list[str]:
    """Return a text behind a label, its further lines under its first; lines of code stay whole."""
    start = " " * (indent + width + 2)
    lines: list[str] = []
    for line in text.splitlines() or [""]:
        code = line.startswith("    ")
        lines += (
            [line]
            if code
            else textwrap.wrap(line, WIDTH - len(start), break_long_words=False, break_on_hyphens=False) or [""]
        )
    first = f"{' ' * indent}{label:<{width}}  {lines[0]}"
    return [line.rstrip() for line in (first, *(f"{start}{line}" for line in lines[1:]))]


def columns(rows: Sequence[Sequence[str]], indent: int = 0) -> list[str]:
    """Return rows with their columns aligned, the last one free."""
    if not rows:
        return []
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]) - 1)]
    return [" " * indent + _row(row, widths) for row in rows]


def _row(row: Sequence[str], widths: Iterable[int]) -> str:
    """Return one aligned row."""
    cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)]
    return "  ".join((*cells, row[-1])).rstrip()


def _clean(line: str) -> str:
    """Return a line that a terminal shows and does not obey."""
    return "\n".join(clean(part) for part in line.split("\n"))


def _encoded(answer: object) -> bytes:
    """Return an answer as JSON; what is no text in a path or an argument is written as it is shown."""
    import msgspec

    try:
        return msgspec.json.encode(answer)
    except UnicodeEncodeError:
        return msgspec.json.encode(_texts(msgspec.to_builtins(answer)))


def _texts(value: Any) -> Any:
    """Return a value of JSON in which every string is text."""
    if isinstance(value, str):
        return _NO_TEXT.sub(lambda match: clean(match[0]), value)
    if isinstance(value, dict):
        return {_texts(key): _texts(inner) for key, inner in value.items()}
    return [_texts(inner) for inner in value] if isinstance(value, list | tuple) else value


def _write_json(text: str) -> None:
    """Write JSON to stdout, in UTF-8 or in ASCII, which is UTF-8 too; what does not print is escaped."""
    if sys.stdout is None:
        return
    utf8 = (sys.stdout.encoding or "").lower().replace("_", "-") in {"utf-8", "utf8"}
    shown = (
        text
        if text.isascii() and _DELETE not in text
        else "".join(c if c == "\n" or (c.isprintable() and (utf8 or c.isascii())) else _escaped(c) for c in text)
    )
    with _writing(sys.stdout):
        sys.stdout.flush()  # what was written as text comes first
        sys.stdout.buffer.write(f"{shown}\n".encode())
        sys.stdout.buffer.flush()


def _escaped(character: str) -> str:
    """Return a character as JSON's escapes of its UTF-16 code units (RFC 8259 section 7)."""
    units = character.encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _write(stream: TextIO | None, text: str) -> None:
    """Write and flush; what the terminal's encoding cannot show is written as an escape.

    Raises:
        Failure: as :func:`_writing`.
    """
    if stream is None:
        return
    encoding = stream.encoding or "utf-8"
    with _writing(stream):
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()


@contextmanager
def _writing(stream: TextIO) -> Iterator[None]:
    """Where the reader has left, let whatever else is written vanish.

    Raises:
        Failure: ``store.full`` where an answer cannot be written for another reason.
    """
    try:
        yield
    except OSError as error:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        if stream is sys.stdout and not isinstance(error, BrokenPipeError):
            raise Failure("store.full", f"the answer cannot be written: {error.strerror}.") from None

"""The only writer: stdout is data, stderr is talk, and nothing from outside reaches a terminal unclean."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import TextIO

from mailwizard.model import Failure
from mailwizard.net.clean import clean

WIDTH = 80


def put(*lines: str) -> None:
    """Write lines of the answer to stdout, cleaned; quiet where nobody reads any more."""
    _write(sys.stdout, "".join(f"{_clean(line)}\n" for line in lines))


def say(*lines: str) -> None:
    """Write lines of talk to stderr, cleaned."""
    _write(sys.stderr, "".join(f"{_clean(line)}\n" for line in lines))


def put_json(answer: object) -> None:
    """Write one answer of :mod:`~mailwizard.cli.answers` to stdout as JSON."""
    import msgspec

    text = msgspec.json.format(msgspec.json.encode(answer), indent=2).decode()
    _write(sys.stdout, f"{text}\n")


def put_json_line(answer: object) -> None:
    """Write one answer of many to stdout as JSON on one line."""
    import msgspec

    _write(sys.stdout, f"{msgspec.json.encode(answer).decode()}\n")


def talks() -> bool:
    """Return whether a person reads stderr as it comes."""
    return sys.stderr is not None and sys.stderr.isatty()


def shows() -> bool:
    """Return whether stdout is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


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


def _write(stream: TextIO | None, text: str) -> None:
    """Write and flush; where the reader has left, let whatever else is written vanish.

    What the terminal's encoding cannot show is written as an escape.

    Raises:
        Failure: ``store.full`` where an answer cannot be written for another reason.
    """
    if stream is None:
        return
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except OSError as error:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        if stream is sys.stdout and not isinstance(error, BrokenPipeError):
            raise Failure("store.full", f"the answer cannot be written: {error.strerror}.") from None

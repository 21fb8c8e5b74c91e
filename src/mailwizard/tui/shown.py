"""How things are drawn: text from outside made harmless, styled, cut and wrapped by its cells."""

from __future__ import annotations

import re

from textual.content import Content

from mailwizard.faces.words import fit, signs
from mailwizard.model import Outcome

Part = str | tuple[str, str] | Content
"""Text, text with a style, or something that was said before."""

OUTCOME_STYLES = {
    Outcome.RUNNING: "bold $secondary",
    Outcome.OK: "bold $success",
    Outcome.WARN: "bold $warning",
    Outcome.FAIL: "bold $error",
    Outcome.SKIP: "dim",
}

_WORD = re.compile(r"\S+")
_SEPARATOR = re.compile(r"[/\\_:;,=&?@-]|(?<![/\\])\.")


def said(*parts: Part) -> Content:
    """Put text together for a widget; no part of it is read as markup."""
    return Content.assemble(*(_safe(part) for part in parts))


def _safe(part: Part) -> Content | tuple[str, str]:
    if isinstance(part, Content):
        return part
    text, style = (part, "") if isinstance(part, str) else part
    return (fit(text), style)


def cut(text: str, width: int) -> str:
    """Return text that is at most ``width`` cells wide, its missing end marked."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) <= width:
        return text
    dots = signs().dots
    return set_cell_size(text, max(0, width - len(dots))).rstrip() + dots if width > len(dots) else ""


def wrapped(text: Content, width: int) -> list[Content]:
    """Return text in lines of at most ``width`` cells; a path or name that is longer is parted behind a separator."""
    from rich.cells import cell_len

    places: list[int] = []
    for word in _WORD.finditer(text.plain):
        start, end = word.span()
        if cell_len(word[0]) > width:
            places.append(start)
            while cell_len(text.plain[start:end]) > width:
                start += _piece(text.plain[start:end], width)
                places.append(start)
    parts = text.divide([place for place in places if place and text.plain[place - 1] != "\n"]) if places else [text]
    return [line.rstrip() for part in parts for line in part.wrap(width)]


def _piece(word: str, width: int) -> int:
    """Return how many characters of a long word go on a line: up to its last separator there, if there is one."""
    from rich.cells import cell_len

    room = 0
    while room < len(word) and cell_len(word[: room + 1]) <= width:
        room += 1
    behind = [found.end() for found in _SEPARATOR.finditer(word, 0, room)]
    return max((place for place in behind if place > room // 3), default=max(1, room))

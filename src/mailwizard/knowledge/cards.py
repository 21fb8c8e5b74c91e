"""Read a card: a Markdown file with a TOML head between two lines of ``+++``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HEADING = re.compile(r"^## (?P<title>[^{\n]+?)\s*(?:\{(?P<attributes>[^}\n]*)\})?\s*$", re.MULTILINE)
_STEP = re.compile(r"^(\d+)\. ", re.MULTILINE)


class CardError(ValueError):
    """A card that cannot be read; the message begins with its path."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a card's body: ``## Title {#slug key=value}``, a lead paragraph, and numbered steps."""

    title: str
    slug: str
    attributes: tuple[tuple[str, str], ...]
    lead: str
    steps: tuple[str, ...]

    def attribute(self, name: str, default: str = "") -> str:
        """Return an attribute of the heading."""
        return dict(self.attributes).get(name, default)


@dataclass(frozen=True, slots=True)
class Card:
    """A card as it stands in its file; ``head`` is for the room's own reader, which turns it into typed data."""

    name: str
    head: dict[str, Any]
    lead: str
    sections: tuple[Section, ...]


def hold_keys(head: Mapping[str, Any], known: Collection[str], required: Iterable[str]) -> None:
    """Refuse a head with a key that nobody reads, or without one that it must have.

    Raises:
        CardError: saying which.
    """
    if unknown := sorted(set(head) - set(known)):
        raise CardError(f"nobody reads the key {unknown[0]!r} of the head")
    if missing := [key for key in required if not head.get(key)]:
        raise CardError(f"the head lacks {missing[0]!r}")


def read_card(path: Path) -> Card:
    """Read one card.

    Raises:
        CardError: naming the file and what is wrong with it.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as wrong:
        raise CardError(f"{path}: a card is UTF-8: {wrong}") from None
    import tomllib

    parts = text.split("+++\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise CardError(f"{path}: a card begins with a TOML head between two lines of +++")
    try:
        head = tomllib.loads(parts[1])
    except tomllib.TOMLDecodeError as wrong:
        raise CardError(f"{path}: the head is no TOML: {wrong}") from None
    try:
        lead, sections = _split_body(parts[2])
    except CardError as wrong:
        raise CardError(f"{path}: {wrong}") from None
    return Card(path.stem, head, lead, sections)


def _split_body(body: str) -> tuple[str, tuple[Section, ...]]:
    """Split a body into what comes before the first heading, and its sections."""
    headings = list(_HEADING.finditer(body))
    lead = body[: headings[0].start()] if headings else body
    ends = [heading.start() for heading in headings[1:]] + [len(body)]
    sections = tuple(_section(heading, body[heading.end() : end]) for heading, end in zip(headings, ends, strict=False))
    return fold(lead), sections


def _section(heading: re.Match[str], text: str) -> Section:
    """Make a section of a heading and the text below it."""
    words = (heading["attributes"] or "").split()
    slug = next((word[1:] for word in words if word.startswith("#")), "")
    pairs = tuple((key, value) for key, mark, value in (word.partition("=") for word in words) if mark)
    marks = list(_STEP.finditer(text))
    if [int(mark[1]) for mark in marks] != list(range(1, len(marks) + 1)):
        raise CardError(f"the steps of {heading['title']!r} are not numbered 1, 2, 3 and so on")
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    steps = tuple(fold(text[mark.end() : end]) for mark, end in zip(marks, ends, strict=False))
    lead = fold(text[: marks[0].start()] if marks else text)
    return Section(heading["title"].strip(), slug, pairs, lead, steps)


def fold(text: str) -> str:
    """Join the lines of each paragraph and keep the paragraphs apart; lines of code keep their own line.

    A line that is indented by four spaces or more beyond a step's text is code: it stays as it is.
    """
    paragraphs: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
        lines: list[str] = []
        for line in paragraph.splitlines():
            if line.startswith("       ") or not lines or lines[-1].startswith("    "):
                lines.append("    " + line.strip() if line.startswith("       ") else line.strip())
            else:
                lines[-1] += " " + line.strip()
        paragraphs.append("\n".join(lines))
    return "\n\n".join(part for part in paragraphs if part.strip())

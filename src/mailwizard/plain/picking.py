"""Which line of a list is meant, by its number or the beginning of its words."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from mailwizard.faces.choice import Move


def lines(moves: Sequence[Move], stop: str = "") -> list[str]:
    """Return the moves as numbered lines; ``stop`` ends each, where more follows it."""
    return [f"{number}. {move.label}{stop}" for number, move in enumerate(moves, 1)]


def picked(text: str, moves: Sequence[Move]) -> Move | None:
    """Return the move that was meant; nothing where it is none of them, or more than one."""
    with suppress(ValueError):
        return moves[meant(text, [move.label for move in moves])]
    return None


def meant(text: str, titles: Sequence[str]) -> int:
    """Return the place in a list of the line that was meant; a whole title goes before those that only begin so.

    Raises:
        ValueError: with a sentence, where it is none of them, or more than one.
    """
    if text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= len(titles):
        return int(text) - 1
    lower = [title.lower() for title in titles]
    found = [place for place, title in enumerate(lower) if title == text.lower()]
    found = found or [place for place, title in enumerate(lower) if text and title.startswith(text.lower())]
    if len(found) != 1:
        raise ValueError(f"Type a number from 1 to {len(titles)}, or the first letters of only one line.")
    return found[0]

"""Moves that can be picked by their number or the beginning of their words, while something else is waited for."""

from __future__ import annotations

from collections.abc import Sequence

from mailwizard.faces.choice import Move


def lines(moves: Sequence[Move], stop: str = "") -> list[str]:
    """Return the moves as numbered lines; ``stop`` ends each, where more follows it."""
    return [f"{number}. {move.label}{stop}" for number, move in enumerate(moves, 1)]


def picked(text: str, moves: Sequence[Move]) -> Move | None:
    """Return the move that was meant; nothing where it is none of them, or more than one."""
    if text.isascii() and text.isdecimal() and len(text) < 4:
        return moves[int(text) - 1] if 1 <= int(text) <= len(moves) else None
    found = [move for move in moves if text and move.label.lower().startswith(text.lower())]
    return found[0] if len(found) == 1 else None

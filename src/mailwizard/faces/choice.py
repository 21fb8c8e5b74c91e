"""What can be chosen, and what can be done: text alone, drawn by each face in its way."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list to choose from."""

    key: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """Something that can be done now."""

    label: str
    key: str = ""
    """The key of the full screen, where it has one."""
    id: str = ""

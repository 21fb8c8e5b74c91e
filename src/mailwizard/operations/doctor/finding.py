"""What the doctor finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mailwizard.net.clean import clean


class Level(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    NOTE = "note"
    """Good to know."""
    WARNING = "warning"
    """It may do harm, or stand in the way."""
    BROKEN = "broken"
    """Something that an account needs does not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, cleaned."""

    topic: str
    level: Level
    what: str
    why: str = ""
    """Why it matters; empty where all is well."""
    do: str = ""
    """What to do about it."""


def found(topic: str, level: Level, what: str, why: str = "", do: str = "") -> Finding:
    """Return a finding whose words may hold paths and other texts from outside."""
    return Finding(topic, level, *(clean(text, 1000) for text in (what, why, do)))

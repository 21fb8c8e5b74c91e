"""What two reports differ in, and what they have in common."""

from __future__ import annotations

from dataclasses import dataclass

SURE, LIKELY, POSSIBLE, HINT = 90, 70, 50, 25
"""How well a difference explains that one works and the other does not; what lies between ranks between."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that the two reports differ in."""

    slug: str
    """What it is, stable, lower case with hyphens."""
    label: str
    """The same for a person, in a few words."""
    a: str
    b: str
    way: str = ""
    """Which way it is about; empty where it is about all."""
    points: int = 0
    """How well it explains where the outcomes part; 0 where it does not."""
    sentence: str = ""
    """What it means, where it explains something."""


@dataclass(frozen=True, slots=True)
class Same:
    """Something that both have in common."""

    slug: str
    label: str
    value: str
    way: str = ""


Found = Difference | Same
NOTHING = "none"


def compared(slug: str, label: str, a: str, b: str, way: str = "") -> tuple[Found, ...]:
    """Hold two values against each other; where one is not known nothing can be said."""
    if not (a and b):
        return ()
    return (Same(slug, label, a, way),) if a == b else (Difference(slug, label, a, b, way),)


def absent(slug: str, label: str, a: str, b: str, way: str = "") -> tuple[Found, ...]:
    """Hold two values against each other of which one may be nothing; two nothings are no news."""
    return compared(slug, label, a or NOTHING, b or NOTHING, way) if a or b else ()

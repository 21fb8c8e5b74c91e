"""Two reports held against each other: what explains that one works and the other does not, the rest, what is the same.

What there is to look at are the modules of :mod:`mailwizard.report.differences`. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from mailwizard.model import Step
from mailwizard.plugins import plugins
from mailwizard.report import differences
from mailwizard.report.difference import Difference, Found, Same
from mailwizard.report.pairs import Kind, Pair, Parting, Whose
from mailwizard.report.shape import Report
from mailwizard.report.sides import SEARCH, Side

CUT = 200
"""Characters of a server's words that are told."""
_STEPS = {
    Step.SIGN_IN: "signing in",
    Step.MAIL_FROM: "the sender",
    Step.RCPT_TO: "the recipient",
    Step.DATA: "the message",
    Step.DISCOVER: "finding servers",
}
_WAYS = {"incoming": "receiving", "outgoing": "sending", SEARCH: "the search for servers"}


class Which(StrEnum):
    """Which of the two works."""

    A = "a"
    B = "b"
    BOTH = "both"
    NEITHER = "neither"
    UNKNOWN = "unknown"
    """One of them tried nothing."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two reports come to beside each other."""

    works: Which
    accounts: Whose
    sentence: str
    """The difference that explains the outcome, or that none does."""
    explained: bool
    partings: tuple[Parting, ...]
    explains: tuple[Difference, ...]
    """The best explanation first."""
    others: tuple[Difference, ...]
    same: tuple[Same, ...]
    sides: tuple[Side, Side]


def compare(a: Report, b: Report, now: datetime | None = None) -> Comparison:
    """Hold two reports against each other; ``now`` is the time, by which no report is made in the future."""
    pair = Pair(a, b, now)
    found = [one for module in _looks().values() for one in module.find(pair)]
    differing = _once(one for one in found if isinstance(one, Difference))
    explains = sorted((one for one in differing if one.points), key=lambda one: -one.points)
    works = _works(pair)
    sentence = _explained(pair, explains) if explains else _unexplained(pair, works, found)
    return Comparison(
        works,
        pair.whose,
        sentence,
        bool(explains) or not pair.partings,
        pair.partings,
        tuple(explains),
        tuple(one for one in differing if not one.points),
        _merged(one for one in found if isinstance(one, Same)),
        pair.sides,
    )


def _explained(pair: Pair, explains: Sequence[Difference]) -> str:
    """Return the best explanation; where each side fails at something that works in the other, one for each."""
    sides = {one.way: one.worse.name for one in pair.partings if one.kind is Kind.FAILS}
    first = explains[0]
    other = next((one for one in explains if {sides.get(one.way), sides.get(first.way)} == {"A", "B"}), None)
    return f"{first.sentence} The other way round: {other.sentence}" if other else first.sentence


@cache
def _looks() -> dict[str, Any]:
    """Return what there is to look at."""
    return plugins(differences)


def _once(differing: Iterable[Difference]) -> list[Difference]:
    """Return each difference once: the same on both ways is one, the one that explains more."""
    kept: dict[tuple[str, str, str], Difference] = {}
    for one in differing:
        key = (one.slug, one.a, one.b)
        if key not in kept or one.points > kept[key].points:
            kept[key] = one
    return list(kept.values())


def _merged(same: Iterable[Same]) -> tuple[Same, ...]:
    """Return what is the same, each value once."""
    return tuple({(one.slug, one.value): one for one in same}.values())


def _works(pair: Pair) -> Which:
    a, b = pair.a.works, pair.b.works
    if a and b:
        return Which.BOTH
    if a != b:
        return Which.A if a else Which.B
    tried = all(any(course.end for course in side.courses.values()) for side in pair.sides)
    return Which.NEITHER if tried else Which.UNKNOWN


def _unexplained(pair: Pair, works: Which, found: Sequence[Found]) -> str:
    """Return what is said where no difference explains anything."""
    if pair.partings:
        first = pair.partings[0]
        start = f"{first.worse.name} {ended(first)}, {first.better.name} does not"
        if first.kind is Kind.OTHERWISE:
            start = f"Both fail at the step {first.step}, for different reasons"
        return (
            f"{start}, and nothing that the reports record explains that. What comes and goes, or a secret that was "
            "typed differently, stands in neither: run both once more."
        )
    if works is Which.BOTH:
        rest = sum(1 for one in found if isinstance(one, Difference))
        return "Both work: nothing has to be explained." + ("" if rest else " They differ in nothing that is recorded.")
    if works is Which.NEITHER:
        course = next(course for course in pair.a.courses.values() if course.end)
        bad = course.end
        what = f" ({bad.code})" if bad and bad.code else ""
        where = f" at the step {bad.step}" if bad else ""
        return f"Both fail alike{where}{what}: what they differ in does not matter for that."
    return "At least one of the two tried nothing, so there is no outcome to explain."


def ended(parting: Parting) -> str:
    """Return what became of the worse side, as the end of a sentence."""
    what = _STEPS.get(parting.step, f"the step {parting.step}")
    way = _WAYS.get(parting.way, parting.way)
    verb = "warns at" if parting.kind is Kind.WARNS else "fails at"
    code = f" ({parting.bad.code})" if parting.bad.code else ""
    return f"{verb} {what} of {way}{code}"

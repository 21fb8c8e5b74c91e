"""Where the servers come from: who proposed them, and what the search saw."""

from __future__ import annotations

from collections.abc import Iterator

from mailwizard.model import Outcome
from mailwizard.report.difference import LIKELY, POSSIBLE, Difference, Found, compared
from mailwizard.report.pairs import Pair
from mailwizard.report.sides import GOOD, INCOMING, OUTGOING, Side

_TOLD = 3


def find(pair: Pair) -> Iterator[Found]:
    """Yield who proposed the servers, and which source answered on one side only."""
    for way in (INCOMING, OUTGOING):
        a, b = pair.on(way)
        if a and b and a.candidate and b.candidate:
            yield from compared("source", "proposed by", a.candidate.source, b.candidate.source, way)
    seen = [_sources(side) for side in pair.sides]
    other = sorted(name for name in seen[0].keys() & seen[1].keys() if seen[0][name] != seen[1][name])
    if other:
        yield _differs(pair, other, seen)


def _sources(side: Side) -> dict[str, str]:
    """Return how each source of the search fared."""
    fared: dict[str, str] = {}
    for clue in side.report.clues:
        if clue.outcome in GOOD:
            fared[clue.subject] = "found"
        elif clue.outcome is Outcome.FAIL:
            fared.setdefault(clue.subject, clue.code or "failed")
    return fared


def _differs(pair: Pair, names: list[str], seen: list[dict[str, str]]) -> Difference:
    texts = [", ".join(f"{name}: {side[name]}" for name in names[:_TOLD]) for side in seen]
    without = next((side for side in pair.sides if not side.courses or not side.report.draft.incoming), None)
    parting = next((one for one in pair.partings if one.way == "search"), None)
    points, said = 0, ""
    if parting is not None or (without is not None and bool(pair.a.courses) != bool(pair.b.courses)):
        points = LIKELY if parting else POSSIBLE
        said = f"The search for servers fared differently: in A {texts[0]}; in B {texts[1]}."
    return Difference("search", "search for servers", texts[0], texts[1], "", points, said)

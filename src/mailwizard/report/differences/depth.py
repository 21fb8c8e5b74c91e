"""How deep each run went: what was never tried cannot fail."""

from __future__ import annotations

from collections.abc import Iterator

from mailwizard.model import Until
from mailwizard.report.difference import HINT, SURE, Difference, Found, Same
from mailwizard.report.pairs import Kind, Pair


def find(pair: Pair) -> Iterator[Found]:
    """Yield how deep both went, and whether one was stopped."""
    a, b = (side.report.draft.until for side in pair.sides)
    stopped = tuple(side.report.stopped for side in pair.sides)
    untried = next((one for one in pair.partings if one.kind is Kind.UNTRIED), None)
    if a is b:
        yield Same("depth", "depth of the check", a)
    else:
        yield _depth(pair, a, b)
    if any(stopped):
        texts = pair.each(lambda side: "stopped" if side.report.stopped else "came to its end")
        said = f"{untried.better.name} was stopped before it came to the step {untried.step}." if untried else ""
        points = SURE if untried and untried.better.report.stopped else 0
        yield Difference("stopped", "end of the check", *texts, "", points, said if points else "")


def _depth(pair: Pair, a: Until, b: Until) -> Difference:
    parting = next((one for one in pair.partings if one.kind is Kind.UNTRIED), None)
    if parting is None:
        return Difference("depth", "depth of the check", a, b)
    worse, better = parting.worse.report.draft.until, parting.better.report.draft.until
    deeper = worse.includes(better)
    said = (
        f"{parting.worse.name} goes up to {worse}, {parting.better.name} only up to {better}: what fails in "
        f"{parting.worse.name} at the step {parting.step} was never tried in {parting.better.name}."
    )
    return Difference("depth", "depth of the check", a, b, "", SURE if deeper else HINT, said if deeper else "")

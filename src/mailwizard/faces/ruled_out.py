"""The checklist of what has been ruled out so far, in the groups and words that every face shows."""

from __future__ import annotations

from collections.abc import Sequence

from mailwizard.diagnosis.ruled_out import Point, Standing, ruled_out
from mailwizard.model import Diagnosis, Evidence

__all__ = ["HEADINGS", "Point", "Standing", "grouped", "ruled_out", "short"]

HEADINGS = {
    Standing.RULED_OUT: "Ruled out",
    Standing.NOT_WELL: "Not well",
    Standing.OPEN: "Still open",
}


def grouped(evidence: Sequence[Evidence], diagnoses: Sequence[Diagnosis]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the checklist as headings with their sentences, without empty groups."""
    points = ruled_out(evidence, diagnoses)
    groups = ((HEADINGS[kind], tuple(point.text for point in points if point.standing is kind)) for kind in Standing)
    return tuple((heading, texts) for heading, texts in groups if texts)


def short(evidence: Sequence[Evidence], diagnoses: Sequence[Diagnosis]) -> tuple[tuple[str, str], ...]:
    """Return what is ruled out and what is open, a line each; what is not well a verdict says better."""
    rows = grouped(evidence, diagnoses)
    return tuple((heading, " ".join(texts)) for heading, texts in rows if heading != HEADINGS[Standing.NOT_WELL])

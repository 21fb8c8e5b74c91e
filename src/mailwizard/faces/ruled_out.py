"""The checklist of what has been ruled out so far, in the groups and words that every face shows."""

from __future__ import annotations

from collections.abc import Sequence

from mailwizard.diagnosis.ruled_out import Point, Standing, ruled_out
from mailwizard.model import Diagnosis, Evidence, Step

__all__ = ["HEADINGS", "Point", "Standing", "grouped", "ruled_out", "short"]

HEADINGS = {
    Standing.RULED_OUT: "Ruled out",
    Standing.NOT_WELL: "Not well",
    Standing.OPEN: "Still open",
}
_SHORT = {
    Step.RESOLVE: "the name",
    Step.CONNECT: "the port",
    Step.ENCRYPT: "the certificate",
    Step.GREETING: "who answers there",
    Step.CAPABILITIES: "what it offers",
    Step.SIGN_IN: "the sign-in",
    Step.RCPT_TO: "the From",
    Step.DATA: "sending",
    Step.MAILBOX: "the mailbox",
}


def grouped(evidence: Sequence[Evidence], diagnoses: Sequence[Diagnosis]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the checklist as headings with their sentences, without empty groups."""
    points = ruled_out(evidence, diagnoses)
    groups = ((HEADINGS[kind], tuple(point.text for point in points if point.standing is kind)) for kind in Standing)
    return tuple((heading, texts) for heading, texts in groups if texts)


def short(evidence: Sequence[Evidence], diagnoses: Sequence[Diagnosis]) -> tuple[tuple[str, str], ...]:
    """Return what is ruled out in a few words a server, and what is open; what is not well a verdict says better."""
    points = ruled_out(evidence, diagnoses)
    words: dict[str, list[str]] = {}
    for point in points:
        for subject in point.subjects if point.standing is Standing.RULED_OUT and point.step in _SHORT else ():
            words.setdefault(_place(subject), []).append(_SHORT[Step(point.step)])
    servers = [f"{place}: {', '.join(dict.fromkeys(said))}" for place, said in words.items()]
    opened = " ".join(point.text for point in points if point.standing is Standing.OPEN)
    rows = ((HEADINGS[Standing.RULED_OUT], "; ".join(servers)), (HEADINGS[Standing.OPEN], opened))
    return tuple((heading, text) for heading, text in rows if text)


def _place(subject: str) -> str:
    """Return host and port of a subject."""
    return subject.partition("://")[2].partition("/")[0] or subject

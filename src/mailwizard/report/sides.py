"""One report as a side of a comparison: for each server how far it came, and where it ended. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from mailwizard.model import Candidate, Diagnosis, Endpoint, Evidence, Outcome, Step
from mailwizard.report.shape import Environment, Report
from mailwizard.report.understanding import diagnoses_of

GOOD = frozenset({Outcome.OK, Outcome.WARN})
INCOMING, OUTGOING, ISSUER, SEARCH = "incoming", "outgoing", "sign-in service", "search"
WAYS = (SEARCH, ISSUER, INCOMING, OUTGOING)
"""What can go well or wrong by itself."""
_ISSUER = "issuer:"
_WORST = (Outcome.FAIL, Outcome.WARN, Outcome.OK, Outcome.SKIP, Outcome.RUNNING)


@dataclass(frozen=True)
class Course:
    """What happened on one way, in the order in which it was seen."""

    way: str
    seen: tuple[Evidence, ...]
    candidate: Candidate | None = None

    @property
    def endpoint(self) -> Endpoint | None:
        """Return the server; ``None`` where there is none."""
        return self.candidate.endpoint if self.candidate else None

    @cached_property
    def end(self) -> Evidence | None:
        """Return what it ended with; ``None`` where nothing failed."""
        if self.way == SEARCH:
            found = any(one.outcome in GOOD for one in self.seen)
            return None if found else next((one for one in self.seen if one.outcome is Outcome.FAIL), None)
        return next((one for one in self.seen if one.outcome is Outcome.FAIL), None)

    def at(self, step: Step) -> Evidence | None:
        """Return the worst that was seen at a step; ``None`` where nothing was."""
        here = [one for one in self.seen if one.step is step and not one.fact("reference")]
        return min(here, key=lambda one: _WORST.index(one.outcome), default=None)

    def passed(self, step: Step) -> bool:
        """Return whether a step was taken, and ended well."""
        seen = self.at(step)
        return seen is not None and seen.outcome in GOOD

    def fact(self, name: str, step: Step | None = None) -> str:
        """Return the first value of a named fact, of one step or of any."""
        return next((found for one in self.seen if step in (None, one.step) and (found := one.fact(name))), "")


@dataclass(frozen=True)
class Side:
    """One of the two reports."""

    name: str
    """``A`` or ``B``."""
    report: Report

    @cached_property
    def diagnoses(self) -> tuple[Diagnosis, ...]:
        """Return what its evidence means by the cards of this version."""
        return diagnoses_of(self.report)

    @cached_property
    def courses(self) -> dict[str, Course]:
        """Return the ways that there were."""
        return {course.way: course for course in self._courses()}

    def _courses(self) -> Iterator[Course]:
        report = self.report
        evidence = tuple(one for one in report.evidence if one.outcome is not Outcome.RUNNING)
        for way, candidate in ((INCOMING, report.draft.incoming), (OUTGOING, report.draft.outgoing)):
            if candidate is not None:
                subject = str(candidate.endpoint)
                yield Course(way, tuple(one for one in evidence if one.subject == subject), candidate)
        issuer = tuple(one for one in evidence if one.subject.startswith(_ISSUER))
        if issuer:
            yield Course(ISSUER, issuer)
        if report.clues and not (report.draft.incoming or report.draft.outgoing):
            yield Course(SEARCH, report.clues)

    @property
    def environment(self) -> Environment:
        """Return the machine on which it ran."""
        return self.report.environment

    @property
    def works(self) -> bool:
        """Return whether something was tried, and nothing failed."""
        courses = self.courses.values()
        return any(course.seen for course in courses) and not any(course.end for course in courses)

    def causes(self, bad: Evidence) -> tuple[str, ...]:
        """Return the causes that were read out of a failure, the first one first; of all of them where none was."""
        indices = {at for at, one in enumerate(self.report.evidence) if one is bad}
        own = tuple(one.cause for one in self.diagnoses if indices & set(one.evidence))
        return own or tuple(one.cause for one in self.diagnoses)

    def diagnosis(self, bad: Evidence) -> Diagnosis | None:
        """Return the first diagnosis of a failure."""
        cause = next(iter(self.causes(bad)), "")
        return next((one for one in self.diagnoses if one.cause == cause), None)

    def elsewhere(self, endpoint: Endpoint) -> tuple[str, ...]:
        """Return where this side got an answer, ``host:port`` each, other than at an endpoint; its own host first."""
        found = [place for place, code in _places(self.report.evidence) if code == "ok" and place != endpoint.place]
        own = f"{endpoint.place.rpartition(':')[0]}:"
        return tuple(dict.fromkeys(sorted(found, key=lambda place: not place.startswith(own))))


def _places(evidence: Sequence[Evidence]) -> Iterator[tuple[str, str]]:
    """Yield each place that was tried, and what became of that: ``ok`` or a code."""
    for one in evidence:
        if one.fact("reference"):
            how = "ok" if one.fact("reference-answered") == "yes" else one.fact("reference-code")
            yield f"{one.fact('reference')}:{one.fact('reference-port')}", how
        elif one.step is Step.CONNECT:
            yield _place(one.subject), "ok" if one.outcome in GOOD else one.code
        for name, value in one.facts:
            where, _, code = value.partition(" ")
            if name == "neighbour":
                yield _place(where), code
            elif name == "connected":
                yield _place(where), "ok"


def _place(subject: str) -> str:
    """Return ``host:port`` of an endpoint."""
    return subject.partition("://")[2].partition("/")[0]

"""Two reports side by side, and where their outcomes part. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property

from mailwizard.model import Address, Evidence, Outcome, Step
from mailwizard.report.shape import Report
from mailwizard.report.sides import GOOD, WAYS, Course, Side

ORDER = (
    *(Step.DISCOVER, Step.RESOLVE, Step.CONNECT, Step.ENCRYPT, Step.GREETING, Step.CAPABILITIES, Step.AUTHORIZE),
    *(Step.DEVICE_CODE, Step.TOKEN, Step.STORE, Step.SIGN_IN, Step.MAIL_FROM, Step.RCPT_TO, Step.DATA, Step.MAILBOX),
    Step.APPEND,
)
"""What has to work before what."""
REACHING = frozenset({Step.RESOLVE, Step.CONNECT, Step.ENCRYPT, Step.GREETING, Step.CAPABILITIES})
_GIVEN = re.compile(r"(?:^|[.@-])domain\d+[.-]example$|^(?:.*\\)?user\d+(?:$|@)", re.IGNORECASE)
"""A name of :mod:`mailwizard.report.pseudonyms`."""
INSIDE = frozenset(ORDER) - REACHING - {Step.DISCOVER}
"""Steps at which it matters who somebody is."""


class Kind(StrEnum):
    """How two outcomes part."""

    FAILS = "fails"
    """One fails where the other one passes."""
    OTHERWISE = "otherwise"
    """Both fail at the same step, for different reasons."""
    UNTRIED = "untried"
    """One fails at what the other one never tried."""
    WARNS = "warns"
    """Both pass, one of them with a warning that the other one has not."""


class Whose(StrEnum):
    """Whether two reports are about the same account."""

    SAME = "same"
    OTHER = "different"
    UNKNOWN = "unknown"
    """Names were replaced, or are missing."""


@dataclass(frozen=True, slots=True)
class Parting:
    """The step of one way at which the outcomes part."""

    way: str
    kind: Kind
    worse: Side
    better: Side
    bad: Evidence
    good: Evidence | None = None
    """What the better side saw at that step; ``None`` where it never came there."""
    names_tell: bool = True
    """Whether the hosts' names can be held against each other; where not, nothing says that hosts differ."""

    @property
    def step(self) -> Step:
        """Return the step."""
        return self.bad.step

    @property
    def causes(self) -> tuple[str, ...]:
        """Return what the failure was read as."""
        return self.worse.causes(self.bad)

    def course(self, side: Side) -> Course:
        """Return what happened on this way on one side; nothing where it has no such way."""
        return side.courses.get(self.way) or Course(self.way, ())

    @property
    def both(self) -> tuple[Course, Course]:
        """Return the worse course and the better one."""
        return self.course(self.worse), self.course(self.better)

    @property
    def same_host(self) -> bool:
        """Return whether both went to the same host."""
        worse, better = (course.endpoint for course in self.both)
        return worse is not None and better is not None and (worse.host == better.host or not self.names_tell)

    @property
    def same_place(self) -> bool:
        """Return whether both went to the same host and port."""
        worse, better = (course.endpoint for course in self.both)
        return self.same_host and worse is not None and better is not None and worse.port == better.port


class Pair:
    """Two reports, and where their outcomes part."""

    def __init__(self, a: Report, b: Report, now: datetime | None = None) -> None:
        self.a, self.b = Side("A", a), Side("B", b)
        self.now = now or datetime.now(UTC)
        """When they are held against each other."""

    @property
    def sides(self) -> tuple[Side, Side]:
        """Return both sides."""
        return self.a, self.b

    def each(self, read: Callable[[Side], str]) -> tuple[str, str]:
        """Return what is read of each side."""
        return read(self.a), read(self.b)

    def on(self, way: str) -> tuple[Course | None, Course | None]:
        """Return what happened on a way on each side; ``None`` where there is no such way."""
        return self.a.courses.get(way), self.b.courses.get(way)

    def parting(self, way: str) -> Parting | None:
        """Return where the outcomes of a way part."""
        return next((one for one in self.partings if one.way == way), None)

    @property
    def pseudonymous(self) -> bool:
        """Return whether names of at least one side are not the real ones."""
        return self.a.report.pseudonyms or self.b.report.pseudonyms

    @cached_property
    def whose(self) -> Whose:
        """Return whether both are about the same account, as far as that can be seen."""
        one, other = self.a.report.draft.address, self.b.report.draft.address
        if not (one and other) or (self.pseudonymous and self.a.report.pseudonyms != self.b.report.pseudonyms):
            return Whose.UNKNOWN
        if self.pseudonymous:
            known = self.a.report.draft.provider, self.b.report.draft.provider
            return Whose.OTHER if all(known) and known[0] != known[1] else Whose.UNKNOWN
        return Whose.SAME if _folded(one) == _folded(other) else Whose.OTHER

    def names_tell(self, *names: str) -> bool:
        """Return whether names can be held against each other: those that were given in place of others tell nothing.

        Who is ``user1`` in one report may be ``user2`` in the other one, or somebody else.
        """
        return not (self.pseudonymous and any(map(_GIVEN.search, names)))

    def _hosts_tell(self, parting: Parting) -> bool:
        return self.names_tell(*(course.endpoint.host for course in parting.both if course.endpoint))

    @cached_property
    def partings(self) -> tuple[Parting, ...]:
        """Return where the outcomes part, what decides first; warnings only where nothing fails."""
        found = [parting for way in WAYS for parting in self._parting(way)]
        found = [replace(parting, names_tell=self._hosts_tell(parting)) for parting in found]
        failed = [one for one in found if one.kind is not Kind.WARNS]
        if not failed and any(course.end for side in self.sides for course in side.courses.values()):
            return ()
        order = list(Kind)
        return tuple(sorted(failed or found, key=lambda one: (order.index(one.kind), ORDER.index(one.step))))

    def _parting(self, way: str) -> Iterator[Parting]:
        a, b = self.a.courses.get(way), self.b.courses.get(way)
        ends = a.end if a else None, b.end if b else None
        if ends[0] and ends[1] and a and b:
            yield from self._both_fail(way, ends[0], ends[1], a, b)
        elif ends[0]:
            yield _failed(way, self.a, self.b, ends[0])
        elif ends[1]:
            yield _failed(way, self.b, self.a, ends[1])
        elif a and b:
            yield from self._warned(way, a, b)

    def _both_fail(self, way: str, one: Evidence, other: Evidence, a: Course, b: Course) -> Iterator[Parting]:
        if one.step is other.step:
            if (one.code, one.enhanced) != (other.code, other.enhanced):
                yield Parting(way, Kind.OTHERWISE, self.a, self.b, one, other)
        elif b.passed(one.step):
            yield Parting(way, Kind.FAILS, self.a, self.b, one, b.at(one.step))
        elif a.passed(other.step):
            yield Parting(way, Kind.FAILS, self.b, self.a, other, a.at(other.step))
        else:
            first = ORDER.index(one.step) < ORDER.index(other.step)
            sides = (self.a, self.b) if first else (self.b, self.a)
            yield Parting(way, Kind.OTHERWISE, *sides, *((one, other) if first else (other, one)))

    def _warned(self, way: str, a: Course, b: Course) -> Iterator[Parting]:
        for step in ORDER:
            one, other = a.at(step), b.at(step)
            if one is None or other is None or {one.outcome, other.outcome} != {Outcome.OK, Outcome.WARN}:
                continue
            if one.outcome is Outcome.WARN:
                yield Parting(way, Kind.WARNS, self.a, self.b, one, other)
            else:
                yield Parting(way, Kind.WARNS, self.b, self.a, other, one)


def _failed(way: str, worse: Side, better: Side, bad: Evidence) -> Parting:
    """Return a failure on one side as where the two part."""
    course = better.courses.get(way)
    good = course.at(bad.step) if course else None
    later = course is not None and any(
        ORDER.index(one.step) > ORDER.index(bad.step) and one.outcome in GOOD for one in course.seen
    )
    tried = later or (good is not None and good.outcome in GOOD) or (course is None and bad.step is Step.DISCOVER)
    return Parting(way, Kind.FAILS if tried else Kind.UNTRIED, worse, better, bad, good)


def _folded(text: str) -> str:
    """Return an address as two spellings of it compare equal."""
    try:
        return str(Address.parse(text)).casefold()
    except ValueError:
        return text.casefold()

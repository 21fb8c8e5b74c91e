"""What ``mailwizard diff`` prints with ``--json``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from mailwizard.cli.answers import Version

if TYPE_CHECKING:
    from mailwizard.report.comparing import Comparison
    from mailwizard.report.difference import Difference
    from mailwizard.report.pairs import Parting
    from mailwizard.report.sides import Side


class ComparedReport(Struct, frozen=True):
    """One of the two reports."""

    made: str
    maker: str
    address: str
    provider: str
    until: str
    works: bool
    """Whether something was tried and nothing failed."""
    causes: tuple[str, ...]
    """What its evidence means, the first cause first."""


class PartedOutcome(Struct, frozen=True):
    """A step at which one works and the other does not."""

    way: str
    """``incoming``, ``outgoing``, ``sign-in service`` or ``search``."""
    kind: str
    """``fails``, ``otherwise`` (both, for different reasons), ``untried`` or ``warns``."""
    step: str
    worse: str
    """``a`` or ``b``."""
    code: str
    """What the worse one ended with."""
    other_code: str
    causes: tuple[str, ...]


class DifferenceAnswer(Struct, frozen=True):
    """Something that the two differ in."""

    slug: str
    label: str
    way: str
    a: str
    b: str
    explains: bool
    points: int
    """How well, of 100."""
    sentence: str


class SameAnswer(Struct, frozen=True):
    """Something that both have in common."""

    slug: str
    label: str
    way: str
    value: str


class DiffAnswer(Struct, frozen=True):
    """What two reports come to beside each other."""

    schema: Version
    works: str
    """Which of the two works: ``a``, ``b``, ``both``, ``neither``, or ``unknown`` where one of them tried nothing."""
    accounts: str
    """``same``, ``different``, or ``unknown`` where names were replaced."""
    explained: bool
    sentence: str
    """The difference that explains the outcome, or that none does."""
    a: ComparedReport
    b: ComparedReport
    parted: tuple[PartedOutcome, ...]
    differences: tuple[DifferenceAnswer, ...]
    """Those that explain first, the best of them first."""
    same: tuple[SameAnswer, ...]


def answer_of(compared: Comparison) -> DiffAnswer:
    """Return a comparison as it is printed."""
    a, b = compared.sides
    return DiffAnswer(
        1,
        str(compared.works),
        str(compared.accounts),
        compared.explained,
        compared.sentence,
        _side(a),
        _side(b),
        tuple(_parted(one) for one in compared.partings),
        tuple(_difference(one) for one in (*compared.explains, *compared.others)),
        tuple(SameAnswer(one.slug, one.label, one.way, one.value) for one in compared.same),
    )


def _side(side: Side) -> ComparedReport:
    report = side.report
    causes = tuple(one.cause for one in side.diagnoses)
    draft = report.draft
    return ComparedReport(
        report.made, report.maker, draft.address, draft.provider, str(draft.until), side.works, causes
    )


def _parted(one: Parting) -> PartedOutcome:
    other = one.good.code if one.good else ""
    worse = one.worse.name.lower()
    return PartedOutcome(one.way, str(one.kind), str(one.step), worse, one.bad.code, other, one.causes)


def _difference(one: Difference) -> DifferenceAnswer:
    explains = bool(one.points)
    return DifferenceAnswer(one.slug, one.label, one.way, one.a, one.b, explains, one.points, one.sentence)

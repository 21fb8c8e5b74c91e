"""A report that somebody sent, as the check that it was: nothing is asked of any server, and nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from mailwizard.checks.transcript import shown
from mailwizard.faces.check import Check
from mailwizard.faces.choice import Move
from mailwizard.faces.moves import about
from mailwizard.faces.session import Session
from mailwizard.faces.verdict import Verdict
from mailwizard.faces.words import moment
from mailwizard.model import Failure
from mailwizard.net import Document, Line, Record, RecordKind
from mailwizard.report import Report, diagnoses_of, draft_of
from mailwizard.report.telling import machine_rows

NOBODY = "a report is only read: no server is asked"
AROUND = "Where it ran, what was said"


class Nowhere:
    """A :class:`~mailwizard.net.Net` that leads nowhere: whoever asks it gets an error."""

    async def resolve(self, name: str, kind: RecordKind) -> tuple[Record, ...]:
        """Refuse.

        Raises:
            Failure: ``net.none``.
        """
        raise Failure("net.none", NOBODY)

    async def open(self, addresses: Sequence[str], port: int) -> Line:
        """Refuse.

        Raises:
            Failure: ``net.none``.
        """
        raise Failure("net.none", NOBODY)

    async def fetch(self, url: str, **asked: Any) -> Document:
        """Refuse.

        Raises:
            Failure: ``net.none``.
        """
        raise Failure("net.none", NOBODY)


class Opened(Check):
    """The check that a report tells of."""

    def __init__(self, report: Report) -> None:
        super().__init__(draft_of(report), Session(Nowhere(), keeps=False))
        self.report = report
        self.remedies = report.remedies

    @property
    def title(self) -> str:
        """Return whose report this is, and when it was made."""
        wanted = self.report.draft
        whose = wanted.address or self.report.account or "servers named by hand"
        return f"Report of {whose}, {self.report.made[:10]}".rstrip(", ")

    @property
    def made(self) -> str:
        """Return when it was made, and with what, in a sentence."""
        where = f" in the practice world {self.report.practice}" if self.report.practice else ""
        when = moment(self.report.made[:19])
        return f"Made {when} with {self.report.maker}{where}. It is only read: no server is asked."

    def explain(self) -> None:
        """Find out what the evidence means, by the cards of this version as of the day on which it was made."""
        self.diagnoses = diagnoses_of(self.report)
        self.place = min(self.place, max(0, len(self.diagnoses) - 1))

    async def look_for_remedies(self) -> bool:
        """Try nothing."""
        return False

    def verdict(self, *, stopped: bool = False) -> Verdict:
        """Return what is to be said of it, and what was tried then and would have worked."""
        told = super().verdict(stopped=stopped)
        would = tuple(("Tried", f"{one.title} (answered then)") for one in self.remedies if not one.costs)
        return replace(told, after=(*would, *told.after)) if self.failed else told

    def moves(self) -> list[Move]:
        """Return what can be read; nothing can be done."""
        told = about(self.explained) if self.explained else []
        more = [Move("Next problem", "F6", id="other")] if len(self.diagnoses) > 1 else []
        return [Move(AROUND, id="around"), *told, *more, Move("Close", "F10", id="close")]

    @property
    def around(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """Return the machine and what would have worked, by heading: a word and a text a row."""
        would = tuple((f"{number}", one.title) for number, one in enumerate(self.remedies, start=1))
        parts = (("The machine", machine_rows(self.report.environment)), ("What would have worked instead", would))
        return tuple((heading, rows) for heading, rows in parts if rows)

    @property
    def conversations_told(self) -> tuple[str, ...]:
        """Return what went over the connections, a line each."""
        return tuple(shown(self.report.transcript))

"""What the commands about reports print with ``--json``."""

from __future__ import annotations

from msgspec import Struct

from mailwizard.cli.answers import Cause, Change, FoundServer, RuledOut, Seen, TranscriptLine, Version
from mailwizard.report.shape import Environment, Report

__all__ = ["OpenedReport", "Report", "ReportAnswer"]


class ReportAnswer(Struct, frozen=True):
    """The report that ``mailwizard report`` wrote, and what is in it."""

    schema: Version
    path: str
    """Empty where it was only shown."""
    ok: bool
    """Whether the check held."""
    causes: tuple[str, ...]
    contents: tuple[tuple[str, str], ...]
    """A word and a text each."""
    redactions: dict[str, int]


class OpenedReport(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is in a report that ``mailwizard open`` opened: a check's answer, and what else is in it."""

    schema: Version
    format: str
    made: str
    maker: str
    account: str = ""
    address: str = ""
    provider: str = ""
    practice: str = ""
    pseudonyms: bool = False
    ok: bool
    until: str
    stopped: str = ""
    servers: tuple[FoundServer, ...]
    evidence: tuple[Seen, ...]
    diagnoses: tuple[Cause, ...]
    """What the evidence means by the cards of this version."""
    remedies: tuple[Change, ...]
    ruled_out: tuple[RuledOut, ...] = ()
    no_more: tuple[str, ...] = ()
    """The causes that were told when it was made and that this version reads otherwise."""
    clues: tuple[Seen, ...] = ()
    transcript: tuple[TranscriptLine, ...] = ()
    environment: Environment
    redactions: dict[str, int]

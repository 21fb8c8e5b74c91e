"""A report: what somebody's check asked, saw and said, shown as the check itself was, with no network."""

from __future__ import annotations

import argparse
from typing import Any

from mailwizard.cli.endings import Exit
from mailwizard.cli.output import labelled, put, put_json
from mailwizard.cli.papers._lines import rows
from mailwizard.report import FORMAT, FORMAT_LIMIT, Report, diagnoses_of, no_more, read, seen_in

__all__ = ["FORMAT", "LIMIT", "TAKES", "read", "show"]

LIMIT = FORMAT_LIMIT
TAKES = frozenset({"transcript"})


def show(paper: Report, options: argparse.Namespace) -> int:
    """Show what a report holds, on a terminal in the panels of the wizard: nothing is asked, and nothing done."""
    if options.json:
        put_json(answer(paper))
        return Exit.HOLDS
    if not (options.plain or options.transcript):
        from mailwizard.wizard import show_report, why_plain

        if not why_plain():
            return show_report(paper)
    put(*lines(paper, transcript=options.transcript))
    return Exit.HOLDS


def lines(paper: Report, *, transcript: bool = False) -> list[str]:
    """Return a report as a check is told, below who made it and where."""
    from mailwizard.checks.transcript import shown
    from mailwizard.cli.checked import Checked, told
    from mailwizard.report import draft_of

    evidence, diagnoses = seen_in(paper), diagnoses_of(paper)
    found = Checked(paper.ok, evidence, diagnoses, paper.remedies, stopped=paper.stopped)
    known = [*_head(paper), "", *told(draft_of(paper), found, steps=True)]
    if other := no_more(paper):
        known += ["", *labelled("Then", f"This version reads otherwise what was told then: {', '.join(other)}.", 0, 6)]
    said = sum(len(one.said) for one in paper.transcript)
    if transcript:
        return [*known, "", *shown(paper.transcript)]
    return [*known, "", f"{said} lines that were said are in it: --transcript shows them."] if said else known


def answer(paper: Report) -> Any:
    """Return a report as it is printed as JSON: a check's answer, and what else is in it."""
    from mailwizard.cli import answers
    from mailwizard.cli.report_answers import OpenedReport
    from mailwizard.diagnosis.ruled_out import ruled_out

    evidence, diagnoses = seen_in(paper), diagnoses_of(paper)
    return OpenedReport(
        schema=1,
        format=paper.format,
        made=paper.made,
        maker=paper.maker,
        account=paper.account,
        address=paper.draft.address,
        provider=paper.draft.provider,
        practice=paper.practice,
        pseudonyms=paper.pseudonyms,
        ok=paper.ok,
        until=str(paper.draft.until),
        stopped=paper.stopped,
        servers=tuple(answers.FoundServer.of(one) for one in (paper.draft.incoming, paper.draft.outgoing) if one),
        evidence=answers.seen(evidence),
        diagnoses=answers.causes(diagnoses),
        remedies=answers.changes(paper.remedies),
        ruled_out=tuple(map(answers.RuledOut.of, ruled_out(evidence, diagnoses))),
        no_more=no_more(paper),
        clues=answers.seen(paper.clues),
        transcript=answers.spoken(paper.transcript),
        environment=paper.environment,
        redactions={one.kind: one.count for one in paper.redactions},
    )


def _head(paper: Report) -> list[str]:
    """Return what it is, who made it when, and on what machine."""
    from mailwizard.report.telling import machine_rows

    whose = paper.draft.address or paper.account or "servers that were named by hand"
    where = f"the practice world {paper.practice}" if paper.practice else ""
    facts = [("Made", f"{paper.made} with {paper.maker}"), *([("In", where)] if where else [])]
    if standing := _standing(paper):
        facts.append(("Saved as", standing))
    if paper.stopped:
        facts.append(("Stopped", paper.stopped))
    return [f"A report of a check of {whose}", *rows([*facts, *machine_rows(paper.environment)])]


def _standing(paper: Report) -> str:
    """Return how the account was saved, and since when; nothing of one that was not."""
    from mailwizard import knowledge

    wanted = paper.draft
    if not wanted.state:
        return ""
    card = knowledge.problems().get(wanted.cause)
    since = wanted.broken_since or wanted.verified_at
    why = f": {card.title}" if card else ""
    return " ".join(filter(None, (wanted.state, since and f"since {since}"))) + why

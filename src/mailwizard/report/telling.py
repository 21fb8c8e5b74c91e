"""What is in a report, in rows for a person."""

from __future__ import annotations

from mailwizard.report.shape import Report


def contents(report: Report) -> tuple[tuple[str, str], ...]:
    """Return what a report holds: a word and a text a row."""
    lines = sum(len(one.said) for one in report.transcript)
    rows = [
        ("Account", report.draft.address or report.account or "servers by hand"),
        ("Steps", f"{len(report.evidence)} of the check, {len(report.clues)} of the search for servers"),
        ("Causes", ", ".join(one.cause for one in report.diagnoses) or "none"),
        ("Said", f"{lines} lines that went over {len(report.transcript)} connections"),
        ("Machine", f"{report.environment.system}, {report.environment.python}"),
    ]
    taken = ", ".join(f"{one.count} {one.kind}" for one in report.redactions)
    return (*rows, ("Taken out", taken or "nothing had to be"))

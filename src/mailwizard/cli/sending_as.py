"""Put the verdict about each From into lines for a person."""

from __future__ import annotations

from collections.abc import Iterable

from mailwizard.cli.output import labelled
from mailwizard.model import Evidence

_TITLES = {
    "safe": "yes",
    "probably-safe": "probably",
    "at-risk": "not quite",
    "not-safe": "no",
    "unknown": "could not be found out",
}


def sending_lines(evidence: Iterable[Evidence]) -> list[str]:
    """Return for each From whether it is safe to send as it, why, and what to publish; nothing where none was asked."""
    lines: list[str] = []
    for seen in evidence:
        verdict = seen.fact("verdict")
        if not verdict:
            continue
        lines.append(f"Safe to send as {seen.fact('from')}: {_TITLES.get(verdict, verdict)}")
        why = seen.fact("why")
        lines += labelled("Why", f"{why[:1].upper()}{why[1:]}.") if why else []
        for number, record in enumerate(value for name, value in seen.facts if name == "publish"):
            # A record is copied as it stands, so that it is never broken into lines.
            lines.append(f"  {'DNS' if not number else '':<6}  {record}")
        lines.append("")
    return lines

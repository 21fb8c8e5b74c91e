"""Make a report fit into its file: of a long conversation its middle goes first."""

from __future__ import annotations

from dataclasses import replace

from mailwizard.checks.transcript import Conversation
from mailwizard.net import Said
from mailwizard.report.limits import COUNTS, FORMAT_LIMIT
from mailwizard.report.shape import Report

_ROOM = FORMAT_LIMIT * 9 // 10
"""Bytes of a report that will be opened again, laid out for people."""
_LINES = 4000
"""Lines that one conversation keeps at first."""


def fitted(report: Report) -> Report:
    """Return a report that will be opened again: no more of anything than is read, and no larger."""
    report = replace(
        report,
        evidence=report.evidence[: COUNTS["evidence"]],
        clues=report.clues[: COUNTS["clues"]],
        diagnoses=report.diagnoses[: COUNTS["diagnoses"]],
        remedies=report.remedies[: COUNTS["remedies"]],
        transcript=report.transcript[: COUNTS["transcript"]],
    )
    most = _LINES
    cut = replace(report, transcript=tuple(_cut(one, most) for one in report.transcript))
    while _size(cut) > _ROOM and most:
        most //= 2
        cut = replace(report, transcript=tuple(_cut(one, most) for one in report.transcript))
    return cut


def _cut(conversation: Conversation, most: int) -> Conversation:
    """Return a conversation with at most so many of its lines, the first and the last, and one about the others."""
    said = conversation.said
    if len(said) <= most:
        return conversation
    begin, end = said[: most // 2], said[len(said) - most // 2 :]
    told = f"({len(said) - len(begin) - len(end)} lines are left out here)"
    gone = Said(sent=False, text=told, encrypted=said[0].encrypted, seconds=said[0].seconds)
    return replace(conversation, said=(*begin, gone, *end))


def _size(report: Report) -> int:
    import msgspec

    return len(msgspec.json.format(msgspec.json.encode(report), indent=2))

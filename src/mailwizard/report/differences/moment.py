"""When each run was: what comes and goes, and nothing else that the reports have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from mailwizard.report.difference import Difference, Found
from mailwizard.report.pairs import Pair


def find(pair: Pair) -> Iterator[Found]:
    """Yield when each was made."""
    a, b = (_read(side.report.made) for side in pair.sides)
    if a is not None and b is not None and a != b:
        yield Difference("moment", "made", f"{a:%Y-%m-%d %H:%M:%S} UTC", f"{b:%Y-%m-%d %H:%M:%S} UTC")


def _read(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except (ValueError, OverflowError):
        return None

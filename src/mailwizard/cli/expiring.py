"""Whether something that works today ends soon: pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from mailwizard.model import Evidence


def ends_within(days: int, evidence: Iterable[Evidence], sign_in: str = "", *, today: date) -> bool:
    """Return whether a certificate that was seen, or the sign-in whose last day is named, ends within some days."""
    left = [int(text) for seen in evidence for name in ("days-left", "days") if _number(text := seen.fact(name))]
    if sign_in:
        left.append((date.fromisoformat(sign_in) - today).days)
    return any(one <= days for one in left)


def _number(text: str) -> bool:
    return text.removeprefix("-").isdecimal()

"""Is it the certificate that is out of date, or this machine's clock? Told from what is at hand, asking nobody."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from mailwizard import knowledge
from mailwizard.model import Evidence, Outcome, Step

DOUBT = "clock-doubt"
"""The fact that says what speaks against the clock: ``cards``, ``greeting`` or ``certificates``."""
WHY = "why:clock_skew"
"""The fact that says so in a sentence."""
_DATED = frozenset({"tls.expired", "tls.not-yet-valid"})
_TOLERANCE = timedelta(minutes=5)
_DATE = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ?)?\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"\d\d:\d\d:\d\d (?:[+-]\d{4}|GMT|UT|UTC|Z)\b"
)


def doubted(evidence: Sequence[Evidence]) -> Sequence[Evidence]:
    """Return the same evidence; what failed for a date says as a fact what speaks against this machine's clock.

    Nothing of this lets a certificate pass: it only says which of the two to look at first.
    """
    if not any(map(_failed_for_a_date, evidence)):
        return evidence
    return tuple(_doubted(seen, evidence) if _failed_for_a_date(seen) else seen for seen in evidence)


def _failed_for_a_date(seen: Evidence) -> bool:
    return seen.outcome is Outcome.FAIL and seen.code in _DATED and _moment(seen.fact("clock")) is not None


def _doubted(seen: Evidence, evidence: Sequence[Evidence]) -> Evidence:
    """Return one failure with the strongest doubt there is."""
    clock = _moment(seen.fact("clock"))
    for kind, find in _DOUBTS:
        if clock is not None and (why := find(seen, clock, evidence)):
            return replace(seen, facts=(*seen.facts, (DOUBT, kind), (WHY, why)))
    return seen


def _by_cards(seen: Evidence, clock: datetime, evidence: Sequence[Evidence]) -> str:
    """A clock that stands before the day on which this version was made is behind for certain.

    What has expired by such a clock has expired all the more.
    """
    made = _newest_card()
    if seen.code != "tls.not-yet-valid" or clock >= made - timedelta(days=1):
        return ""
    return f"This machine's clock says {clock:%Y-%m-%d}, but this version was made on {made:%Y-%m-%d}."


def _by_greeting(seen: Evidence, clock: datetime, evidence: Sequence[Evidence]) -> str:
    """A server that says what time it is, at which the certificate would be good."""
    for told in evidence:
        said = told_in(told.detail) if told.step is Step.GREETING else None
        if said is not None and abs(said - clock) > _TOLERANCE and _good_at(seen, said):
            server = told.subject.partition("://")[2].partition("/")[0]
            return (
                f"This machine's clock says {clock:%Y-%m-%d %H:%M} UTC, {server} says {said:%Y-%m-%d %H:%M} UTC, and "
                "then the certificate would be good."
            )
    return ""


def _by_certificates(seen: Evidence, clock: datetime, evidence: Sequence[Evidence]) -> str:
    """Several servers whose different certificates all begin later; several that ended were rather not renewed."""
    same = [other for other in evidence if _failed_for_a_date(other) and other.code == seen.code == "tls.not-yet-valid"]
    if len({other.fact("fingerprint") for other in same if other.fact("fingerprint")}) < 2:
        return ""
    begins = [_moment(other.fact("not-before")) for other in same]
    ends = [_moment(other.fact("expires")) for other in same]
    known = [moment for moment in (*begins, *ends) if moment is not None]
    if len(known) < 2 * len(same) or max(m for m in begins if m) > min(m for m in ends if m):
        return ""
    return (
        f"{len(same)} servers show different certificates that are not valid yet at {clock:%Y-%m-%d %H:%M} UTC, which "
        "is this machine's time."
    )


_DOUBTS: tuple[tuple[str, Callable[[Evidence, datetime, Sequence[Evidence]], str]], ...] = (
    ("cards", _by_cards),
    ("greeting", _by_greeting),
    ("certificates", _by_certificates),
)


@cache
def _newest_card() -> datetime:
    """Return the day of the newest card, before which this program did not exist."""
    newest = max(card.verified for card in knowledge.problems().values())
    return datetime.fromisoformat(newest).replace(tzinfo=UTC)


def _good_at(seen: Evidence, moment: datetime) -> bool:
    """Return whether the server's own certificate would have been valid; unknown dates say no."""
    begins, ends = _moment(seen.fact("not-before")), _moment(seen.fact("expires"))
    return begins is not None and ends is not None and begins <= moment <= ends


def _moment(text: str) -> datetime | None:
    """Read an ISO date and time in UTC."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except (ValueError, OverflowError):
        return None


def told_in(text: str) -> datetime | None:
    """Return the moment that a server's words name; ``None`` where they name none."""
    found = _DATE.search(text)
    return _read(found[0]) if found else None


def _read(text: str) -> datetime | None:
    """Read the date of a greeting (RFC 5322 section 3.3)."""
    from email.utils import parsedate_to_datetime  # here, so that nobody waits for it who has no greeting to read

    try:
        return parsedate_to_datetime(text.removesuffix("Z") + ("+0000" if text.endswith("Z") else "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None

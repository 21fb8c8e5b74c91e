"""The expiry book: when a sign-in, its secret or its certificate ends, foreseen from what is known."""

from __future__ import annotations

from datetime import UTC, date, datetime

from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Evidence, Outcome, Step
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.registration import RegistrationKind

NOTICE = 30
"""Days before the end of a secret or certificate in which it is told."""
IDLE_NOTICE = 14
"""Days before the end of an unused sign-in in which it is told."""
_TESTING = 7
_DAY = 86400
_GOOGLE = "google"


def ends_in_testing(grant: Grant) -> bool:
    """Return whether a sign-in ends after a week because Google's project behind it is in testing."""
    if grant.registration.issuer != _GOOGLE or grant.registration.kind is not RegistrationKind.PUBLIC:
        return False
    lives = grant.refresh_ends_at - grant.obtained_at if grant.refresh_ends_at and grant.obtained_at else 0.0
    return grant.registration.publishing == "testing" or 0 < lives <= (_TESTING + 1) * _DAY


def warnings(grant: Grant, card: IssuerCard, now: float) -> tuple[Evidence, ...]:
    """Return what ends soon or has ended, the first end first; ``now`` is the wall clock in seconds.

    Codes: ``oauth.testing-mode``, ``oauth.sign-in-ending``, ``oauth.idle``, ``oauth.client-secret-ending``,
    ``oauth.certificate-ending``; the fact ``ends`` is an ISO date, ``days`` what is left of it.
    """
    found = (_testing(grant, now), _ending(grant, now), _idle(grant, card, now), _registration(grant, now))
    told = sorted((entry for entry in found if entry), key=lambda entry: entry[0])
    return tuple(_evidence(card, *entry, now) for entry in told)


Entry = tuple[float, str, str, str]
"""When it ends, the code, what ends, and what to do."""


def _testing(grant: Grant, now: float) -> Entry | None:
    if not ends_in_testing(grant) or not grant.obtained_at:
        return None
    ends = grant.refresh_ends_at or grant.obtained_at + _TESTING * _DAY
    return ends, "oauth.testing-mode", "this sign-in", "Publish the project at Google, then sign in once more."


def _ending(grant: Grant, now: float) -> Entry | None:
    if not grant.refresh_ends_at or ends_in_testing(grant) or not _near(grant.refresh_ends_at, now, NOTICE):
        return None
    return grant.refresh_ends_at, "oauth.sign-in-ending", "this sign-in", "Sign in once more before that day."


def _idle(grant: Grant, card: IssuerCard, now: float) -> Entry | None:
    used = grant.renewed_at or grant.obtained_at
    if not card.idle_days or not used or grant.registration.kind is not RegistrationKind.PUBLIC:
        return None
    ends = used + card.idle_days * _DAY
    if not _near(ends, now, IDLE_NOTICE):
        return None
    return ends, "oauth.idle", "this sign-in, which was not used for long,", "Use it: any check renews it."


def _registration(grant: Grant, now: float) -> Entry | None:
    client = grant.registration
    try:
        day = date.fromisoformat(client.ends)
    except ValueError:
        return None
    ends = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC).timestamp()
    if not _near(ends, now, NOTICE):
        return None
    if client.key:
        return ends, "oauth.certificate-ending", "the program's certificate", "Register a new one before that day."
    return ends, "oauth.client-secret-ending", "the program's secret", "Make a new one before that day."


def _near(ends: float, now: float, days: int) -> bool:
    return ends - now <= days * _DAY


def _evidence(card: IssuerCard, ends: float, code: str, what: str, cure: str, now: float) -> Evidence:
    day = datetime.fromtimestamp(ends, UTC).date().isoformat()
    left = int((ends - now) // _DAY)
    if ends <= now:
        when = f"ended on {day}"
    elif left < 1:
        when = "ends within a day"
    else:
        when = f"ends on {day}, in {left} {'day' if left == 1 else 'days'}"
    detail = f"{what[:1].upper()}{what[1:]} {when}. {cure}"
    facts = (("ends", day), ("days", str(max(left, 0))))
    return Evidence(f"issuer:{card.id}", Step.TOKEN, Outcome.WARN, code, detail=detail, facts=facts)

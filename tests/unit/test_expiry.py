"""The expiry book foresees what ends, says until when and what to do, and nothing where nothing ends soon."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwizard import knowledge
from mailwizard.diagnosis import diagnose
from mailwizard.model import Outcome
from mailwizard.signin.oauth.expiry import warnings
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.registration import Registration, RegistrationKind

DAY = 86400
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()
GOOGLE, MICROSOFT = knowledge.issuers()["google"], knowledge.issuers()["microsoft"]
AT_GOOGLE = Grant(Registration("google", "id", "s"), "a@example.com", obtained_at=NOW, renewed_at=NOW)
AT_MICROSOFT = Grant(Registration("microsoft", "id"), "a@example.com", obtained_at=NOW, renewed_at=NOW)
TESTING = replace(AT_GOOGLE, registration=replace(AT_GOOGLE.registration, publishing="testing"))
ALONE = replace(AT_MICROSOFT, registration=Registration("microsoft", "id", "s", "t", RegistrationKind.APP_ONLY))


def ending(grant: Grant, day: str, key: str = "") -> Grant:
    return replace(grant, registration=replace(grant.registration, ends=day, key=key))


def test_where_nothing_ends_nothing_is_told() -> None:
    for grant, card in ((AT_GOOGLE, GOOGLE), (AT_MICROSOFT, MICROSOFT), (ending(ALONE, "2027-11-21"), MICROSOFT)):
        assert warnings(grant, card, NOW) == ()


@pytest.mark.parametrize(
    ("grant", "later", "code", "day", "words", "cause"),
    [
        (TESTING, 0, "oauth.testing-mode", "2026-11-28", "in 7 days", "oauth_testing_mode_expiry"),
        (TESTING, 6.5, "oauth.testing-mode", "2026-11-28", "within a day", "oauth_testing_mode_expiry"),
        (TESTING, 8, "oauth.testing-mode", "2026-11-28", "ended on", "oauth_testing_mode_expiry"),
        (replace(AT_GOOGLE, refresh_ends_at=NOW + 604799), 1, "oauth.testing-mode", "2026-11-28", "in 5 days",
         "oauth_testing_mode_expiry"),
        (replace(AT_GOOGLE, refresh_ends_at=NOW + 20 * DAY), 0, "oauth.sign-in-ending", "2026-12-11", "in 20 days",
         "secret_expiring"),
        (AT_GOOGLE, 170, "oauth.idle", "2027-05-20", "in 10 days", "secret_expiring"),
        (AT_MICROSOFT, 89, "oauth.idle", "2027-02-19", "in 1 day.", "secret_expiring"),
        (ending(ALONE, "2026-12-01"), 0, "oauth.client-secret-ending", "2026-12-01", "in 10 days", "secret_expiring"),
        (ending(ALONE, "2026-12-01", key="k"), 0, "oauth.certificate-ending", "2026-12-01",
         "certificate", "secret_expiring"),
        (ending(ALONE, "2026-11-01"), 0, "oauth.client-secret-ending", "2026-11-01", "ended on", "secret_expiring"),
    ],
)  # fmt: skip
def test_an_end_is_told_with_its_day_and_its_cure(
    grant: Grant, later: float, code: str, day: str, words: str, cause: str
) -> None:
    card = knowledge.issuers()[grant.registration.issuer]
    (seen,) = warnings(grant, card, NOW + later * DAY)
    assert (seen.code, seen.fact("ends"), seen.outcome) == (code, day, Outcome.WARN)
    assert words in seen.detail and seen.detail.endswith(".") and seen.detail[0].isupper()
    assert [diagnosis.cause for diagnosis in diagnose([seen])] == [cause]


def test_what_ends_first_is_told_first() -> None:
    both = ending(replace(TESTING, renewed_at=NOW), "2026-11-25")
    assert [seen.code for seen in warnings(both, GOOGLE, NOW)] == ["oauth.client-secret-ending", "oauth.testing-mode"]


def test_a_program_alone_is_never_idle_and_never_in_testing() -> None:
    robot = replace(TESTING, registration=replace(TESTING.registration, kind=RegistrationKind.SERVICE_ACCOUNT))
    assert warnings(robot, GOOGLE, NOW + 400 * DAY) == ()
    assert warnings(ALONE, MICROSOFT, NOW + 400 * DAY) == ()


@pytest.mark.parametrize("ends", ["", "soon", "2026-13-01", "9999"])
def test_a_day_that_is_none_is_not_told(ends: str) -> None:
    assert warnings(ending(ALONE, ends), MICROSOFT, NOW) == ()


@given(st.floats(0, 4e9), st.floats(0, 4e9), st.floats(0, 4e9), st.dates().map(lambda day: day.isoformat()))
def test_any_times_are_told_in_order(obtained: float, ends: float, now: float, day: str) -> None:
    grant = ending(replace(TESTING, obtained_at=obtained, renewed_at=obtained, refresh_ends_at=ends), day)
    told = warnings(grant, GOOGLE, now)
    assert [seen.fact("ends") for seen in told] == sorted(seen.fact("ends") for seen in told)
    assert all(seen.fact("days").isdecimal() for seen in told)

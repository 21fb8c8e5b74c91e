"""What to do about Exchange differs between a server of one's own and Exchange Online, and so does what is said."""

from __future__ import annotations

import pytest

from mailwizard.diagnosis import diagnose
from mailwizard.model import Evidence, Outcome, Step

DENIED = "ews.ErrorImpersonateUserDenied"


def advice(provider: str, code: str, step: Step, detail: str) -> str:
    host = "outlook.office365.com" if provider else "mail.company.com"
    subject = f"ews://{host}:443/EWS/Exchange.asmx"
    seen = Evidence(subject, step, Outcome.FAIL, code, detail=detail)
    return " ".join(diagnose((seen,), provider=provider)[0].fix)


@pytest.mark.parametrize(
    ("provider", "told", "not_told"),
    [
        ("", "-Role ApplicationImpersonation", "Application EWS.AccessAsApp"),
        ("microsoft365", '-Role "Application EWS.AccessAsApp"', "-Role ApplicationImpersonation"),
    ],
)
def test_the_right_to_act_for_others_is_given_as_each_exchange_has_it(provider: str, told: str, not_told: str) -> None:
    text = "The account does not have permission to impersonate the requested user."
    found = advice(provider, DENIED, Step.MAILBOX, text)
    assert told in found and not_told not in found


@pytest.mark.parametrize(
    ("provider", "told", "not_told"),
    [
        ("", "Set-CASMailbox", "EwsAllowedAppIDs"),
        ("microsoft365", "EwsAllowedAppIDs", "Set-CASMailbox"),
    ],
)
def test_what_is_switched_off_is_switched_on_as_each_exchange_has_it(provider: str, told: str, not_told: str) -> None:
    found = advice(provider, "http.403", Step.SIGN_IN, "status 403: EWS is disabled")
    assert told in found and not_told not in found

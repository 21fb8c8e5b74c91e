"""Whether a refused secret is to blame."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailwizard.diagnosis import diagnose
from mailwizard.diagnosis.blame import is_of_the_secret, refused
from mailwizard.model import Evidence, Outcome, Step

SUBJECT = "smtp://mail.example:465/tls"
SENT = (("secret", "sent"),)
WRONG = Evidence(SUBJECT, Step.SIGN_IN, Outcome.FAIL, "smtp.535", "5.7.8", "535 5.7.8 Failed", 0.1, SENT)
SWITCHED_OFF = replace(
    WRONG,
    enhanced="5.7.139",
    detail="535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.",
)


def test_a_wrong_password_is_to_blame() -> None:
    diagnoses = diagnose([WRONG])
    assert refused([WRONG], diagnoses) == (SUBJECT,)
    assert is_of_the_secret(diagnoses[0])


def test_a_switch_that_only_an_admin_turns_is_not_the_fault_of_the_secret() -> None:
    diagnoses = diagnose([SWITCHED_OFF], provider="microsoft365")
    assert refused([SWITCHED_OFF], diagnoses) == ()
    assert not is_of_the_secret(diagnoses[0])


@pytest.mark.parametrize(
    "seen",
    [
        replace(WRONG, facts=()),
        replace(WRONG, outcome=Outcome.SKIP, code="sign-in.refused-before"),
        replace(WRONG, outcome=Outcome.OK),
        replace(WRONG, step=Step.CONNECT),
    ],
)
def test_a_secret_that_was_not_sent_or_not_refused_is_not_to_blame(seen: Evidence) -> None:
    assert refused([seen], diagnose([seen])) == ()


def test_a_refusal_that_nothing_explains_counts_as_one() -> None:
    assert refused([WRONG], ()) == (SUBJECT,)

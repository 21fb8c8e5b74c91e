"""Whether a refused secret is to blame for the refusal: pure."""

from __future__ import annotations

from collections.abc import Sequence

from mailwizard.model import Diagnosis, Evidence, Outcome, Step

_OF_THE_SECRET = frozenset(
    {
        "app_password_required",
        "credential_encoding",
        "empty_credentials",
        "lockout_risk",
        "mfa_required",
        "unexplained",
        "wrong_password",
    }
)
"""Causes that another secret may mend."""
_OF_THE_NAME = frozenset({"account_not_found", "unexplained", "username_format", "wrong_password"})
"""Causes that another form of the user name may mend."""
_NO_MORE_TRIES = frozenset({"account_disabled", "account_locked", "lockout_risk", "rate_limited"})
"""Causes that another sign-in makes worse."""


def refused(evidence: Sequence[Evidence], diagnoses: Sequence[Diagnosis]) -> tuple[str, ...]:
    """Return the subjects that were sent the secret and refused it, where offering it again may cost a login in vain.

    Left out is a refusal that only somebody else than the person can mend: there the secret was not the reason.
    """
    return tuple(
        dict.fromkeys(
            seen.subject
            for index, seen in enumerate(evidence)
            if seen.step is Step.SIGN_IN
            and seen.outcome is Outcome.FAIL
            and seen.fact("secret") == "sent"
            and _is_for_the_person(index, diagnoses)
        )
    )


def is_of_the_secret(diagnosis: Diagnosis) -> bool:
    """Return whether another secret may mend this."""
    return diagnosis.cause in _OF_THE_SECRET


def may_be_the_name(diagnoses: Sequence[Diagnosis], *, documented: bool = True) -> bool:
    """Return whether another form of the user name may mend a refusal, by what explains it, first things first.

    ``documented`` is whether the name has a form that the provider documents, as far as anybody does.
    """
    causes = [diagnosis.cause for diagnosis in diagnoses]
    doubted = _OF_THE_NAME if documented else _OF_THE_NAME | _OF_THE_SECRET
    return bool(causes) and causes[0] in doubted and not _NO_MORE_TRIES & set(causes)


def _is_for_the_person(index: int, diagnoses: Sequence[Diagnosis]) -> bool:
    """Return whether what explains a piece of evidence first can be mended by the person, or nothing explains it."""
    first = next((diagnosis for diagnosis in diagnoses if index in diagnosis.evidence), None)
    return first is None or "user" in first.who

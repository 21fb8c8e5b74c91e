"""What commands about a saved sign-in have in common: where it is, and what to say where it does not work any more."""

from __future__ import annotations

from mailwizard.cli.endings import UsageError
from mailwizard.cli.output import say
from mailwizard.cli.verdict import exit_code
from mailwizard.model import Evidence, Failure, Outcome, Step, Until
from mailwizard.net.clean import clean, shown_word


def reference_of(name: str) -> tuple[str, str]:
    """Return where a saved account's sign-in is kept, and the id of its provider's card.

    Raises:
        UsageError: for a name that no account can have, or an account without a secret.
        Failure: ``store.…``.
    """
    from mailwizard.storage import profiles

    try:
        saved = profiles.load(name)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    if not saved.account.secret:
        name = saved.account.name
        raise UsageError(f"the account {name} holds no sign-in: mailwizard sign-in {shown_word(name)}")
    return saved.account.secret, saved.server.provider


def failed(failure: Failure, what: str, provider: str) -> int:
    """Say on stderr what did not come about, and why, and return the exit code.

    Raises:
        Failure: where it is about the store, or a mistake of ours.
    """
    from mailwizard.cli.telling import diagnoses_lines
    from mailwizard.diagnosis import diagnose

    if failure.code == "bug" or failure.code.startswith("store."):
        raise failure
    evidence = (seen_of(failure),)
    say(f"mailwizard: {what}: {failure.detail or failure.code}")
    say(*diagnoses_lines(diagnose(evidence, provider=provider)))
    return exit_code(evidence, Until.SIGN_IN)


def seen_of(failure: Failure, subject: str = "issuer") -> Evidence:
    """Return a failure to get a token as evidence, cleaned."""
    facts = tuple((name, clean(value)) for name, value in failure.facts)
    return Evidence(
        subject, Step.TOKEN, Outcome.FAIL, clean(failure.code, 80), detail=clean(failure.detail), facts=facts
    )

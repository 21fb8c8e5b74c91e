"""What can go wrong, each with a text for a person."""

from __future__ import annotations

from mailwizard.model import Diagnosis, Evidence


class OnboardingError(Exception):
    """Something went wrong; the text is one or more sentences for a person."""


class NoAccount(OnboardingError):
    """No account is set up for the application, or it lacks a server that is needed."""


class Cancelled(OnboardingError):
    """The wizard was left before an account was saved; a draft is kept, and the next run goes on with it."""


class SecretClosed(OnboardingError):
    """The account's secret cannot be had: a locked keyring, a wrong passphrase, a file that is gone."""


class NotReady(OnboardingError):
    """The connection did not come about: the server cannot be reached, or did not take the secret."""

    def __init__(self, text: str, evidence: tuple[Evidence, ...], diagnoses: tuple[Diagnosis, ...]) -> None:
        super().__init__(text)
        self.evidence = evidence
        """Every step, as ``mailwizard check`` tells it."""
        self.diagnoses = diagnoses
        """What is wrong, why, and who can mend it; the likeliest first."""

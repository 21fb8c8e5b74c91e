"""What is proposed, tried and observed on the way to an account, and what that means."""

from __future__ import annotations

from dataclasses import dataclass, field

from mailwizard.model.endpoint import Endpoint
from mailwizard.model.failures import Facts
from mailwizard.model.words import AuthKind, Confidence, Outcome, Step, Trust


@dataclass(frozen=True, slots=True)
class Candidate:
    """An endpoint that somebody proposes, and how far that may be believed."""

    endpoint: Endpoint
    username: str
    """The login name; empty where nothing is known about its form."""
    auth: tuple[AuthKind, ...]
    """What sign-in the provider takes here today, best first; empty where unknown."""
    source: str
    """Who proposes it: the name of a discovery source, ``typed`` or ``saved``."""
    trust: Trust
    why: str = ""
    """One sentence for a person: why this source proposes it."""
    provider: str = ""
    """The provider card's id, where one stands behind it."""
    preference: int = 0
    """Where its source puts it among its own proposals: lower comes first."""
    also: tuple[str, ...] = ()
    """The other sources that name the same endpoint."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A user name and a secret; in memory and in the secret store only."""

    username: str
    secret: str = field(repr=False)
    kind: AuthKind = AuthKind.PASSWORD
    app_only: bool = False
    """Whether a token is the program's own, which acts in the name of the mailbox, and not a person's."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observed fact. ``detail`` is cleaned text: what the server said, or what was found."""

    subject: str
    """Whom it is about: ``str(endpoint)`` for a check, a source's name for discovery."""
    step: Step
    outcome: Outcome
    code: str = ""
    enhanced: str = ""
    detail: str = ""
    seconds: float = 0.0
    facts: Facts = ()
    """Named facts: ``addresses address version cipher names issuer expires mechanisms mechanism …``."""

    def fact(self, name: str) -> str:
        """Return a named fact, or nothing."""
        return next((value for key, value in self.facts if key == name), "")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A cause, the card that explains it, and the evidence that gave it away."""

    cause: str
    """A slug of the vocabulary of causes, which is also the problem card's name."""
    title: str
    why: str
    fix: tuple[str, ...]
    """The steps that mend it, in order."""
    who: tuple[str, ...]
    """Who can do that: user, admin, provider, network, recipient, client or none."""
    confidence: Confidence
    guide: str = ""
    """The id of the provider's guide for it, such as ``gmail.app-password``; empty where there is none."""
    evidence: tuple[int, ...] = ()
    """Indices into the evidence that was read."""
    sure: str = ""
    """How to be sure that it is this cause and none of its neighbours; empty where nothing more can be looked at."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change to the draft that was tried, without a secret, and would work; one that costs is still to be tried."""

    title: str
    """One sentence for a button, such as ``Use port 465 with TLS``."""
    replaces: Endpoint
    candidate: Candidate
    costs: str = ""
    """What trying it costs, as a phrase such as ``one more login``: it waits until a person asks for it."""

"""What the commands about secrets print with ``--json``; no secret is in any of them."""

from __future__ import annotations

from msgspec import Struct

from mailwizard.cli.answers import Version


class KeptSecret(Struct, frozen=True):
    """Where an account's secret is kept."""

    account: str
    reference: str
    """Empty where it is asked for each time."""
    ok: bool | None = None
    """Whether its store gave it; null where it was not asked."""
    code: str = ""
    why: str = ""
    """One sentence where its store did not give it."""


class SecretsAnswer(Struct, frozen=True):
    """What ``mailwizard secrets list`` and ``check`` know."""

    schema: Version
    ok: bool
    secrets: tuple[KeptSecret, ...]
    unreadable: tuple[tuple[str, str], ...] = ()
    """Names of accounts that could not be read, each with the reason."""


class MovedAnswer(Struct, frozen=True):
    """What ``mailwizard secrets move`` did."""

    schema: Version
    account: str
    before: str
    after: str
    left: str
    """One sentence where the secret is still in its old place too."""


class ForgottenAnswer(Struct, frozen=True):
    """What ``mailwizard secrets forget`` took away."""

    schema: Version
    reference: str


class PassphraseAnswer(Struct, frozen=True):
    """What ``mailwizard secrets passphrase`` did."""

    schema: Version
    sealed: int
    """How many secrets are in the vault."""


class UnlockAnswer(Struct, frozen=True):
    """Whether the vault opens without its passphrase, until when, and for whom."""

    schema: Version
    unlocked: bool
    until: str
    """ISO 8601 with the zone of this machine; empty where it is locked."""
    holders: str


class Finding(Struct, frozen=True):
    """One thing that ``mailwizard doctor`` found."""

    topic: str
    level: str
    """``ok``, ``note``, ``warning`` or ``broken``."""
    what: str
    why: str = ""
    """Why it matters; empty where all is well."""
    do: str = ""
    """What to do about it."""


class DoctorAnswer(Struct, frozen=True):
    """What ``mailwizard doctor`` found; ``ok`` where nothing is broken."""

    schema: Version
    ok: bool
    findings: tuple[Finding, ...]

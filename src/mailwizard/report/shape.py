"""What a report holds, as it stands in its file: JSON, field by field."""

from __future__ import annotations

from dataclasses import dataclass

from mailwizard.checks.transcript import Conversation
from mailwizard.model import AuthKind, Candidate, Diagnosis, Evidence, Remedy, Until

FORMAT = "mailwizard-report"
"""What such a file calls itself."""
SCHEMA = 1
"""The version of what is in it; a later one may have more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the run was about: whose mail, which servers, how deep."""

    address: str = ""
    provider: str = ""
    """The provider card's id; empty where none is known."""
    display_name: str = ""
    incoming: Candidate | None = None
    outgoing: Candidate | None = None
    auth: AuthKind = AuthKind.PASSWORD
    until: Until = Until.SIGN_IN
    mechanism: str = ""
    """The one SASL mechanism that was asked for; empty where the best was taken."""
    verified_at: str = ""
    """When the account was last proven, as ISO 8601."""
    senders: tuple[str, ...] = ()
    """The From addresses that were asked about beside its own."""
    state: str = ""
    """How the account is saved: ``verified``, ``broken`` …; empty where it is not."""
    cause: str = ""
    """The cause for which it is saved as broken."""
    broken_since: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The machine on which it ran; a text is empty where that is not known."""

    system: str = ""
    """Kernel, its version and the machine, such as ``Linux 6.8.0 x86_64``."""
    distribution: str = ""
    python: str = ""
    libraries: tuple[tuple[str, str], ...] = ()
    """Names and versions."""
    locale: str = ""
    encoding: str = ""
    """Of what is written to the terminal."""
    time_zone: str = ""
    """Such as ``CET +01:00``."""
    terminal: str = ""
    """``TERM``; empty where there is no terminal."""
    columns: int = 0
    lines: int = 0
    inside: tuple[str, ...] = ()
    """What the terminal is in: ``tmux``, ``screen``, ``SSH`` …"""
    resolvers: tuple[str, ...] = ()
    """The servers that the system asks for names."""
    resolver: str = ""
    """The one that was named for this run."""
    proxies: tuple[tuple[str, str], ...] = ()
    """Variables and what they name, without user and password."""
    authorities: tuple[tuple[str, str], ...] = ()
    """Variables that replace whom the system trusts, and their files."""
    ca_file: str = ""
    """Authorities that were trusted beside the system's in this run."""
    clock: str = ""
    """What the system says about how right its clock is."""
    clock_offset: float | None = None
    """Seconds by which a server's clock was ahead of this machine's; about right to two minutes."""
    clock_of: str = ""
    """Whose clock that was."""
    ipv4: str = ""
    """``yes``, ``no`` or nothing: whether there is a way out."""
    ipv6: str = ""


@dataclass(frozen=True, slots=True)
class Redaction:
    """How often something was taken out."""

    kind: str
    """``secret``, ``token``, ``assignment`` or ``pseudonym``."""
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One run, as it can be shown elsewhere; holds no secret."""

    format: str = FORMAT
    schema: int = SCHEMA
    made: str = ""
    """When it was made, as ISO 8601 in UTC."""
    maker: str = ""
    """The program and its version."""
    account: str = ""
    """What the saved account is called; empty where it was none."""
    practice: str = ""
    """The practice world in which it ran; empty for the real network."""
    ok: bool = False
    """Whether all held that was asked for."""
    stopped: str = ""
    """What had happened by the time somebody stopped it; empty where it came to its end."""
    draft: Wanted = Wanted()
    evidence: tuple[Evidence, ...] = ()
    """What the check saw."""
    clues: tuple[Evidence, ...] = ()
    """What the search for servers saw."""
    diagnoses: tuple[Diagnosis, ...] = ()
    """What that meant when it was made."""
    remedies: tuple[Remedy, ...] = ()
    transcript: tuple[Conversation, ...] = ()
    environment: Environment = Environment()
    pseudonyms: bool = False
    """Whether addresses, user names and hosts of its own have other names in it."""
    redactions: tuple[Redaction, ...] = ()

"""What the commands about sign-ins at a provider print with ``--json``."""

from __future__ import annotations

from msgspec import Struct

from mailwizard.cli.answers import Cause, Seen, Version


class SignInAnswer(Struct, frozen=True):
    """What came of ``mailwizard sign-in``; a token is in no answer."""

    schema: Version
    ok: bool
    issuer: str
    username: str
    """Who was signed in; empty where nobody was."""
    account: str
    """The saved account that signs in with it now, if one was named."""
    reference: str
    """Where the sign-in is kept; empty where it is not."""
    scopes: tuple[str, ...]
    ends: str
    """The day on which it ends, as ISO 8601; empty where none is known."""
    evidence: tuple[Seen, ...]
    diagnoses: tuple[Cause, ...]


class LogoutAnswer(Struct, frozen=True):
    """What ``mailwizard logout`` ended."""

    schema: Version
    ok: bool
    account: str
    issuer: str
    revoked: bool
    """Whether the issuer withdrew the sign-in too."""
    why: str
    """One sentence where it did not."""
    guide: str
    """The guide to what remains to be done by hand, if there is one."""


class Client(Struct, frozen=True):
    """A program's registration; its secrets are references."""

    issuer: str
    client_id: str
    kind: str
    tenant: str
    scope: str
    """The strongest scope that names it."""
    ends: str
    client_secret: str
    key: str


class ClientsAnswer(Struct, frozen=True):
    """The registrations that hold here."""

    schema: Version
    clients: tuple[Client, ...]
    unreadable: tuple[tuple[str, str], ...] = ()
    """Issuers whose registration could not be read, each with the reason."""

"""What the commands that exchange accounts with other programs print with ``--json``."""

from __future__ import annotations

from msgspec import Struct

from mailwizard.cli.account_answers import SavedIdentity, SavedServer
from mailwizard.cli.answers import Version


class ExportAnswer(Struct, frozen=True):
    """An account as another program reads it, and what became of that program's file."""

    schema: Version
    account: str
    target: str
    text: str
    """Names the command that tells the secret, and holds none."""
    path: str = ""
    """The file; empty where none was to be written."""
    diff: tuple[str, ...] = ()
    """The lines that go and come; empty where the file is as it should be."""
    written: bool = False
    kept: str = ""
    """Where the version before is kept."""
    warning: str = ""


class Target(Struct, frozen=True):
    """A program that accounts are exported to."""

    name: str
    title: str
    path: str
    """Where it usually reads them; empty where there is no such place."""
    whole: bool
    """Whether the file is written whole; else the account's block goes among what a person wrote."""


class TargetsAnswer(Struct, frozen=True):
    """What ``mailwizard export --list`` knows."""

    schema: Version
    targets: tuple[Target, ...]


class ImportedAccount(Struct, frozen=True):
    """An account as another program's file describes it; ``secret`` is a reference, never the secret."""

    name: str
    address: str
    display_name: str
    servers: tuple[SavedServer, ...]
    secret: str
    reply_to: str = ""
    identities: tuple[SavedIdentity, ...] = ()
    notes: tuple[str, ...] = ()
    """What was not taken over, a sentence each."""
    saved: bool = False


class ImportAnswer(Struct, frozen=True):
    """What ``mailwizard import`` read."""

    schema: Version
    source: str
    path: str
    accounts: tuple[ImportedAccount, ...]
    notes: tuple[str, ...] = ()
    """What was found and belongs to no account that could be read."""

"""What the commands about files that people send each other print with ``--json``."""

from __future__ import annotations

from msgspec import Struct

from mailwizard.cli.account_answers import SavedServer
from mailwizard.cli.answers import GuideText, Version


class WrittenFile(Struct, frozen=True):
    """A file that was written, and the code to say to whoever opens it."""

    path: str
    code: str
    account: str
    """The account or address that it is about."""
    owner: str = ""


class HandOffAnswer(Struct, frozen=True):
    """What ``mailwizard accounts hand-off`` wrote."""

    schema: Version
    files: tuple[WrittenFile, ...]


class RequestAnswer(Struct, frozen=True):
    """What ``mailwizard request`` wrote."""

    schema: Version
    file: WrittenFile
    causes: tuple[str, ...]


class HandedAccount(Struct, frozen=True):
    """An account that was handed over, without its secret."""

    name: str
    address: str
    display_name: str
    role: str
    owner: str
    server: str
    provider: str
    servers: tuple[SavedServer, ...]
    missing: tuple[str, ...]
    """Kinds of secret that its owner has to give."""
    issuer: str = ""
    client_id: str = ""


class AskedItem(Struct, frozen=True):
    """One thing that an administrator is asked for, with the guides of this version."""

    cause: str
    title: str
    why: str
    subject: str
    client: str
    said: tuple[str, ...]
    guides: tuple[GuideText, ...]
    records: tuple[str, ...] = ()
    """What is asked to be published in DNS."""


class AskedFor(Struct, frozen=True):
    """What a request asks for."""

    address: str
    provider: str
    items: tuple[AskedItem, ...]


class MarkedItem(Struct, frozen=True):
    """What became of one thing."""

    cause: str
    title: str
    mark: str
    """``done``, ``refused`` or ``open``."""
    remark: str


class Answered(Struct, frozen=True):
    """What an answer says."""

    address: str
    request: str
    """The code of the request that it answers."""
    items: tuple[MarkedItem, ...]


class OpenAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is in a file that somebody sent; it is not signed, only its code tells that it is theirs."""

    schema: Version
    format: str
    confirmed: bool
    """Whether its code was given; nothing was done without it."""
    made: str
    maker: str = ""
    note: str = ""
    expires: str = ""
    hand_off: HandedAccount | None = None
    request: AskedFor | None = None
    answer: Answered | None = None
    saved: str = ""
    """The draft that was saved of it."""
    written: WrittenFile | None = None
    """The answer that was written."""

"""Turn what was observed or pasted into the facts that rules are held against."""

from __future__ import annotations

from dataclasses import dataclass

from mailwizard.model import Facts


@dataclass(frozen=True, slots=True)
class Hints:
    """What somebody knows about a pasted text beside the text itself."""

    provider: str = ""
    protocol: str = ""
    step: str = ""
    mechanism: str = ""
    host: str = ""
    """A host name, also as ``host:port`` or with the security behind it (``imap.example.com:993 tls``)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The facts that could be read; what is unknown is empty."""

    protocol: str = ""
    """``smtp``, ``imap``, ``pop3``, or ``oauth``, ``ews``, ``graph``, ``tls``, ``tcp``, ``dns``, ``keyring``."""
    step: str = ""
    code: str = ""
    enhanced: str = ""
    provider: str = ""
    host: str = ""
    port: int = 0
    security: str = ""
    mechanism: str = ""
    text: str = ""
    """What was said, cleaned for showing."""
    facts: Facts = ()

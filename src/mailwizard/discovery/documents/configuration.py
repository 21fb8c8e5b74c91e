"""What a published document says, whatever its format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mailwizard.model import AuthKind, Candidate, Endpoint, Facts, Protocol, Trust


@dataclass(frozen=True, slots=True)
class ServerEntry:
    """One server of a document; ``Security.NONE`` where the document says so, which is never to be offered."""

    endpoint: Endpoint
    username: str
    """The login name for the address that was asked about; empty where the document does not say."""
    auth: tuple[AuthKind, ...]
    """The sign-in kinds in the document's order; empty where none is known here."""
    methods: tuple[str, ...] = ()
    """The document's own words for sign-in, such as ``password-encrypted``, in its order."""
    notes: tuple[str, ...] = ()
    """Sentences for a person about this server."""

    def candidate(self, source: str, trust: Trust, why: str, *, provider: str = "", preference: int = 0) -> Candidate:
        """Return this server as a proposal; its notes follow ``why``."""
        said = " ".join((why, *self.notes)).strip()
        return Candidate(self.endpoint, self.username, self.auth, source, trust, said, provider, preference)


@dataclass(frozen=True, slots=True)
class Link:
    """A page that a document points to, with its description by language; the language may be empty."""

    kind: str
    """``documentation``, ``instruction``, ``enable`` (what must be switched on first), ``webmail``, ``contact`` …"""
    url: str
    texts: tuple[tuple[str, str], ...] = ()

    def text(self, language: str = "en") -> str:
        """Return the description in a language, else the one without a language, else the first."""
        by_language = dict(reversed(self.texts))
        return by_language.get(language) or by_language.get("") or next((text for _, text in self.texts), "")


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything useful that a document says for one address."""

    servers: tuple[ServerEntry, ...] = ()
    """In document order, which is the publisher's order of preference."""
    name: str = ""
    short_name: str = ""
    domains: tuple[str, ...] = ()
    """The domains (A-labels) that the document says it is for."""
    links: tuple[Link, ...] = ()
    services: Facts = ()
    """What else it names: ``jmap``, ``ews``, ``owa``, ``activesync``, ``caldav``, ``oauth-issuer`` … and where."""
    notes: tuple[str, ...] = ()
    """What was left out and why, one sentence each."""

    def first(self, protocol: Protocol) -> ServerEntry | None:
        """Return the publisher's first choice for a protocol."""
        return next((server for server in self.servers if server.endpoint.protocol is protocol), None)

    def service(self, name: str) -> str:
        """Return where another service is, or nothing."""
        return next((where for known, where in self.services if known == name), "")

    def candidates(self, source: str, trust: Trust, why: str, *, provider: str = "") -> Iterator[Candidate]:
        """Return every server as a proposal, keeping the document's order as preference."""
        for place, server in enumerate(self.servers):
            yield server.candidate(source, trust, why, provider=provider, preference=place)

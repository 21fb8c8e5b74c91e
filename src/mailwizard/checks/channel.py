"""What a sign-in mechanism is told about the line it is used on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from mailwizard.model import Endpoint, Protocol
from mailwizard.net import Tls

_SERVICES = {Protocol.SMTP: "smtp", Protocol.IMAP: "imap", Protocol.POP3: "pop"}


class Accepted(Exception):
    """Thrown into a conversation where it waits, once the server says that we are signed in."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One line: where it leads, what the server offers on it, and what it can be bound to."""

    host: str
    port: int
    offered: tuple[str, ...] = ()
    """The mechanisms that the server offers, in capitals."""
    tls: Tls | None = None
    service: str = ""
    """What GSSAPI calls the protocol (the IANA registry of its service names)."""

    @classmethod
    def of(cls, endpoint: Endpoint, tls: Tls | None, offered: tuple[str, ...]) -> Self:
        """Return the channel to an endpoint."""
        service = _SERVICES.get(endpoint.protocol, "")
        return cls(endpoint.host, endpoint.port, tuple(name.upper() for name in offered), tls, service)

    @property
    def binding(self) -> bytes:
        """Return what binds a sign-in to the server's certificate (RFC 5929 section 4); nothing where it cannot."""
        return self.tls.end_point if self.tls is not None else b""

"""A misbehaving server: what it does, and what is right to make of that."""

from __future__ import annotations

from dataclasses import dataclass

from mailwizard.model import STANDARD_PORTS, Endpoint, Outcome, Protocol, Security, Step, Until
from mailwizard.sandbox.scripted import Script

FAULTS = "faults.example"
"""The domain below which every misbehaving server has a host and a mail domain of its own."""
FAULT = "fault:"
"""How a fault is named where a scenario may be."""
PASSWORD = 'Zq7"\\ é%+x9'
"""The secret of every mailbox there: it holds what has to be quoted somewhere."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One misbehaviour of one server."""

    name: str
    """Lower case with hyphens; it begins with the protocol and is the host's first label."""
    security: Security
    script: Script
    step: Step
    """The step that it ends in: the first that fails, else the first that warns, else the last."""
    code: str
    """What that step's evidence has as its code; several, with blanks between them, where the network decides."""
    cause: str = ""
    """The cause that a person is told first; several, with blanks between them, where more than one is right."""
    outcome: Outcome = Outcome.FAIL
    until: Until = Until.SIGN_IN
    """The depth at which it shows."""
    limit: float = 10.0
    """Seconds that a step may take when this is tried: few where it is to run out."""
    flood: bool = False
    """Whether the server sends as much as it can."""
    never: tuple[str, ...] = ()
    """Commands that must not be sent to it."""

    @property
    def protocol(self) -> Protocol:
        """Return what the server ought to speak."""
        return Protocol(self.name.partition("-")[0])

    @property
    def host(self) -> str:
        """Return the server's name, which is a mail domain too."""
        return f"{self.name}.{FAULTS}"

    @property
    def endpoint(self) -> Endpoint:
        """Return how a client reaches it."""
        return Endpoint(self.protocol, self.host, STANDARD_PORTS[self.protocol, self.security], self.security)

    @property
    def partner(self) -> Endpoint | None:
        """Return the well-behaved server beside it, where a message to oneself needs both."""
        if self.until is not Until.DELIVERY:
            return None
        other = Protocol.SMTP if self.protocol.incoming else Protocol.IMAP
        return Endpoint(other, self.host, STANDARD_PORTS[other, Security.TLS], Security.TLS)

    @property
    def address(self) -> str:
        """Return the address that a newcomer types."""
        return f"alice@{self.host}"

    @property
    def causes(self) -> tuple[str, ...]:
        """Return the causes of which one is right to be told first."""
        return tuple(self.cause.split())

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of which one is right."""
        return tuple(self.code.split()) or ("",)

"""Machines that many names share: one port on loopback for each kind of server, whatever number of hosts it has."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field

from mailwizard.model import Security
from mailwizard.sandbox.pki import Certificate

HOSTER = Certificate(("shared.hoster.example",))
"""What a host shows that has no certificate of its own."""
_RANGES = tuple(map(ipaddress.IPv4Network, ("203.0.113.0/25", "192.0.2.0/24", "198.51.100.128/25")))
"""IPv4 addresses for documentation (RFC 5737) that the rest of the small internet leaves free."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind of server on one port."""

    server: str
    """The name of a module in ``servers/``."""
    port: int
    security: Security


@dataclass(slots=True)
class Hosting:
    """What is to be served at which host, and under which certificate."""

    certificates: dict[str, Certificate] = field(default_factory=dict)
    offers: dict[Offer, set[str]] = field(default_factory=dict)
    """The hosts at which each kind of server listens."""
    silences: set[tuple[str, int]] = field(default_factory=set)
    """Hosts and ports that swallow every attempt to connect; no host is every host, and port 0 every port."""
    _given: int = 0

    def address(self) -> str:
        """Return an address that nobody has yet."""
        number, self._given = self._given, self._given + 1
        for network in _RANGES:
            usable = network.num_addresses - 2
            if number < usable:
                return str(network[number + 1])
            number -= usable
        raise ValueError("the small internet has no address left")

    def serve(self, host: str, server: str, port: int, security: Security) -> None:
        """Let a kind of server listen at a host, under the host's own name unless a certificate is set already."""
        self.offers.setdefault(Offer(server, port, security), set()).add(host)
        self.certificates.setdefault(host, Certificate((host,)))

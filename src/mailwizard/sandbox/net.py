"""The door to the small internet: names from its zone, connections to loopback only."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from mailwizard.model import Failure
from mailwizard.net import Record, RecordKind
from mailwizard.net.real import RealNet
from mailwizard.sandbox.traffic import Traffic
from mailwizard.sandbox.zone import Zone


class SandboxNet(RealNet):
    """A :class:`~mailwizard.net.Net` whose every connection ends on this machine's loopback.

    The sockets, TLS and certificates are as real as elsewhere; only names and addresses are made up.
    """

    dns_patience = 5.0
    """Seconds until a question that nobody answers is given up."""
    round_trip = 0.0
    """Seconds that an answer of DNS takes, and that connecting takes."""

    def __init__(self, zone: Zone, ca_file: Path, dead_port: int, traffic: Traffic | None = None) -> None:
        super().__init__(ca_file=ca_file)
        self._zone, self._dead_port = zone, dead_port
        self._ports: dict[tuple[str, int], int] = {}
        self._swallowed: dict[tuple[str, int], int] = {}
        self.hijacked: dict[str, str] = {}
        """The IPv4 address to which the network leads a name, whatever DNS says."""
        self.traffic = traffic or Traffic()
        """Every question and every connection so far."""

    def lead(self, address: str, port: int, loopback_port: int) -> None:
        """Let connections to an address and port end at a port on loopback."""
        self._ports[address, port] = loopback_port

    def swallow(self, address: str, port: int, silent_port: int) -> None:
        """Let connections end at a port that gives no answer, whatever serves there.

        No address means every address, and port 0 every port.
        """
        self._swallowed[address, port] = silent_port

    def route(self, address: str, port: int) -> tuple[str, int]:
        """Return where to dial: a port on loopback, the dead one for every place that the world does not have."""
        places = ((address, port), ("", port), (address, 0), ("", 0))
        silent = next((self._swallowed[place] for place in places if place in self._swallowed), None)
        return "127.0.0.1", self._ports.get((address, port), self._dead_port) if silent is None else silent

    async def resolve(self, name: str, kind: RecordKind) -> tuple[Record, ...]:
        """Return the records of one kind, at least one.

        Raises:
            Failure: ``dns.nxdomain``, ``dns.nodata``; ``dns.timeout`` or ``dns.servfail`` for a name that is set so.
        """
        self.traffic.asked(name, kind)
        if self._zone.failure(name) == "dns.timeout":
            await asyncio.sleep(self.dns_patience)
            raise Failure("dns.timeout", f"no resolver answered within {self.dns_patience:g} s")
        await asyncio.sleep(self.round_trip)
        if (led := self.hijacked.get(name.lower().rstrip("."))) and kind in {"A", "AAAA"}:
            if kind == "AAAA":
                raise Failure("dns.nodata", f"{name} has no AAAA record")
            return (Record("A", led, ttl=0),)
        return self._zone.answer(name, kind)

    async def _dial(self, address: str, port: int) -> socket.socket:
        connect = self.traffic.connecting(address, port)
        await asyncio.sleep(self.round_trip)
        sock = await super()._dial(address, port)
        self.traffic.reached(connect, sock.getsockname()[1])
        return sock

"""Which ports nobody answers on: a firewall on the way out looks like many dead servers at once. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from mailwizard.model import Failure

SILENT_AFTER = 1.0
"""Seconds without any answer after which a port counts as silent."""
ENOUGH = 2
"""Hosts on which a port must be silent before the way there is blamed and not the server."""


Machine = tuple[str, ...]
"""All addresses under which one host was tried, sorted."""


class Sightings:
    """Which hosts answered on which port, be it with a refusal, and which did not."""

    def __init__(self) -> None:
        self._heard: set[tuple[str, int]] = set()
        self._silent: set[tuple[Machine, int]] = set()

    def answered(self, addresses: Iterable[str], port: int) -> None:
        """Note that somebody is there."""
        self._heard.update((address, port) for address in addresses)

    def failed(self, addresses: Iterable[str], port: int, failure: Failure) -> None:
        """Note what a failed attempt says about a host."""
        tried = dict(value.rsplit(" ", 1) for name, value in failure.facts if name == "tried" and " " in value)
        codes = {address: tried.get(address, failure.code) for address in addresses}
        self._heard.update((address, port) for address, code in codes.items() if _answers(code))
        if codes and set(codes.values()) == {"tcp.timeout"}:
            self._silent.add((tuple(sorted(codes)), port))

    def waited(self, addresses: Iterable[str], port: int, seconds: float) -> None:
        """Note that an attempt was given up after some time."""
        if seconds >= SILENT_AFTER:
            self._silent.add((tuple(sorted(set(addresses))), port))

    def silent(self, port: int) -> tuple[Machine, ...]:
        """Return the hosts that gave no answer on a port, none of which shares an address with another."""
        found: list[Machine] = []
        for machine in sorted(machine for machine, silent in self._silent if silent == port):
            taken = {address for other in found for address in other}
            if not taken & set(machine) and not any((address, port) in self._heard for address in machine):
                found.append(machine)
        return tuple(found)

    @property
    def open_ports(self) -> tuple[int, ...]:
        """Return the ports on which somebody answered."""
        return tuple(sorted({port for _, port in self._heard}))

    @property
    def heard_nobody(self) -> bool:
        """Return whether something was tried and nobody at all answered."""
        return bool(self._silent) and not self._heard

    def blocked(self) -> tuple[int, ...]:
        """Return the ports that are closed on the way out, as far as can be seen from here.

        Two hosts or more are silent on it, none answers on it, and one of them answers on another port.
        """
        alive = {address for address, _ in self._heard}
        ports = {port for _, port in self._silent} - set(self.open_ports)
        return tuple(sorted(port for port in ports if self._shut(self.silent(port), alive)))

    def _shut(self, silent: tuple[Machine, ...], alive: set[str]) -> bool:
        """Return whether these silent hosts are enough to blame the way there."""
        return len(silent) >= ENOUGH and any(address in alive for machine in silent for address in machine)


def _answers(code: str) -> bool:
    """Return whether a failure comes from somebody who is there."""
    return code in {"tcp.refused", "tcp.reset", "ok"} or code.startswith(("http.", "tls."))

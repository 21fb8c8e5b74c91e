"""The network as it is: the only package with sockets, TLS and DNS."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TypeVar

from mailwizard.model import Failure
from mailwizard.net import Document, Net, Record, RecordKind
from mailwizard.net.real import hello, verdict
from mailwizard.net.real.line import Dialogue, SocketLine, say_again, unverified_look
from mailwizard.net.real.names import Names
from mailwizard.net.real.racing import Race, dial
from mailwizard.net.real.trust import Trust
from mailwizard.net.real.wire import Wire

Looked = TypeVar("Looked")

HOSTS_FILE = Path("/etc/hosts")
_SECOND_LOOK = 5.0
"""Seconds that a second look at a server that no handshake came about with may take."""


class RealNet:
    """A :class:`~mailwizard.net.Net` over this machine's own network.

    ``resolver`` (``IP``, ``IP:PORT`` or ``[IPv6]:PORT``) is asked in place of the machine's own. ``ca_file`` holds
    authorities that are trusted beside the system's, and so does ``authorities`` in bytes, PEM or DER. ``delay`` is
    the head start of one address before the next (RFC 8305), and ``limit`` what connecting may take in all, both in
    seconds.

    Raises:
        ValueError: with one sentence for a person, where ``resolver`` or the authorities cannot be used.
    """

    def __init__(
        self,
        *,
        resolver: str = "",
        ca_file: Path | None = None,
        authorities: bytes = b"",
        hosts_file: Path = HOSTS_FILE,
        delay: float = 0.25,
        limit: float = 10.0,
    ) -> None:
        self._names = Names(resolver, hosts_file)
        self._trust = Trust(ca_file, authorities)
        self._delay, self._limit = delay, limit

    def route(self, address: str, port: int) -> tuple[str, int]:
        """Return where to dial for an address; a practice world leads elsewhere than where it says."""
        return address, port

    async def resolve(self, name: str, kind: RecordKind) -> tuple[Record, ...]:
        """Return the records of one kind, at least one; for A and AAAA the hosts file speaks first.

        PTR takes an IP address as well.
        """
        return await self._names.resolve(name, kind)

    async def open(self, addresses: Sequence[str], port: int) -> SocketLine:
        """Connect to the first address that answers, both families side by side (RFC 8305)."""
        race = Race(addresses, port, self._delay, self._limit)
        address, sock = await race.run(self._dial)
        wire = await _wired(sock)
        return SocketLine(wire, address, race.attempts, self._context, partial(self._judge, address, port))

    async def fetch(
        self,
        url: str,
        *,
        within: str,
        method: str = "GET",
        body: bytes = b"",
        content_type: str = "",
        accept: str = "",
        names: Net | None = None,
    ) -> Document:
        """Return the document at an https URL, asked on behalf of the mail domain ``within``."""
        web = await asyncio.to_thread(import_module, "mailwizard.net.real.web")
        request = web.Request(method, body, content_type, accept)
        found: Document = await web.fetch(self, url, within, request, names)
        return found

    async def _dial(self, address: str, port: int) -> socket.socket:
        return await dial(*self.route(address, port))

    async def _context(self) -> ssl.SSLContext:
        made = self._trust.made
        return await asyncio.to_thread(self._trust.context) if made is None else made

    async def _judge(
        self, address: str, port: int, error: ssl.SSLError | Failure, name: str, dialogue: Dialogue
    ) -> Failure:
        seen, choice = None, None
        if isinstance(error, ssl.SSLCertVerificationError):
            seen = await self._look(address, port, dialogue, partial(unverified_look, name=name))
        elif verdict.worth_a_look(error):
            choice = await self._look(address, port, dialogue, partial(hello.ask, name=name))
            seen = choice.seen if choice else None
        return await asyncio.to_thread(verdict.judge, error, name, seen, self._trust, choice)

    async def _look(
        self, address: str, port: int, dialogue: Dialogue, look: Callable[[Wire], Awaitable[Looked]]
    ) -> Looked | None:
        """Return what a look at a new connection shows after the same dialogue; ``None`` where it comes to nothing."""
        try:
            async with asyncio.timeout(_SECOND_LOOK):
                wire = await _wired(await self._dial(address, port))
                try:
                    await say_again(wire, dialogue)
                    return await look(wire)
                finally:
                    wire.abort()
        except (Failure, OSError, TimeoutError):
            return None


async def _wired(sock: socket.socket) -> Wire:
    try:
        _, wire = await asyncio.get_running_loop().create_connection(Wire, sock=sock)
    except BaseException:
        sock.close()
        raise
    return wire

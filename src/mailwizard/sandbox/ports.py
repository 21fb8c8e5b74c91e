"""Loopback ports: those that serve, those that are silent, and one where nothing listens."""

from __future__ import annotations

import asyncio
import socket
import ssl
import weakref
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, cast

from mailwizard.sandbox.distance import lengthen
from mailwizard.sandbox.tap import Listener, Tap, TappedSocket

Run = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]
"""Starts a task that ends with the world."""
MakeProtocol = Callable[[], asyncio.Protocol]


class Ports:
    """Everything on loopback that belongs to one world, and the tasks behind it."""

    def __init__(self, tap: Tap) -> None:
        self._tap = tap
        self._servers: list[asyncio.Server] = []
        self._sockets: list[socket.socket] = []
        self._open: set[TappedSocket] = set()
        self._transports: weakref.WeakSet[asyncio.Transport] = weakref.WeakSet()
        self._tasks: set[asyncio.Task[None]] = set()
        self._one_ended = asyncio.Event()
        self._closing = False
        self._dead_port = 0
        self._silent_port = 0
        self.round_trip = 0.0
        """Seconds that each exchange on a connection takes."""

    @property
    def connections(self) -> int:
        """Return how many connections are open."""
        return len(self._open)

    async def serve(self, make: MakeProtocol, context: ssl.SSLContext | None) -> int:
        """Serve on a port of its own, encrypted from the first byte where a context is given; return the port."""
        loop = asyncio.get_running_loop()
        listener = Listener(self._tap, self._open.add, self._ended, self._lengthen)
        server = await loop.create_server(lambda: _Doorman(self, make, context), sock=listener)
        self._servers.append(server)
        return int(listener.getsockname()[1])

    def silent(self) -> int:
        """Return a port that swallows every attempt to connect, as a firewall that drops packets does.

        The queue of a listening socket that is never emptied is full after one connection; what comes later
        gets no answer at all.
        """
        if not self._silent_port:
            listener, filler = socket.socket(), socket.socket()
            self._sockets += [listener, filler]
            listener.bind(("127.0.0.1", 0))
            listener.listen(0)
            filler.connect(listener.getsockname())
            self._silent_port = int(listener.getsockname()[1])
        return self._silent_port

    def dead(self) -> int:
        """Return a port where nothing listens: it is kept bound, so that nobody else comes to listen there."""
        if not self._dead_port:
            bound = socket.socket()
            self._sockets.append(bound)
            bound.bind(("127.0.0.1", 0))
            self._dead_port = int(bound.getsockname()[1])
        return self._dead_port

    def run(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start a task that ends with the world."""
        return self.watch(asyncio.get_running_loop().create_task(work))

    def watch(self, task: asyncio.Task[None]) -> asyncio.Task[None]:
        """Let a task end with the world."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def admit(self, transport: asyncio.Transport) -> None:
        """Remember a connection, to cut it when the world ends; cut it now if that is so already."""
        self._transports.add(transport)
        if self._closing:
            transport.abort()

    async def close(self) -> None:
        """Stop listening, cut every connection, and wait until all of it is gone."""
        self._closing = True
        for server in self._servers:
            server.close()
        for sock in self._sockets:
            sock.close()
        for transport in list(self._transports):
            transport.abort()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.emptied()

    async def emptied(self) -> None:
        """Wait until no connection is open."""
        while self._open:
            self._one_ended.clear()
            await self._one_ended.wait()

    def _lengthen(self, connection: TappedSocket) -> socket.socket:
        """Return what the server gets of a connection: itself, or the far end of a long line."""
        if not self.round_trip:
            return connection
        near, far = socket.socketpair()
        near.setblocking(False)
        far.setblocking(False)
        self.run(lengthen(connection, near, self.round_trip / 2, self.admit))
        return far

    def _ended(self, connection: TappedSocket) -> None:
        """Forget a connection that is closed."""
        self._open.discard(connection)
        self._one_ended.set()


class _Doorman(asyncio.Protocol):
    """Receives a connection, encrypts it where that is due, and hands it to the server behind."""

    def __init__(self, ports: Ports, make: MakeProtocol, context: ssl.SSLContext | None) -> None:
        self._ports, self._make, self._context = ports, make, context
        self._early = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection in."""
        raw = cast(asyncio.Transport, transport)
        self._ports.admit(raw)
        if self._context is None:
            self._hand_over(raw)
        else:
            self._ports.run(self._encrypt(raw, self._context))

    def data_received(self, data: bytes) -> None:
        """Keep what comes between the end of the handshake and the handing over."""
        self._early += data

    async def _encrypt(self, raw: asyncio.Transport, context: ssl.SSLContext) -> None:
        """Shake hands; a peer that does not is cut off by asyncio."""
        with suppress(OSError):
            encrypted = await asyncio.get_running_loop().start_tls(raw, self, context, server_side=True)
            if encrypted is not None:
                self._hand_over(encrypted)

    def _hand_over(self, transport: asyncio.Transport) -> None:
        """Let the server behind go on with the connection."""
        protocol = self._make()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        if self._early:
            protocol.data_received(self._early)

"""Listen on this machine's loopback for one answer that a browser brings: one page, bounded, then closed."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import h11

from mailwizard.model import Failure

LOOPBACK = "127.0.0.1"
_HEAD_LIMIT = 16 * 1024
"""Bytes that a request may have."""
_PATIENCE = 5.0
"""Seconds in which a request must have come once somebody connected."""
_SILENCE = 0.8
"""Seconds in which its first line must have come: a browser sends it at once."""
_FAREWELL = 0.1
"""Seconds in which a page that was answered still has to leave."""
_AT_ONCE = 32
"""Connections that are heard at the same time; for one more the one that has been silent the longest is closed."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a browser, which waits for its page."""

    method: str
    host: str
    """The Host header, with the port."""
    target: str = field(repr=False)
    """Path and query, as they came: outside text, and perhaps a secret."""
    _answer: asyncio.Future[tuple[int, str]] = field(repr=False)

    def reply(self, status: int, page: str) -> None:
        """Show a page, which says nothing of what was asked."""
        if not self._answer.done():
            self._answer.set_result((status, page))


class Listening:
    """A listener on loopback; visits wait in a queue until they are answered."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._visits: asyncio.Queue[Visit] = asyncio.Queue(_AT_ONCE)
        self._heard: set[asyncio.Task[None]] = set()
        self._silent: dict[asyncio.Task[None], None] = {}
        """Those of whom nothing has come yet, the longest there first."""

    async def visit(self) -> Visit:
        """Wait for the next request."""
        return await self._visits.get()

    async def receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hear one connection out; only a GET without a body is passed on."""
        task = asyncio.current_task()
        if task is None or not self._has_room():
            writer.close()
            return
        self._heard.add(task)
        self._silent[task] = None
        try:
            with suppress(OSError, TimeoutError, h11.RemoteProtocolError, h11.LocalProtocolError):
                await self._converse(task, reader, writer)
        finally:
            self._heard.discard(task)
            self._silent.pop(task, None)
            writer.close()

    def _has_room(self) -> bool:
        """Return whether one more can be heard; who says nothing makes room."""
        if len(self._heard) >= _AT_ONCE and self._silent:
            longest = next(iter(self._silent))
            self._silent.pop(longest)
            self._heard.discard(longest)
            longest.cancel()
        return len(self._heard) < _AT_ONCE

    async def _converse(
        self, task: asyncio.Task[None], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=_HEAD_LIMIT)
        async with asyncio.timeout(_PATIENCE):
            request = await _request(connection, reader, await _first_line(reader))
        if request is None:
            return
        self._silent.pop(task, None)
        answer: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()
        host = next((value.decode("latin-1") for name, value in request.headers if name == b"host"), "")
        visit = Visit(request.method.decode("latin-1"), host, request.target.decode("latin-1"), answer)
        if visit.method != "GET":
            visit.reply(405, "")
        else:
            await self._visits.put(visit)
        status, page = await answer
        body = page.encode()
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("Content-Security-Policy", "default-src 'none'"),
            ("Connection", "close"),
        ]
        events = [h11.Response(status_code=status, headers=headers), h11.Data(data=body), h11.EndOfMessage()]
        writer.write(b"".join(connection.send(event) or b"" for event in events))
        async with asyncio.timeout(_PATIENCE):
            await writer.drain()

    async def close(self) -> None:
        """Stop hearing whoever is still connected; a page that was answered is still sent."""
        if self._heard:
            await asyncio.wait(tuple(self._heard), timeout=_FAREWELL)
        for task in tuple(self._heard):
            task.cancel()
        await asyncio.gather(*self._heard, return_exceptions=True)


async def _first_line(reader: asyncio.StreamReader) -> bytes:
    """Return what comes until the first line is whole.

    Raises:
        TimeoutError: where it does not come at once.
    """
    begun = b""
    async with asyncio.timeout(_SILENCE):
        while b"\n" not in begun and len(begun) < _HEAD_LIMIT and (piece := await reader.read(4096)):
            begun += piece
    return begun


async def _request(connection: h11.Connection, reader: asyncio.StreamReader, begun: bytes) -> h11.Request | None:
    """Return the head of a request that has begun; nothing where none comes."""
    connection.receive_data(begun)
    while True:
        event = connection.next_event()
        if isinstance(event, h11.Request):
            return event
        if event is not h11.NEED_DATA:
            return None
        piece = await reader.read(4096)
        connection.receive_data(piece)


def _keep_alone(sock: socket.socket) -> None:
    """Let a port that was just closed be taken again, and nobody else take it beside us.

    On Windows ``SO_REUSEADDR`` would let every other program share the port, and hear what the browser brings.
    """
    option: int = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
    sock.setsockopt(socket.SOL_SOCKET, option, 1)


@asynccontextmanager
async def listening(port: int) -> AsyncIterator[Listening]:
    """Listen on 127.0.0.1 and nowhere else; port 0 takes a free one.

    Raises:
        Failure: ``tcp.denied`` or ``tcp.in-use`` where that port cannot be had.
    """
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        _keep_alone(sock)
        sock.bind((LOOPBACK, port))
    except OSError as error:
        sock.close()
        code = "tcp.denied" if isinstance(error, PermissionError) else "tcp.in-use"
        raise Failure(code, f"port {port} of this machine cannot be listened on: {error.strerror}") from None
    ear = Listening(sock.getsockname()[1])
    server = await asyncio.start_server(ear.receive, sock=sock)
    try:
        yield ear
    finally:
        server.close()
        await ear.close()
        await server.wait_closed()

"""One connection as a server sees it: bounded lines and blocks, and TLS part of the way through."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import cast

from mailwizard.sandbox.pki import Showing
from mailwizard.sandbox.ports import Run

LINE_LIMIT = 16 * 1024
_PENDING_LIMIT = 256 * 1024


class TooLong(Exception):
    """The peer sent more than a server puts up with."""


class Wire(asyncio.Protocol):
    """Runs one conversation over one connection; an end of the connection ends the conversation."""

    def __init__(self, talk: Callable[[Wire], Awaitable[None]], run: Run) -> None:
        self._talk, self._run = talk, run
        self._pending = bytearray()
        self._news = asyncio.Event()
        self._ended = False
        self._full = False
        self._transport: asyncio.Transport | None = None

    @property
    def shown(self) -> bytes:
        """Return the certificate that the peer was shown, in DER; empty where nothing is encrypted."""
        told = self._transport.get_extra_info("ssl_object") if self._transport is not None else None
        return told.context.shown if told is not None and isinstance(told.context, Showing) else b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the conversation."""
        self._transport = cast(asyncio.Transport, transport)
        self._run(self._converse())

    def data_received(self, data: bytes) -> None:
        """Keep what arrived; stop listening where it is too much."""
        self._pending += data
        self._news.set()
        if len(self._pending) > _PENDING_LIMIT and self._transport is not None:
            self._transport.abort()

    def eof_received(self) -> bool:
        """Let the conversation learn that no more comes."""
        self._ended = True
        self._news.set()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Let the conversation learn that the connection is gone."""
        self._ended = True
        self._news.set()

    def pause_writing(self) -> None:
        """Note that the peer takes nothing for now."""
        self._full = True

    def resume_writing(self) -> None:
        """Let the conversation learn that the peer takes something again."""
        self._full = False
        self._news.set()

    async def read_line(self) -> bytes:
        """Return the next line without its end.

        Raises:
            TooLong: where no line ends within 16 kB.
            EOFError: where the connection ended.
        """
        while (end := self._pending.find(b"\n", 0, LINE_LIMIT)) < 0:
            if len(self._pending) >= LINE_LIMIT:
                raise TooLong
            await self._more()
        line = bytes(self._pending[:end])
        del self._pending[: end + 1]
        return line.removesuffix(b"\r")

    async def read_block(self, count: int) -> bytes:
        """Return exactly so many bytes.

        Raises:
            EOFError: where the connection ended.
        """
        while len(self._pending) < count:
            await self._more()
        block = bytes(self._pending[:count])
        del self._pending[:count]
        return block

    def write(self, *lines: str | bytes) -> None:
        """Send lines, each with its end."""
        encoded = (line.encode() if isinstance(line, str) else line for line in lines)
        self.send(b"".join(line + b"\r\n" for line in encoded))

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    async def drain(self) -> None:
        """Wait while the peer takes nothing.

        Raises:
            EOFError: where the connection ended.
        """
        await asyncio.sleep(0)
        while self._full and not self._ended:
            self._news.clear()
            await self._news.wait()
        if self._ended:
            raise EOFError

    async def ended(self, limit: float | None = None) -> None:
        """Wait for the end of the connection, some seconds at most.

        Raises:
            EOFError: where the connection ended.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(limit):
                while True:
                    await self._more()

    async def encrypt(self, context: ssl.SSLContext) -> None:
        """Go on under TLS; what was sent ahead in clear is thrown away (RFC 3501 section 6.2.1).

        Raises:
            EOFError: where the handshake failed.
        """
        self._pending.clear()
        if self._transport is None:
            raise EOFError
        try:
            self._transport = await asyncio.get_running_loop().start_tls(
                self._transport, self, context, server_side=True
            )
        except OSError as failed:
            raise EOFError from failed

    async def _more(self) -> None:
        """Wait until more has arrived.

        Raises:
            EOFError: where the connection ended.
        """
        if self._ended:
            raise EOFError
        self._news.clear()
        await self._news.wait()

    async def _converse(self) -> None:
        """Talk until one side has enough, then hang up."""
        try:
            await self._talk(self)
        except (EOFError, TooLong):
            pass
        finally:
            if self._transport is not None:
                self._transport.close()

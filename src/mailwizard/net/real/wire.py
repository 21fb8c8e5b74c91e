"""One socket's bytes: a bounded buffer, and TLS over it when asked for."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import suppress
from typing import cast

from mailwizard.model import Failure
from mailwizard.net import LINE_LIMIT
from mailwizard.net.clean import clean
from mailwizard.net.real.racing import failure_of

_ENOUGH = 128 * 1024
"""Unread bytes at which the peer is made to wait."""
_CHUNK = 64 * 1024
WANTS_CERTIFICATE = "the server wants a certificate of yours (a client certificate), which cannot be shown here"
_TLS_RECORDS = frozenset({0x14, 0x15, 0x16, 0x17, 0x18})
_QUICK_ACK: int | None = getattr(socket, "TCP_QUICKACK", None)


class Wire(asyncio.Protocol):
    """Receives into a bounded buffer and sends; the peer waits while nobody reads.

    TLS is done here rather than by the event loop, because only so is the first byte after the go-ahead seen.
    """

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.ended: Failure | None = None
        """Why nothing more will come, once that is so; what is in the buffer came before."""
        self.tls: ssl.SSLObject | None = None
        self._transport: asyncio.Transport | None = None
        self._waiters: set[asyncio.Future[None]] = set()
        self._paused = False
        self._full = False
        self._shaking: asyncio.Future[None] | None = None
        self._first = True
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Take in bytes, through TLS where it is on."""
        if self.ended is not None:
            return
        self._acknowledge()
        if self.tls is None:
            self.buffer += data
        else:
            self._decrypt(self.tls, data)
        if len(self.buffer) >= _ENOUGH and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        """Note that the peer has closed."""
        self._end(Failure("tcp.closed", "the server closed the connection"))
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Note how the connection ended."""
        self._transport = None
        if isinstance(exc, OSError):
            self._end(failure_of(exc))
        else:
            self._end(Failure("tcp.closed", "the connection is closed"))

    def pause_writing(self) -> None:
        """Hold back whoever sends."""
        self._full = True

    def resume_writing(self) -> None:
        """Let whoever sends go on."""
        self._full = False
        self._wake()

    def take(self, count: int) -> bytes:
        """Remove bytes from the front of the buffer; the peer may send on once there is room."""
        taken = bytes(self.buffer[:count])
        del self.buffer[:count]
        if self._paused and len(self.buffer) < _ENOUGH and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()
        return taken

    async def line(self) -> bytes:
        """Return the next line with its end.

        Raises:
            Failure: ``reply.line-too-long``, and why nothing more will come.
        """
        searched = 0
        while (end := self.buffer.find(b"\n", searched, LINE_LIMIT)) < 0:
            searched = len(self.buffer)
            if searched >= LINE_LIMIT:
                raise Failure("reply.line-too-long", f"a line of more than {LINE_LIMIT} bytes")
            await self._more()
        return self.take(end + 1)

    async def block(self, count: int) -> bytes:
        """Return that many bytes.

        Raises:
            Failure: why nothing more will come.
        """
        while len(self.buffer) < count:
            await self._more()
        return self.take(count)

    async def some(self, limit: int) -> bytes:
        """Return what has arrived, from one byte to ``limit``; nothing once the peer has closed.

        Raises:
            Failure: why nothing more will come, unless the peer just closed.
        """
        try:
            if not self.buffer:
                await self._more()
        except Failure as ended:
            if ended.code != "tcp.closed":
                raise
        return self.take(limit)

    async def write(self, data: bytes) -> None:
        """Send bytes and wait while the peer takes none.

        Raises:
            Failure: ``tcp.closed``, ``tcp.reset``, ``tls.handshake``.
        """
        if self.ended is None:
            self._put(data)
        while self._full and self.ended is None:
            await self._change()
        if self.ended is not None:
            raise self.ended

    async def encrypt(self, context: ssl.SSLContext, name: str) -> ssl.SSLObject:
        """Shake hands as a client of ``name``; on any failure the wire is closed.

        Raises:
            Failure: ``tls.not-tls``, ``tcp.closed``, ``tcp.reset``.
            ssl.SSLError: what went wrong with the handshake itself.
            ValueError: for a name that no certificate can be for.
        """
        if self.ended is not None:
            raise self.ended
        self._shaking = asyncio.get_running_loop().create_future()
        try:
            self.tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)
            self._turn(self.tls)
            if self.buffer:
                self._decrypt(self.tls, self.take(len(self.buffer)))
            await self._shaking
        except BaseException:
            self.abort()
            raise
        finally:
            self._shaking = None
        return self.tls

    async def close(self) -> None:
        """Take leave of the peer's TLS, close at once and wait until the socket is gone."""
        if self.tls is not None and self.ended is None:
            with suppress(ssl.SSLError):
                self.tls.unwrap()
            self._flush()
        self.abort()
        while self._transport is not None:
            await self._change()

    def abort(self) -> None:
        """Close at once, without waiting; unread bytes are dropped."""
        if self._transport is not None:
            self._transport.abort()
        self.buffer.clear()
        self.ended = Failure("tcp.closed", "the connection is closed")
        self._end(self.ended)

    def _put(self, data: bytes) -> None:
        if self.tls is None:
            if self._transport is not None:
                self._transport.write(data)
            return
        try:
            self.tls.write(data)
        except ssl.SSLError as error:
            self._end(_broken(error))
        self._flush()

    def _decrypt(self, tls: ssl.SSLObject, data: bytes) -> None:
        """Hand bytes to TLS, unless the first ones show that the peer speaks in clear."""
        if self._first and _is_ssl_2(data):
            self._end(
                Failure("tls.version", "no TLS version in common, we speak 1.2 and newer; the server speaks SSLv2")
            )
        elif self._first and not _is_tls(data):
            self._end(Failure("tls.not-tls", clean(data.splitlines()[0], 200)))
        else:
            self._first = False
            self._incoming.write(data)
            self._turn(tls)

    def _turn(self, tls: ssl.SSLObject) -> None:
        """Let TLS work on what came in, and send what it wants sent."""
        try:
            if self._shaking is not None and not self._shaking.done():
                tls.do_handshake()
                self._shaking.set_result(None)
            while chunk := tls.read(_CHUNK):
                self.buffer += chunk
            self._end(Failure("tcp.closed", "the server closed the connection"))
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self._end(Failure("tcp.closed", "the server closed the connection"))
        except ssl.SSLError as error:
            if self._shaking is not None and not self._shaking.done():
                self._shaking.set_exception(error)
            else:
                self._end(_broken(error))
        self._flush()

    def _flush(self) -> None:
        """Send what TLS wants sent."""
        if self._outgoing.pending and self._transport is not None:
            self._transport.write(self._outgoing.read())

    def _end(self, why: Failure) -> None:
        if self.ended is None:
            self.ended = why
        if self._shaking is not None and not self._shaking.done():
            self._shaking.set_exception(self.ended)
        self._wake()

    async def _more(self) -> None:
        """Wait until more bytes are in the buffer."""
        have = len(self.buffer)
        while len(self.buffer) == have:
            if self.ended is not None:
                raise self.ended
            await self._change()

    async def _change(self) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)

    def _wake(self) -> None:
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    def _acknowledge(self) -> None:
        """Acknowledge at once: a server that waits for it before its next small write would cost 40 ms."""
        if _QUICK_ACK is None or self._transport is None:
            return
        sock = self._transport.get_extra_info("socket")
        with suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)


def _is_tls(data: bytes) -> bool:
    """Return whether bytes begin as a TLS record does (RFC 8446 section 5.1)."""
    return data[0] in _TLS_RECORDS and data[1:2] in {b"", b"\x03"}


def _is_ssl_2(data: bytes) -> bool:
    """Return whether bytes begin as an SSL 2 server's hello or error does."""
    return len(data) > 2 and bool(data[0] & 0x80) and data[2] in {0, 4}


def _broken(error: ssl.SSLError) -> Failure:
    if "CERTIFICATE_REQUIRED" in (error.reason or ""):
        return Failure("tls.handshake", f"{WANTS_CERTIFICATE} ({error.reason})")
    return Failure("tls.handshake", f"the encrypted connection broke: {error.reason or error}")

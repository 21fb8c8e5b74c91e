"""A small mail server over each protocol whose TLS is whatever a test makes of it; it remembers all that it hears."""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar

from tests.unit.peers import serving

from mailwizard.model import Protocol, Security

Raw = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""What a server does in the place of TLS, byte by byte."""
Got = TypeVar("Got")

GREETING = {
    Protocol.SMTP: b"220 mail.test ready\r\n",
    Protocol.IMAP: b"* OK ready\r\n",
    Protocol.POP3: b"+OK ready\r\n",
}


@dataclass
class Mailhost:
    """One server; ``heard`` is what came in, in clear and decrypted alike."""

    protocol: Protocol
    security: Security
    shakes: ssl.SSLContext | Raw
    port: int = 0
    heard: bytes = b""
    later: list[ssl.SSLContext] = field(default_factory=list)
    """What connections after the first use."""
    connections: int = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Mailhost]:
        """Serve on loopback."""
        async with serving(self._talk) as self.port:
            yield self

    def knows(self, user: str, secret: str) -> bool:
        """Return whether the secret was heard in any form."""
        proof = b64encode(f"\0{user}\0{secret}".encode())
        return any(form in self.heard for form in (secret.encode(), proof, b64encode(secret.encode())))

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        shakes = (
            self.later[min(self.connections - 2, len(self.later) - 1)]
            if self.later and self.connections > 1
            else self.shakes
        )
        with suppress(ConnectionError):
            if self.security is Security.STARTTLS and not await self._dialogue(_Clear(reader, writer)):
                return
            if isinstance(shakes, ssl.SSLContext):
                tunnel = _Tunnel(reader, writer, shakes)
                await tunnel.shake()
                await self._dialogue(tunnel)
            else:
                await shakes(reader, writer)

    async def _dialogue(self, stream: _Clear | _Tunnel) -> bool:
        """Answer command by command; return whether TLS was asked for."""
        encrypted = isinstance(stream, _Tunnel)
        if not encrypted or self.security is Security.TLS:
            await stream.write(GREETING[self.protocol])
        while line := await stream.readline():
            self.heard += line
            words = line.decode().split()
            answer = {Protocol.SMTP: _smtp, Protocol.IMAP: _imap, Protocol.POP3: _pop3}[self.protocol]
            await stream.write(answer(words, encrypted))
            if {word.upper() for word in words[:2]} & {"STARTTLS", "STLS"}:
                return True
        return False


def _smtp(words: list[str], encrypted: bool) -> bytes:
    verb = words[0].upper()
    if verb == "EHLO":
        return b"250-mail.test\r\n250 AUTH PLAIN\r\n" if encrypted else b"250-mail.test\r\n250 STARTTLS\r\n"
    return {"STARTTLS": b"220 go\r\n", "AUTH": b"235 in\r\n", "QUIT": b"221 bye\r\n"}.get(verb, b"502 what\r\n")


def _imap(words: list[str], encrypted: bool) -> bytes:
    said = b""
    if words[1].upper() == "CAPABILITY":
        said = (
            b"* CAPABILITY IMAP4rev1 " + (b"AUTH=PLAIN SASL-IR" if encrypted else b"STARTTLS LOGINDISABLED") + b"\r\n"
        )
    return said + f"{words[0]} OK done\r\n".encode()


def _pop3(words: list[str], encrypted: bool) -> bytes:
    verb = words[0].upper()
    if verb == "CAPA":
        return b"+OK\r\nUIDL\r\n" + (b"SASL PLAIN\r\n" if encrypted else b"STLS\r\n") + b".\r\n"
    return b"+OK 0 0\r\n"


class _Clear:
    """Lines in clear."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def readline(self) -> bytes:
        return await self._reader.readline()

    async def write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()


class _Tunnel:
    """Lines in TLS; unlike asyncio's own it says with an alert why a handshake fails, as mail servers do."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, context: ssl.SSLContext) -> None:
        self._reader, self._writer = reader, writer
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=True)
        self._text = b""

    async def shake(self) -> None:
        await self._work(self._tls.do_handshake)

    async def readline(self) -> bytes:
        while b"\n" not in self._text:
            with suppress(ssl.SSLZeroReturnError):
                if more := await self._work(lambda: self._tls.read(65536)):
                    self._text += more
                    continue
            return b""
        line, _, self._text = self._text.partition(b"\n")
        return line + b"\n"

    async def write(self, data: bytes) -> None:
        await self._work(lambda: self._tls.write(data))

    async def _work(self, act: Callable[[], Got]) -> Got:
        """Let TLS work, feeding it what comes in and sending what it says."""
        while True:
            try:
                return act()
            except ssl.SSLWantReadError:
                await self._flush()
                more = await self._reader.read(65536)
                if not more:
                    raise ConnectionError from None
                self._in.write(more)
            finally:
                await self._flush()

    async def _flush(self) -> None:
        if self._out.pending:
            self._writer.write(self._out.read())
            await self._writer.drain()

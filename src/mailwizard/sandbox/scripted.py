"""A mail server that follows a script byte by byte, and remembers what it heard in clear and encrypted."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto


class Act(Enum):
    """What a script may do beside saying (``bytes``) and awaiting a line that begins so (``str``)."""

    TLS = auto()
    """Shake hands as the server."""
    HEAR = auto()
    """Wait for any bytes at all."""
    WAIT = auto()
    """Say nothing more until the client leaves."""
    FLOOD = auto()
    """Repeat the last thing said until the client leaves."""
    CLOSE = auto()
    """Hang up in order, as the end of a script does."""
    RESET = auto()
    """Break the connection off."""
    HALF = auto()
    """Say that nothing more will be said, and go on listening."""


@dataclass(frozen=True, slots=True)
class Drip:
    """Bytes that come a few at a time."""

    data: bytes
    pause: float = 0.02
    """Seconds between two pieces."""
    size: int = 1


@dataclass(frozen=True, slots=True)
class Pause:
    """Some seconds in which nothing is said."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes that go past TLS, as they are."""

    data: bytes


Deed = bytes | str | Act | Drip | Pause | Raw


@dataclass(frozen=True, slots=True)
class Answers:
    """From here on every line is answered by the first rule that fits it; a line that none fits gets no answer."""

    rules: tuple[tuple[str, Done], ...]
    """How a line begins, and what is done then."""

    def but(self, *rules: tuple[str, Done]) -> Answers:
        """Return the same with rules that come before all others."""
        return Answers((*rules, *self.rules))


Done = Deed | tuple[Deed | Answers, ...]
"""What is done when a line came in."""
Script = Sequence[Deed | Answers]

_CHUNK = 32 * 1024
"""Bytes that a flood writes at once, at least."""
_TAGGED = re.compile(rb"([a-z]+[0-9]*) [A-Z]")
_TOKEN = re.compile(rb"[0-9a-f]{32}")


class _Over(Exception):
    """The script is at its end."""


class ScriptedServer:
    """Plays one script on every connection; ``scripts`` after the first are for later connections.

    ``{tag}`` in what is said stands for the last command's tag, ``{token}`` for the last mark of a test message.
    """

    def __init__(self, *scripts: Script, context: ssl.SSLContext | None = None) -> None:
        self._scripts, self._context = scripts, context
        self.connections = 0
        self.clear = b""
        """What came in before TLS."""
        self.encrypted = b""
        self.broken: list[str] = []
        """Where a script was not followed by the client."""

    async def receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Play the script on a connection, and hang up."""
        script = self._scripts[min(self.connections, len(self._scripts) - 1)]
        self.connections += 1
        try:
            with suppress(ConnectionError, asyncio.CancelledError, ssl.SSLError, _Over):
                await self._follow(script, reader, writer)
        finally:
            writer.close()
            with suppress(ConnectionError, ssl.SSLError, asyncio.CancelledError, TimeoutError):
                await writer.wait_closed()

    async def _follow(self, script: Script, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Play a script."""
        await _Play(self, reader, writer, self._context).follow(script)

    async def _note(self, data: bytes, *, encrypted: bool) -> None:
        """Remember what came in."""
        if encrypted:
            self.encrypted += data
        else:
            self.clear += data


class _Play:
    """A script on one connection."""

    def __init__(
        self,
        server: ScriptedServer,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        context: ssl.SSLContext | None,
    ) -> None:
        self._server, self._reader, self._writer, self._context = server, reader, writer, context
        self._below = writer.transport
        """What carries the bytes, also those of TLS."""
        self._said = b""
        self._tag = self._token = b""

    async def follow(self, script: Script) -> None:
        """Do one thing after the other."""
        for deed in script:
            if isinstance(deed, Act):
                await self._act(deed)
            elif isinstance(deed, Answers):
                await self._answer(deed)
            else:
                await self._speak(deed)

    async def _speak(self, deed: bytes | str | Drip | Pause | Raw) -> None:
        """Say something, or listen, or neither."""
        if isinstance(deed, bytes):
            self._said = deed.replace(b"{tag}", self._tag).replace(b"{token}", self._token)
            self._writer.write(self._said)
            await self._writer.drain()
        elif isinstance(deed, str):
            await self._expect(deed)
        elif isinstance(deed, Pause):
            await asyncio.sleep(deed.seconds)
        elif isinstance(deed, Raw):
            self._below.write(deed.data)
        else:
            data = deed.data.replace(b"{tag}", self._tag).replace(b"{token}", self._token)
            for at in range(0, len(data), deed.size):
                self._writer.write(data[at : at + deed.size])
                await self._writer.drain()
                await asyncio.sleep(deed.pause)

    async def _act(self, act: Act) -> None:
        if act is Act.TLS and self._context is not None:
            await self._writer.start_tls(self._context)
        elif act is Act.HEAR:
            await self._note(await self._reader.read(4096))
        elif act is Act.HALF:
            self._writer.write_eof()
        elif act is Act.WAIT:
            await self._note(await self._reader.read())
        elif act is Act.FLOOD:
            while not self._writer.transport.is_closing():
                self._writer.write(self._said * (1 + _CHUNK // len(self._said)))
                await self._writer.drain()
                await asyncio.sleep(0)
            raise _Over
        else:
            if act is Act.RESET:
                self._writer.transport.abort()
            raise _Over

    async def _answer(self, answers: Answers) -> None:
        while True:
            line = await self._hear()
            done = next((done for begin, done in answers.rules if _begins(line, begin)), ())
            await self.follow(done if isinstance(done, tuple) else (done,))

    async def _expect(self, wanted: str) -> None:
        line = await self._hear()
        if not _begins(line, wanted):
            self._server.broken.append(f"wanted {wanted!r}, heard {line!r}")
            self._writer.write(f"?? the script wants {wanted}\r\n".encode())
            raise _Over

    async def _hear(self) -> bytes:
        """Return the next line."""
        line = await self._reader.readline()
        await self._note(line)
        if not line:
            raise _Over
        tagged, token = _TAGGED.match(line), _TOKEN.search(line)
        self._tag = tagged[1] if tagged else self._tag
        self._token = token[0] if token else self._token
        return line

    async def _note(self, data: bytes) -> None:
        await self._server._note(data, encrypted=self._writer.get_extra_info("ssl_object") is not None)


def _begins(line: bytes, wanted: str) -> bool:
    """Return whether a line begins so, with or without an IMAP tag before it."""
    text = line.decode("utf-8", "replace")
    return text.startswith(wanted) or text.partition(" ")[2].startswith(wanted)

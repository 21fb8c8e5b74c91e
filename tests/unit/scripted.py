"""A mail server that follows a script byte by byte, and remembers what it heard in clear and encrypted."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress
from enum import Enum, auto
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme

from mailwizard.draft import Draft
from mailwizard.model import AuthKind, Candidate, Credential, Endpoint, Evidence, Outcome, Protocol, Security, Trust
from mailwizard.net.real import RealNet

HOST = "mail.test"
SECRET = 'Zq7"\\ é%+x9'
ALICE = Credential("alice@mail.test", SECRET)


class Act(Enum):
    """What a script may do beside saying (``bytes``) and awaiting a line that begins so (``str``)."""

    TLS = auto()
    """Shake hands as the server."""
    WAIT = auto()
    """Say nothing more until the client leaves."""
    FLOOD = auto()
    """Repeat the last thing said until the client leaves."""
    RESET = auto()
    """Break the connection off."""


Script = Sequence[bytes | str | Act]


@cache
def authority() -> trustme.CA:
    """Return the authority that the tests trust."""
    return trustme.CA()


@cache
def context(name: str = HOST) -> ssl.SSLContext:
    """Return what a server of this name needs for TLS."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority().issue_cert(name).configure_cert(made)
    return made


class Peer:
    """Serves one script on loopback, once for each connection; ``scripts`` after the first are for later ones."""

    def __init__(self, *scripts: Script, name: str = HOST) -> None:
        self._scripts, self._name = scripts, name
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0
        self.connections = 0
        self.clear = b""
        """What came in before TLS."""
        self.encrypted = b""
        self._more = asyncio.Condition()
        self.broken: list[str] = []
        """Where a script was not followed by the client."""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()
        for form in (SECRET.encode(), b"AUTH ", b"AUTHENTICATE", b"LOGIN ", b"PASS ", b"APOP "):
            assert form not in self.clear, "something secret was sent in clear"

    @property
    def heard(self) -> list[str]:
        """Return the lines that came in, in order."""
        return (self.clear + self.encrypted).decode("utf-8", "replace").splitlines()

    async def heard_lines(self, count: int) -> None:
        """Wait until so many lines have come in."""
        async with self._more:
            await self._more.wait_for(lambda: len(self.heard) >= count)

    def endpoint(self, protocol: Protocol, security: Security) -> Endpoint:
        """Return how a client reaches this server."""
        return Endpoint(protocol, HOST, self.port, security)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        script = self._scripts[min(self.connections, len(self._scripts) - 1)]
        self.connections += 1
        try:
            with suppress(ConnectionError, asyncio.CancelledError, ssl.SSLError):
                await self._follow(script, reader, writer)
        finally:
            writer.close()
            with suppress(ConnectionError, ssl.SSLError, asyncio.CancelledError):
                await writer.wait_closed()
            self._tasks.discard(task)

    async def _follow(self, script: Script, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = b""
        for turn in script:
            if isinstance(turn, bytes):
                said = turn
                writer.write(turn)
                await writer.drain()
            elif isinstance(turn, str):
                await self._hear(turn, reader, writer)
            elif turn is Act.TLS:
                await writer.start_tls(context(self._name))
            elif turn is Act.RESET:
                writer.transport.abort()
                return
            else:
                while turn is Act.FLOOD:
                    writer.write(said * 100)
                    await writer.drain()
                await self._note(await reader.read(), writer)

    async def _hear(self, wanted: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        await self._note(line, writer)
        if not line:
            raise ConnectionError
        if not line.decode().startswith(wanted):
            self.broken.append(f"wanted {wanted!r}, heard {line!r}")
            raise ConnectionError

    async def _note(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        if writer.get_extra_info("ssl_object") is None:
            self.clear += data
        else:
            self.encrypted += data
        async with self._more:
            self._more.notify_all()


def net(folder: Path) -> RealNet:
    """Return the real network, with the test's names in its hosts file, the test's authority, and nobody to ask DNS."""
    hosts, authorities = folder / "hosts", folder / "ca.pem"
    hosts.write_text("127.0.0.1 mail.test other.test smtp.test\n")
    authority().cert_pem.write_to_path(str(authorities))
    return RealNet(hosts_file=hosts, ca_file=authorities, resolver="255.255.255.255")


def candidate(endpoint: Endpoint, *auth: AuthKind, username: str = ALICE.username) -> Candidate:
    """Return an endpoint as somebody typed it."""
    return Candidate(endpoint, username, auth, "typed", Trust.CURATED)


def draft(
    incoming: Endpoint | None, outgoing: Endpoint | None, *auth: AuthKind, username: str = ALICE.username
) -> Draft:
    """Return a draft with these servers chosen."""
    return Draft(
        incoming=candidate(incoming, *auth, username=username) if incoming else None,
        outgoing=candidate(outgoing, *auth, username=username) if outgoing else None,
    )


class Heard(list[Evidence]):
    """Collects what a check tells."""

    def __call__(self, fact: Candidate | Evidence) -> None:
        assert isinstance(fact, Evidence)
        self.append(fact)

    def last(self, protocol: Protocol | None = None) -> Evidence:
        """Return the last thing told, of one protocol's server where named."""
        return [fact for fact in self if protocol is None or fact.subject.startswith(protocol)][-1]

    def ends(self, protocol: Protocol | None = None) -> list[tuple[str, str, str]]:
        """Return how each step ended: step, outcome and code."""
        return [
            (str(fact.step), str(fact.outcome), fact.code)
            for fact in self
            if fact.outcome is not Outcome.RUNNING and (protocol is None or fact.subject.startswith(protocol))
        ]

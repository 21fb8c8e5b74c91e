"""A scripted server of the sandbox on loopback, a draft that leads to it, and what a check tells of it."""

from __future__ import annotations

import asyncio
import ssl
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme

from mailwizard.draft import Draft
from mailwizard.model import AuthKind, Candidate, Credential, Endpoint, Evidence, Outcome, Protocol, Security, Trust
from mailwizard.net.real import RealNet
from mailwizard.sandbox.fault import PASSWORD as SECRET
from mailwizard.sandbox.scripted import Act, Script, ScriptedServer

__all__ = ["SECRET", "Act", "Script"]

HOST = "mail.test"
ALICE = Credential("alice@mail.test", SECRET)


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


class Peer(ScriptedServer):
    """Serves one script on loopback, once for each connection; ``scripts`` after the first are for later ones."""

    def __init__(self, *scripts: Script, name: str = HOST) -> None:
        super().__init__(*scripts, context=context(name))
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0
        self._more = asyncio.Condition()

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
        try:
            await self.receive(reader, writer)
        finally:
            self._tasks.discard(task)

    async def _note(self, data: bytes, *, encrypted: bool) -> None:
        await super()._note(data, encrypted=encrypted)
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

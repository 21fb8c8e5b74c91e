"""A small web on loopback: made-up names, real sockets and certificates, and a record of what was asked."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.unit.peers import Issued, issue, root, serving

from mailwizard.model import Failure
from mailwizard.net import Record, RecordKind
from mailwizard.net.real import RealNet

PUBLIC = ("192.0.2.1", "2001:db8::1")
NAMES = (
    "mail.example", "autoconfig.mail.example", "www.mail.example", "xn--mller-kva.mail.example", "other.example",
    "firm.co.uk", "autoconfig.firm.co.uk", "neighbour.co.uk", "ispdb.net", "cdn.ispdb.net", "alice.github.io",
    "mallory.github.io", "192.0.2.1", "2001:db8::1",
)  # fmt: skip
Page = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Heard:
    """One request, as it came."""

    head: bytes
    body: bytes

    @property
    def target(self) -> str:
        return self.head.split(b" ")[1].decode()

    @property
    def host(self) -> str:
        (host,) = [line[6:] for line in self.head.split(b"\r\n") if line.startswith(b"Host: ")]
        return host.decode()


@dataclass
class Website(RealNet):
    """A network in which every address is one server on loopback, and its pages by host and target."""

    ca_file: Path
    pages: Mapping[str, Page]
    zone: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Addresses of names; what is not here has a public one."""
    loopback_port: int = 1
    questions: list[str] = field(default_factory=list)
    dialled: list[tuple[str, int]] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(ca_file=self.ca_file, delay=0.02)

    def route(self, address: str, port: int) -> tuple[str, int]:
        self.dialled.append((address, port))
        return "127.0.0.1", self.loopback_port

    async def resolve(self, name: str, kind: RecordKind) -> tuple[Record, ...]:
        self.questions.append(name)
        known = self.zone.get(name, PUBLIC)
        if not known:
            raise Failure("dns.nxdomain", f"there is no name {name}")
        found = tuple(Record(kind, value) for value in known if (":" in value) == (kind == "AAAA"))
        if not found:
            raise Failure("dns.nodata", f"{name} has no {kind} record")
        return found

    async def talk(self, context: ssl.SSLContext, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        await writer.start_tls(context)
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        heard = Heard(head, await reader.readexactly(int(length or 0)))
        self.heard.append(heard)
        page = self.pages.get(heard.host + heard.target, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        if isinstance(page, bytes):
            writer.write(page)
            await writer.drain()
            await reader.read()
        else:
            await page(writer)


@cache
def certificate() -> Issued:
    return issue(NAMES, root())


@asynccontextmanager
async def website(
    folder: Path,
    pages: Mapping[str, Page],
    zone: Mapping[str, Sequence[str]] | None = None,
    shown: Issued | None = None,
) -> AsyncIterator[Website]:
    """Serve pages, given as ``host/path``."""
    net = Website(root().file(folder), pages, zone or {})
    context = (shown or certificate()).context()
    async with serving(lambda reader, writer: net.talk(context, reader, writer)) as net.loopback_port:
        yield net


def answer(body: bytes = b"", *headers: str, status: str = "200 OK", framed: bool = True) -> bytes:
    """Return a whole answer; without a frame the end of the connection is the end of the body."""
    length = [f"Content-Length: {len(body)}"] if framed else []
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, *length, "", ""]).encode("latin-1") + body


def redirect(location: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Elsewhere\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


def dropping(start: bytes, *, reset: bool = False) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    """Return a page that begins and then breaks off."""

    async def page(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        await writer.drain()
        if reset:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        else:
            writer.close()

    return page


def endless(start: bytes, again: bytes, pause: float = 0) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    """Return a page that repeats itself until nobody reads any more."""

    async def page(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while not writer.is_closing():
            writer.write(again)
            await writer.drain()
            await asyncio.sleep(pause)

    return page

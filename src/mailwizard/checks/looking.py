"""What a silent port is, found out on a connection of its own: one that awaits TLS, a web server, or nothing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import urlsplit

from mailwizard.knowledge.strangers import stranger
from mailwizard.model import Endpoint, Failure
from mailwizard.net import Line, Net
from mailwizard.net.names import same_registered_domain
from mailwizard.witness import Note

Heard = TypeVar("Heard")

SILENCE = 3.0
"""Seconds without a greeting after which the port is looked at."""
_ROOM = 6.0
"""Seconds that a step must have so that a port is asked whether it is a web server's."""
_ANSWER = 2.0
"""Seconds that whatever is there has to answer to TLS, and again to a web request."""
_RELAYING = 25
"""Where whoever speaks before the server is taken for a sender of spam, so that nothing is tried there."""
_WEB = frozenset({80, 8000, 8080})
"""Where a web server is at home, and may lead wherever it likes."""
_HEADERS = 40
"""Lines of an answer that are looked at."""
_STATUS = re.compile(r"HTTP/[0-9.]+ ([0-9]{3})")


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What a look at a silent port showed."""

    tls: bool = False
    """Whether it answers to TLS."""
    stranger: str = ""
    """Who answers in place of a mail server, such as ``http``."""
    said: str = ""
    """How that one began."""
    portal: bool = False
    """Whether it sends everybody to a page of the network."""


async def greeted(
    hear: Callable[[], Awaitable[Heard]], line: Line, endpoint: Endpoint, net: Net, note: Note, limit: float
) -> Heard:
    """Return the greeting; where none comes, find out meanwhile what the port is.

    ``limit`` is what the step may take, in seconds: within a third of it the port is looked at.

    Raises:
        Failure: of ``hear``; ``timeout`` with the fact ``speaks`` = ``tls`` where the port answers to TLS instead, or
            ``stranger`` where it is no mail server's.
    """
    if endpoint.port == _RELAYING or (line.tls is not None and limit < _ROOM):
        return await hear()
    greeting = asyncio.ensure_future(hear())
    look = asyncio.ensure_future(_look(line, endpoint, net, limit))
    try:
        await asyncio.wait({greeting, look}, return_when=asyncio.FIRST_COMPLETED)
        if not greeting.done():
            _judge(look.result(), note)
        return await greeting
    finally:
        greeting.cancel()
        look.cancel()
        await asyncio.gather(greeting, look, return_exceptions=True)


def _judge(seen: Glimpse, note: Note) -> None:
    """Write down what a port is.

    Raises:
        Failure: ``timeout`` where it is not what was expected.
    """
    if seen.portal:
        note.add(("stranger", seen.stranger), ("portal", "yes"))
        raise Failure("timeout", "no greeting: the network answers with a page of its own (captive portal)")
    if seen.stranger:
        note.add(("stranger", seen.stranger))
        raise Failure("timeout", f"no greeting: this is no mail server's port, it answers a web request: {seen.said}")
    if seen.tls:
        note.add(("speaks", "tls"))
        raise Failure("timeout", "no greeting: this port does not begin in clear, it answers to TLS")


async def _look(line: Line, endpoint: Endpoint, net: Net, limit: float) -> Glimpse:
    """Return, after some silence, what the same port is on a new connection; nothing of anybody's is sent."""
    await asyncio.sleep(min(SILENCE, limit / 3))
    if line.tls is not None:
        return await _ask(line.address, endpoint, net, encrypted=True)
    if await _speaks_tls(line.address, endpoint, net):
        return Glimpse(tls=True)
    return await _ask(line.address, endpoint, net, encrypted=False) if limit >= _ROOM else Glimpse()


async def _speaks_tls(address: str, endpoint: Endpoint, net: Net) -> bool:
    """Return whether a new connection to the same port answers to TLS in time; nothing else is sent."""
    try:
        async with asyncio.timeout(_ANSWER):
            line = await net.open((address,), endpoint.port)
            try:
                await line.encrypt(endpoint.host)
            finally:
                await line.close()
    except TimeoutError:
        return False
    except Failure as failure:
        # A certificate that cannot be trusted was shown in TLS all the same.
        return failure.code.startswith("tls.") and failure.code not in {"tls.not-tls", "tls.handshake"}
    return True


async def _ask(address: str, endpoint: Endpoint, net: Net, *, encrypted: bool) -> Glimpse:
    """Return what answers a web request on a new connection."""
    try:
        line = await net.open((address,), endpoint.port)
        try:
            if encrypted:
                await line.encrypt(endpoint.host)
            seen = await _request(line, endpoint)
            # Whoever proves the server's name is no page that the network has put in between.
            return replace(seen, portal=seen.portal and not encrypted)
        finally:
            await line.close()
    except Failure:
        return Glimpse()


async def _request(line: Line, endpoint: Endpoint) -> Glimpse:
    """Ask for the head of a web page, and return who answers to that."""
    lines: list[str] = []
    try:
        async with asyncio.timeout(_ANSWER):
            await line.send(f"HEAD / HTTP/1.0\r\nHost: {endpoint.host}\r\nConnection: close\r\n\r\n".encode())
            while len(lines) < _HEADERS and (text := (await line.read_line()).decode("latin-1").strip()):
                lines.append(text)
    except (Failure, TimeoutError):
        if not lines:
            return Glimpse()
    found = stranger(lines[0], endpoint.protocol) if lines else ""
    if found in {"", "smtp", "imap", "pop3"}:
        return Glimpse()
    return Glimpse(False, found, lines[0][:100], _leads_away(lines, endpoint))


def _leads_away(lines: list[str], endpoint: Endpoint) -> bool:
    """Return whether a web server sends everybody to somebody else's page, or says that the network wants a login."""
    status = _STATUS.match(lines[0])
    if status is None:
        return False
    if status[1] == "511" or endpoint.port in _WEB:
        return status[1] == "511"
    where = next((line.partition(":")[2].strip() for line in lines if line.lower().startswith("location:")), "")
    try:
        target = urlsplit(where).hostname if where.isascii() else None
    except ValueError:
        return False
    return status[1].startswith("3") and bool(target) and not same_registered_domain(str(target), endpoint.host)

"""HTTP/1.1 (RFC 9112), under TLS on port 443 and in clear on port 80: pages of the small web, well told or badly."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from mailwizard.sandbox.servers import Desk
from mailwizard.sandbox.web import Answer, Link, Pace, Request
from mailwizard.sandbox.wire import Wire

GREETS = False
PLAIN_PORT = 80

_HEADERS = 100
_BODY_LIMIT = 192 * 1024
_DRIP = 0.2
"""Seconds between two bytes of a body that drips."""
_FLOOD = 16 * 1024
"""Bytes of an endless body that are sent at a time."""


def serve(desk: Desk) -> asyncio.Protocol:
    """Answer one connection."""
    return Wire(lambda wire: _converse(desk, wire), desk.ports.run)


async def _converse(desk: Desk, wire: Wire) -> None:
    """Answer requests until the client goes away, asks to, or makes no sense."""
    link = Link(desk.port, wire.shown)
    while True:
        request = await _read(desk, wire, link)
        if request is None:
            wire.write("HTTP/1.1 400 Bad Request", "Content-Length: 0", "Connection: close", "")
            return
        await _send(wire, request, desk.web.answer(request))
        if dict(request.headers).get("connection", "").lower() == "close":
            return


async def _read(desk: Desk, wire: Wire, link: Link) -> Request | None:
    """Return the next request, or nothing where it is none.

    Raises:
        EOFError: where the connection ended.
    """
    method, _, rest = (await wire.read_line()).decode("latin-1").partition(" ")
    target, _, version = rest.rpartition(" ")
    if not version.startswith("HTTP/1.") or not target.startswith("/"):
        return None
    headers: list[tuple[str, str]] = []
    while line := (await wire.read_line()).decode("latin-1"):
        name, mark, value = line.partition(":")
        if not mark or len(headers) >= _HEADERS:
            return None
        headers.append((name.strip().lower(), value.strip()))
    told = dict(headers)
    length = told.get("content-length", "0")
    if not (length.isascii() and length.isdecimal()) or int(length) > _BODY_LIMIT:
        return None
    host = told.get("host", desk.host).partition(":")[0].lower()
    body = await wire.read_block(int(length))
    return Request(host, desk.port != PLAIN_PORT, method, target, tuple(headers), body, link)


async def _send(wire: Wire, request: Request, answer: Answer) -> None:
    """Send an answer at its pace.

    Raises:
        EOFError: where the connection ends with the answer, or ended before.
    """
    if answer.pace is Pace.SILENT:
        await wire.ended()
    if answer.pace is Pace.GARBLED:
        wire.send(answer.body)
        raise EOFError
    wire.send(_head(answer))
    body = b"" if request.method == "HEAD" else answer.body
    if answer.pace is Pace.AT_ONCE:
        wire.send(body)
        return
    if answer.pace is Pace.CUT:
        wire.send(body[: len(body) // 2])
        raise EOFError
    while answer.pace is Pace.ENDLESS:
        await wire.drain()
        wire.send((body * (_FLOOD // max(1, len(body)) + 1))[:_FLOOD])
    for at in range(len(body)):
        wire.send(body[at : at + 1])
        await wire.ended(_DRIP)


def _head(answer: Answer) -> bytes:
    """Return the status line and the headers; only an endless body is not counted."""
    try:
        words = HTTPStatus(answer.status).phrase
    except ValueError:
        words = "Whatever"
    lines = [f"HTTP/1.1 {answer.status} {words}", f"Content-Type: {answer.content_type}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    if answer.pace is not Pace.ENDLESS:
        lines.append(f"Content-Length: {len(answer.body)}")
    else:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")

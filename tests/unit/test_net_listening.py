"""The one answer that a browser brings is heard on loopback alone, within bounds."""

from __future__ import annotations

import asyncio
import socket

import pytest
from tests.stopwatch import Stopwatch

from mailwizard.model import Failure
from mailwizard.net.real.listening import LOOPBACK, Listening, listening


async def brought(port: int, data: bytes) -> bytes:
    """Send bytes and return all that comes back."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    writer.write(data)
    await writer.drain()
    told = await reader.read()
    writer.close()
    return told


def get(target: str, host: str = "127.0.0.1") -> bytes:
    return f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


async def answering(ear: Listening, page: str) -> str:
    visit = await ear.visit()
    visit.reply(200, page)
    return visit.target


async def test_a_visit_is_passed_on_and_gets_its_page() -> None:
    async with listening(0) as ear:
        answered = asyncio.create_task(answering(ear, "<p>Go back to the terminal.</p>"))
        told = await brought(ear.port, get("/?code=Zq7&state=s"))
        assert await answered == "/?code=Zq7&state=s"
        assert told.startswith(b"HTTP/1.1 200") and told.endswith(b"terminal.</p>")
        assert b"Zq7" not in told and b"no-store" in told


async def test_it_listens_on_loopback_alone_and_no_longer_than_asked() -> None:
    async with listening(0) as ear:
        port = ear.port
        others = [entry[4][0] for entry in socket.getaddrinfo(socket.gethostname(), port, socket.AF_INET)]
        for address in {str(other) for other in others if not str(other).startswith("127.")}:
            with pytest.raises(OSError):
                await asyncio.open_connection(address, port)
        with pytest.raises(Failure, match=r"tcp\.in-use"):
            async with listening(port):
                pass
    with pytest.raises(ConnectionError):
        await asyncio.open_connection(LOOPBACK, port)


@pytest.mark.parametrize(
    "rubbish",
    [
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 40_000 + b"\r\n\r\n",
        b"hello\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
async def test_rubbish_reaches_nobody_and_the_real_visit_still_does(rubbish: bytes) -> None:
    async with listening(0) as ear:
        told = await brought(ear.port, rubbish)
        assert not told or told.startswith(b"HTTP/1.1 4")
        answered = asyncio.create_task(answering(ear, "ok"))
        await brought(ear.port, get("/real"))
        assert await answered == "/real"


async def test_many_who_say_nothing_do_not_keep_it_open() -> None:
    async with listening(0) as ear:
        lines = [await asyncio.open_connection(LOOPBACK, ear.port) for _ in range(20)]
        watch = Stopwatch()
    assert watch.seconds < 2
    for _, writer in lines:
        writer.close()


async def test_where_a_port_could_be_shared_it_is_asked_for_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, ...]] = []

    class Asked(socket.socket):
        def setsockopt(self, *options: int) -> None:  # type: ignore[override]
            asked.append(options)

    monkeypatch.setattr(socket, "socket", Asked)
    async with listening(0):
        assert asked == [(socket.SOL_SOCKET, getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR), 1)]
    asked.clear()
    monkeypatch.setattr(socket, "SO_EXCLUSIVEADDRUSE", ~socket.SO_REUSEADDR, raising=False)
    async with listening(0):
        assert asked == [(socket.SOL_SOCKET, ~socket.SO_REUSEADDR, 1)]

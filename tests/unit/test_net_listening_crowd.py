"""Whoever connects and says nothing keeps no browser out for long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.stopwatch import Stopwatch
from tests.unit.test_net_listening import answering, brought, get

from mailwizard.net.real.listening import LOOPBACK, listening


@asynccontextmanager
async def crowd(port: int, count: int, said: bytes = b"") -> AsyncIterator[list[asyncio.StreamReader]]:
    """Keep some connections open on which nothing more is said."""
    lines = [await asyncio.open_connection(LOOPBACK, port) for _ in range(count)]
    for _, writer in lines:
        writer.write(said)
    yield [reader for reader, _ in lines]
    for _, writer in lines:
        writer.close()


@pytest.mark.parametrize("count", [8, 40, 200])
@pytest.mark.parametrize("said", [b"", b"GET /", b"GET / HTTP/1.1\r\nHost: a\r\n"])
async def test_a_crowd_that_says_nothing_keeps_no_browser_out(count: int, said: bytes) -> None:
    async with listening(0) as ear, crowd(ear.port, count, said):
        await asyncio.sleep(0.05)
        answered = asyncio.create_task(answering(ear, "ok"))
        watch = Stopwatch()
        async with asyncio.timeout(10):
            told = await brought(ear.port, get("/real"))
            assert await answered == "/real"
        assert watch.seconds < 0.7
        assert told.startswith(b"HTTP/1.1 200")


async def test_who_says_nothing_is_closed_within_a_second() -> None:
    async with listening(0) as ear, crowd(ear.port, 3) as readers:
        watch = Stopwatch()
        async with asyncio.timeout(10):
            assert [await reader.read() for reader in readers] == [b""] * 3
        assert watch.seconds < 1.5


async def test_a_browser_whose_request_comes_in_pieces_is_heard() -> None:
    async with listening(0) as ear:
        answered = asyncio.create_task(answering(ear, "ok"))
        reader, writer = await asyncio.open_connection(LOOPBACK, ear.port)
        for piece in (b"GE", b"T /slow HTTP/1.1\r\n", b"Host: 127.0.0.1\r\n", b"\r\n"):
            writer.write(piece)
            await asyncio.sleep(0.2)
        assert await answered == "/slow"
        assert (await reader.read()).startswith(b"HTTP/1.1 200")
        writer.close()


async def test_visits_that_nobody_has_answered_yet_are_not_thrown_out() -> None:
    async with listening(0) as ear, crowd(ear.port, 31, get("/waiting")), crowd(ear.port, 60):
        first = await ear.visit()
        assert first.target == "/waiting"

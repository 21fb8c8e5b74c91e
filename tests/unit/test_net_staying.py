"""A line that was handed over carries everything both ways, and leaves nothing behind however it ends."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager

import pytest
from tests.unit.peers import serving
from tests.unit.test_net_line import sockets

from mailwizard.net.real import RealNet, staying
from mailwizard.net.real.line import SocketLine

GREETING = b"220 signed in\r\n"
MUCH = 3 * 1024 * 1024


def opening(port: int, first: Callable[[], None] = lambda: None) -> staying.Opening:
    @asynccontextmanager
    async def opened() -> AsyncIterator[SocketLine]:
        first()
        line = await RealNet().open(["127.0.0.1"], port)
        try:
            yield line
        finally:
            await line.close()

    return opened


def ended() -> bool:
    """Return whether every thread of a line has ended, soon."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        if not any(thread.name == staying.THREAD for thread in threading.enumerate()):
            return True
        time.sleep(0.01)
    return False


def everything(sock: socket.socket, count: int) -> bytes:
    got = bytearray()
    while len(got) < count and (piece := sock.recv(65536)):
        got += piece
    return bytes(got)


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(65536):
        writer.write(piece)
        await writer.drain()


async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


async def test_much_goes_both_ways_at_once() -> None:
    def use(port: int) -> bytes:
        with staying.staying(opening(port), GREETING) as near:
            sending = threading.Thread(target=near.sendall, args=(b"y" * MUCH,))
            sending.start()
            got = everything(near, len(GREETING) + MUCH)
            sending.join()
        return got

    async with serving(echo) as port:
        assert await asyncio.to_thread(use, port) == GREETING + b"y" * MUCH
        assert await asyncio.to_thread(ended)


async def test_whoever_reads_nothing_of_a_flood_can_still_leave() -> None:
    def use(port: int) -> bool:
        near = staying.staying(opening(port), GREETING)
        time.sleep(0.1)
        near.close()
        return ended()

    async with serving(flood) as port:
        assert await asyncio.to_thread(use, port)


async def test_a_server_that_closes_is_heard_to_its_last_word() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"z" * MUCH)
        await writer.drain()

    def use(port: int) -> bytes:
        with staying.staying(opening(port), GREETING) as near:
            time.sleep(0.1)
            return everything(near, MUCH * 2)

    async with serving(talk) as port:
        assert len(await asyncio.to_thread(use, port)) == len(GREETING) + MUCH


@pytest.mark.parametrize("there", [True, False])
async def test_whoever_is_interrupted_while_it_opens_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    go_on = threading.Event()

    class Interrupted(Future[socket.socket]):
        """Ends the waiting by a key, when the socket is there already or before that."""

        waited = False

        def result(self, timeout: float | None = None) -> socket.socket:
            if self.waited:
                return super().result(timeout)
            self.waited = True
            if there:
                super().result()
            raise KeyboardInterrupt

    def use(port: int) -> None:
        try:
            staying.staying(opening(port, lambda: None if there else (go_on.wait(5), None)[1]), GREETING)
        finally:
            go_on.set()

    monkeypatch.setattr(staying, "Future", Interrupted)
    async with serving(echo) as port:
        before = sockets()
        with pytest.raises(KeyboardInterrupt):
            await asyncio.to_thread(use, port)
        assert await asyncio.to_thread(ended)
        for _ in range(200):  # the server's side of it closes a moment later
            if sockets() == before:
                break
            await asyncio.sleep(0.01)
        assert sockets() == before


async def test_an_error_goes_to_whoever_waits_and_is_printed_by_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[object] = []
    monkeypatch.setattr(threading, "excepthook", printed.append)

    def refuse() -> None:
        raise ValueError("A connection by POP3 cannot be handed over.")

    with pytest.raises(ValueError, match="cannot be handed over"):
        await asyncio.to_thread(staying.staying, opening(1, refuse), GREETING)
    assert await asyncio.to_thread(ended)
    assert printed == []

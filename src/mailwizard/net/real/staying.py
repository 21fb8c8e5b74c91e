"""A line that outlives the check it came from: whoever goes on with it blocks, and gets a socket."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, suppress

from mailwizard.net.real.line import SocketLine

_PIECE = 64 * 1024
"""Bytes that are passed on at once."""
THREAD = "mailwizard-line"
"""What the thread of such a line is called."""

Opening = Callable[[], AbstractAsyncContextManager[SocketLine]]
"""Make a line, and take leave of it at the end."""


def staying(opening: Opening, greeting: bytes) -> socket.socket:
    """Return a socket that leads through a line, once that is open; the first to be read from it is ``greeting``.

    The line lives in a thread of its own, with its names, certificates and TLS as everywhere, until either side
    closes. What goes through is not bounded: it belongs to whoever took the line over.

    Raises:
        Failure: whatever the opening raises.
    """
    opened: Future[socket.socket] = Future()
    life = _Life(opening, greeting, opened)
    threading.Thread(target=life.run, name=THREAD, daemon=True).start()
    try:
        return opened.result()
    except BaseException:
        life.stop()
        if not opened.cancel() and opened.exception() is None:
            opened.result().close()  # it was there already, and nobody has it
        raise


class _Life:
    """One line in its thread."""

    def __init__(self, opening: Opening, greeting: bytes, opened: Future[socket.socket]) -> None:
        self._opening, self._greeting, self._opened = opening, greeting, opened
        self._loop = asyncio.new_event_loop()
        self._task: asyncio.Task[None] | None = None

    def run(self) -> None:
        """Live until either side closes."""
        try:
            self._task = self._loop.create_task(self._live())
            with suppress(Exception, asyncio.CancelledError):  # whoever waits for the socket has been told
                self._loop.run_until_complete(self._task)
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    def stop(self) -> None:
        """End at once: nobody waits for the line any more."""
        with suppress(RuntimeError):  # it has ended already
            self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _live(self) -> None:
        try:
            async with self._opening() as line:
                if self._opened.set_running_or_notify_cancel():
                    near, far = socket.socketpair()
                    with far:
                        far.setblocking(False)
                        far.send(self._greeting)
                        self._opened.set_result(near)
                        await self._pass_on(line, far)
        except BaseException as error:
            if not self._opened.done():
                self._opened.set_exception(error)
            raise

    async def _pass_on(self, line: SocketLine, far: socket.socket) -> None:
        """Carry bytes both ways until one side has none to come."""
        ways = {asyncio.ensure_future(self._out(line, far)), asyncio.ensure_future(self._back(line, far))}
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _out(self, line: SocketLine, far: socket.socket) -> None:
        while data := await self._loop.sock_recv(far, _PIECE):
            await line.pass_on(data)

    async def _back(self, line: SocketLine, far: socket.socket) -> None:
        while data := await line.read_some(_PIECE):
            await self._loop.sock_sendall(far, data)

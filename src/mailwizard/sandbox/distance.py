"""A line that is long: what enters on one side leaves on the other half a round trip later."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from typing import cast


class _End(asyncio.Protocol):
    """One end of a long line."""

    def __init__(self, half: float, admit: Callable[[asyncio.Transport], None]) -> None:
        self._half, self._admit = half, admit
        self._transport: asyncio.Transport | None = None
        self._underway: deque[Callable[[], None]] = deque()
        self._no_more_in = self._no_more_out = False
        self.far: _End | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport; it is cut when the world ends."""
        self._transport = cast(asyncio.Transport, transport)
        self._admit(self._transport)

    def data_received(self, data: bytes) -> None:
        """Let bytes come out at the far end later."""
        self._later(lambda far: far.write(data))

    def eof_received(self) -> bool:
        """Let the far end learn later that no more comes; it may still answer."""
        self._no_more_in = True
        far = self.far
        if far is not None:
            self._later(far._finish)
        return not self._no_more_out

    def _finish(self, transport: asyncio.Transport) -> None:
        """Say that no more comes, and hang up where the other side has said so too."""
        self._no_more_out = True
        if self._no_more_in:
            transport.close()
        else:
            transport.write_eof()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let the far end be cut later."""
        self._transport = None
        self._later(lambda far: far.abort() if exc else far.close())

    def _later(self, happen: Callable[[asyncio.Transport], None]) -> None:
        """Do something at the far end after half a round trip, in the order in which it was asked for."""
        far = self.far

        def arrive() -> None:
            if far is not None and far._transport is not None and not far._transport.is_closing():
                happen(far._transport)

        self._underway.append(arrive)
        asyncio.get_running_loop().call_later(self._half, lambda: self._underway.popleft()())


async def lengthen(
    accepted: socket.socket, inner: socket.socket, half: float, admit: Callable[[asyncio.Transport], None]
) -> None:
    """Join two connected sockets by a long line; both are closed when either ends."""
    loop = asyncio.get_running_loop()
    one, other = _End(half, admit), _End(half, admit)
    one.far, other.far = other, one
    begun = False
    try:
        await loop.create_connection(lambda: other, sock=inner)
        begun = True
        await loop.create_connection(lambda: one, sock=accepted)
    except BaseException:
        accepted.close()
        if not begun:
            inner.close()
        raise

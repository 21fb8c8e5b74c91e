"""Connect to the address that answers first (RFC 8305)."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import os
import socket
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from itertools import zip_longest

from mailwizard.model import Failure
from mailwizard.net import Attempt

_CODES = {
    errno.ECONNREFUSED: "tcp.refused",
    errno.ETIMEDOUT: "tcp.timeout",
    errno.EACCES: "tcp.denied",
    errno.EPERM: "tcp.denied",
    errno.EMFILE: "tcp.denied",
    errno.ENFILE: "tcp.denied",
    errno.ENOBUFS: "tcp.denied",
    errno.ECONNRESET: "tcp.reset",
    errno.ECONNABORTED: "tcp.reset",
    errno.EPIPE: "tcp.reset",
}
_SAYS_MOST = ("tcp.refused", "tcp.denied", "tcp.reset", "tcp.timeout", "tcp.unreachable")
_WORDS = {
    "tcp.refused": "nothing listens there",
    "tcp.denied": "this machine does not let us connect",
    "tcp.reset": "the connection was cut at once",
    "tcp.timeout": "no answer",
    "tcp.unreachable": "no way leads there",
}


def failure_of(error: OSError) -> Failure:
    """Return what an error of the operating system means to a connection."""
    number = error.errno or 0
    # asyncio's own words would name where we dialled, which may not be the address that is shown.
    words = os.strerror(number) if number > 0 else str(error) or type(error).__name__
    return Failure(_CODES.get(number, "tcp.unreachable"), words)


def interleaved(addresses: Sequence[str]) -> tuple[str, ...]:
    """Return the addresses without repeats, IPv6 first and the families in turn (RFC 8305 section 4)."""
    once = tuple(dict.fromkeys(addresses))
    six = [address for address in once if ipaddress.ip_address(address).version == 6]
    four = [address for address in once if address not in six]
    return tuple(address for pair in zip_longest(six, four) for address in pair if address is not None)


async def dial(address: str, port: int) -> socket.socket:
    """Return a connected, non-blocking socket; Nagle's algorithm is off.

    Raises:
        OSError: as the operating system says it.
    """
    family, kind, protocol, _, where = socket.getaddrinfo(
        address, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    )[0]
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(sock, where)
    except BaseException:
        sock.close()
        raise
    return sock


def _close_arrived(task: asyncio.Task[socket.socket]) -> None:
    """Close the socket of an attempt that nobody needs any more."""
    if not task.cancelled() and task.exception() is None:
        task.result().close()


class Race:
    """One race of connection attempts, a little apart from each other."""

    def __init__(self, addresses: Sequence[str], port: int, delay: float, limit: float) -> None:
        self._waiting = deque(interleaved(addresses))
        self._order = tuple(self._waiting)
        self._port, self._delay, self._limit = port, delay, limit
        self._running: dict[asyncio.Task[socket.socket], str] = {}
        self._begun: dict[str, float] = {}
        self._ended: dict[str, tuple[str, str, float]] = {}
        self._won: tuple[str, socket.socket] | None = None

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """How each address that was tried went, in order."""
        ended = ((address, self._ended[address]) for address in self._order if address in self._ended)
        return tuple(Attempt(address, code, seconds) for address, (code, _, seconds) in ended)

    async def run(self, connect: Callable[[str, int], Awaitable[socket.socket]]) -> tuple[str, socket.socket]:
        """Return the address that won and its socket; every other socket is closed.

        Raises:
            Failure: the code that tells most, and how each address went.
        """
        if not self._order:
            raise Failure("tcp.unreachable", "there is no address to connect to")
        try:
            try:
                async with asyncio.timeout(self._limit):
                    await self._race(connect)
            except TimeoutError:
                for address in self._running.values():
                    self._end(address, "tcp.timeout", f"no answer within {self._limit:g} s")
            finally:
                await self._stop()
        except BaseException:
            if self._won is not None:
                self._won[1].close()
            raise
        if self._won is None:
            raise self._failure()
        return self._won

    async def _race(self, connect: Callable[[str, int], Awaitable[socket.socket]]) -> None:
        while (self._waiting or self._running) and self._won is None:
            if self._waiting:
                address = self._waiting.popleft()
                self._begun[address] = time.monotonic()
                self._running[asyncio.ensure_future(connect(address, self._port))] = address
            pause = self._delay if self._waiting else None
            done, _ = await asyncio.wait(self._running, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            for task in [task for task in self._running if task in done]:
                self._settle(task)

    def _settle(self, task: asyncio.Task[socket.socket]) -> None:
        address = self._running.pop(task)
        error = task.exception()
        if isinstance(error, OSError):
            failure = failure_of(error)
            self._end(address, failure.code, failure.detail)
        elif error is not None:
            raise error
        elif self._won is None:
            self._won = address, task.result()
            self._end(address, "ok", "")
        else:
            task.result().close()
            self._end(address, "cancelled", "")

    def _end(self, address: str, code: str, detail: str) -> None:
        self._ended.setdefault(address, (code, detail, time.monotonic() - self._begun[address]))

    async def _stop(self) -> None:
        """Cancel whoever still runs, and close what arrived all the same, also where nobody waits for it any more."""
        running, self._running = self._running, {}
        for task, address in running.items():
            self._end(address, "cancelled", "")
            task.add_done_callback(_close_arrived)
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _failure(self) -> Failure:
        code = min((code for code, _, _ in self._ended.values()), key=_SAYS_MOST.index)
        facts = tuple(("tried", f"{attempt.address} {attempt.code}") for attempt in self.attempts)
        words = next(detail for ended, detail, _ in self._ended.values() if ended == code)
        return Failure(code, f"{_WORDS[code]} ({words})", facts=facts)

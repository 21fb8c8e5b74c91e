"""One end time for all that a command asks of the network."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from mailwizard.model import Failure

if TYPE_CHECKING:
    from mailwizard.net import Document, Line, Net, Record, RecordKind

T = TypeVar("T")


class Deadline:
    """Runs from its making, and waits while somebody else has the turn; all times are in seconds."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Return what is left, 0 once it is over."""
        return max(0.0, self._end - time.monotonic())

    def keeping(self, after: float) -> float:
        """Return what is left for now where up to ``after`` is wanted for later: two thirds of it at least."""
        left = self.left
        return round(left - min(after, left / 3), 2)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Stop the clock."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self._end += time.monotonic() - begun


class Hurried:
    """A network whose connections are closed when the time is up, so that whoever uses several keeps what it has."""

    def __init__(self, net: Net, deadline: Deadline) -> None:
        self._net, self._deadline = net, deadline
        self._closing: set[asyncio.Task[None]] = set()

    async def resolve(self, name: str, kind: RecordKind) -> tuple[Record, ...]:
        """Return the records of a name, as :meth:`mailwizard.net.Net.resolve` does."""
        return await self._in_time(self._net.resolve(name, kind))

    async def open(self, addresses: Sequence[str], port: int) -> Line:
        """Connect, as :meth:`mailwizard.net.Net.open` does."""
        line = await self._in_time(self._net.open(addresses, port))
        asyncio.get_running_loop().call_later(self._deadline.left, self._close, line)
        return line

    async def fetch(self, url: str, **asked: Any) -> Document:
        """Return a document, as :meth:`mailwizard.net.Net.fetch` does."""
        return await self._in_time(self._net.fetch(url, **asked))

    async def _in_time(self, answer: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout(self._deadline.left):
                return await answer
        except TimeoutError:
            raise Failure("timeout", "no time was left for this") from None

    def _close(self, line: Line) -> None:
        task = asyncio.ensure_future(line.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

"""Whoever asks the same thing at the same time shares one answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

Asked = TypeVar("Asked", bound=Hashable)
Answer = TypeVar("Answer")


class _Flight(Generic[Answer]):
    """One question under way, and how many wait for it."""

    def __init__(self, task: asyncio.Task[Answer]) -> None:
        self.task = task
        self.waiting = 0


class Flights(Generic[Asked, Answer]):
    """The questions that are under way; an answer is remembered no longer than until everybody who waited has it."""

    def __init__(self) -> None:
        self._under_way: dict[Asked, _Flight[Answer]] = {}

    async def join(self, asked: Asked, ask: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        """Return what ``ask`` answers, or what it already answers to somebody else; the last to leave ends it.

        Raises:
            Failure: as ``ask`` does.
        """
        flight = self._under_way.get(asked)
        if flight is None or flight.task.done():
            flight = self._under_way[asked] = _Flight(asyncio.ensure_future(ask()))
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting:
                if self._under_way.get(asked) is flight:
                    del self._under_way[asked]
                flight.task.cancel()
                await asyncio.gather(flight.task, return_exceptions=True)

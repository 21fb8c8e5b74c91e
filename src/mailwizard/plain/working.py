"""What runs while nothing is asked, so that Ctrl+C can stop it and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Stopped(Exception):
    """The person stopped what ran."""


class Working:
    """Runs one thing at a time as a task of its own."""

    def __init__(self) -> None:
        self._task: asyncio.Task[Any] | None = None
        self._stopped = False

    async def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run it to its end.

        Raises:
            Stopped: the person pressed Ctrl+C meanwhile; it was cancelled and has ended.
        """
        self._stopped = False
        task: asyncio.Task[T] = asyncio.create_task(work)
        self._task = task
        try:
            return await task
        except asyncio.CancelledError:
            if self._stopped:
                raise Stopped from None
            raise
        finally:
            task.cancel()
            self._task = None

    def stop(self) -> bool:
        """Stop what runs; return whether anything did."""
        if self._task is None or self._task.done():
            return False
        self._stopped = True
        self._task.cancel()
        return True

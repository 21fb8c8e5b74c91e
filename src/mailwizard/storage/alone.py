"""What one program does at a time, and what had better not stop half-way."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from mailwizard.storage.faults import faults
from mailwizard.storage.folders import LOCK_LIMIT, busy, make_folder, open_lock, try_lock
from mailwizard.storage.places import data_dir

Result = TypeVar("Result")

_AGAIN = 0.01
"""Seconds until a lock is tried again."""


@asynccontextmanager
async def alone(lock_name: str) -> AsyncIterator[None]:
    """Keep every other program that asks for the same lock waiting.

    The lock is tried on the loop, because threads that wait for it could take up all there are.

    Raises:
        Failure: ``store.timeout`` where another program keeps it too long; ``store.…``.
    """
    folder = data_dir()
    await asyncio.to_thread(make_folder, folder)
    lock = open_lock(folder, lock_name)
    try:
        clock = asyncio.get_running_loop()
        deadline = clock.time() + LOCK_LIMIT
        while not _tried(lock, folder / lock_name):
            if clock.time() > deadline:
                raise busy(folder)
            await asyncio.sleep(_AGAIN)
        yield
    finally:
        with suppress(OSError):
            os.close(lock)


def _tried(lock: int, path: Path) -> bool:
    """Return whether a lock is ours now. Raises :class:`Failure` ``store.failed`` where the system knows no locks."""
    with faults(path):
        return try_lock(lock)


def renewal_lock(reference: str) -> str:
    """Return the lock that keeps every other program from renewing, or moving, the same sign-in."""
    import hashlib

    return f".token-{hashlib.sha256(reference.encode()).hexdigest()[:16]}"


async def finish(work: Coroutine[Any, Any, Result], limit: float | None = None) -> Result:
    """Wait for work that must not stop half-way; a cancelled wait goes on to its end and is cancelled then.

    ``limit`` is how many seconds the work still gets once the wait was cancelled; without one it gets all it needs.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait((task,), timeout=limit)
        task.cancel()
        await asyncio.wait((task,))
        if not task.cancelled():
            task.exception()
        raise

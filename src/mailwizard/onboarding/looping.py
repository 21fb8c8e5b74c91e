"""Run a coroutine for a caller that blocks, whatever already runs in its thread."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def in_a_loop(make: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Return what the coroutine returns, run in a loop of its own; raises whatever it raises.

    Where a loop runs in this thread already, that is in a thread of its own, and this one waits.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(make())
    context = contextvars.copy_context()
    with ThreadPoolExecutor(1, "mailwizard-credential") as pool:
        return pool.submit(context.run, lambda: asyncio.run(make())).result()

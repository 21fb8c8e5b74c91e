"""Blocking work that may hang, in a thread that can be left behind."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Generic, TypeVar, cast

Result = TypeVar("Result")

THREAD = "mailwizard-blocking"
"""What such a thread is called."""


class LeftBehind(Exception):
    """Raised where work took longer than it may."""


async def abandonable(work: Callable[[], Result], limit: float | None = None) -> Result:
    """Return what the work returns, or leave it behind after ``limit`` seconds and when whoever waits is cancelled.

    The thread is a daemon: neither the event loop nor the program's end waits for it, as they would for
    ``asyncio.to_thread``.

    Raises:
        LeftBehind: after the limit; else whatever the work raises.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Result] = loop.create_future()
    context = contextvars.copy_context()

    def run() -> None:
        with _Carry(loop, future) as carry:
            carry.result = context.run(work)

    threading.Thread(target=run, name=THREAD, daemon=True).start()
    try:
        await asyncio.wait({future}, timeout=limit)
    finally:
        future.cancel()  # does nothing once it is done
    if future.cancelled():
        raise LeftBehind
    return future.result()


class _Carry(Generic[Result]):
    """Carries what a thread returned or raised to a future, if somebody still waits for it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, future: asyncio.Future[Result]) -> None:
        self.loop, self.future = loop, future
        self.result: Result | None = None

    def __enter__(self) -> _Carry[Result]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        def settle() -> None:
            if self.future.done():
                return
            if error is None:
                self.future.set_result(cast(Result, self.result))
            else:
                self.future.set_exception(error)

        with suppress(RuntimeError):  # the loop has closed
            self.loop.call_soon_threadsafe(settle)
        return True

"""Keys one after the other: each has taken effect before the next is looked at, however fast they come.

Textual forwards a key to whatever has the focus when the key arrives. A burst, such as a paste over a slow line, would
reach the old field although a Tab or an Enter stands in its middle.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from textual.app import App
from textual.events import Key, Paste
from textual.message_pump import MessagePump
from textual.widget import Widget

PATIENCE = 0.25
"""Seconds after which a widget that is busy or gone is not waited for any more."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A key or a paste, and when it came."""

    event: Key | Paste
    moment: float


class TypeAhead:
    """What was typed and not yet looked at."""

    def __init__(
        self,
        app: App[int],
        ready: Callable[[float], Awaitable[None]],
        since: Callable[[], float],
        deliver: Callable[[Key | Paste], Awaitable[None]],
    ) -> None:
        self._app, self._ready, self._since, self._deliver = app, ready, since, deliver
        self._typed: asyncio.Queue[Typed] = asyncio.Queue()

    def put(self, event: Key | Paste) -> None:
        """Let a key wait for its turn."""
        self._typed.put_nowait(Typed(event, time.monotonic()))

    def drop(self) -> None:
        """Forget what waits."""
        while not self._typed.empty():
            self._typed.get_nowait()

    async def run(self) -> None:
        """Deliver what is typed, for as long as the app runs; what was typed before a warning appeared is not."""
        while True:
            typed = await self._typed.get()
            await self._ready(typed.moment)
            if typed.moment < self._since():
                continue
            target = self._app.focused or self._app.screen
            await self._deliver(typed.event)
            await settled(target, self._app)


async def settled(target: Widget, app: App[int]) -> None:
    """Wait until a widget, all that it lies in, and the app have handled what they were sent."""
    for node in (target, *target.ancestors_with_self, app.screen, app):
        if not await _handled(node):
            return


async def _handled(node: MessagePump) -> bool:
    """Wait until a node has come to the end of what it was sent; ``False`` where it is gone or takes too long."""
    reached = asyncio.Event()
    if not node.call_later(reached.set):
        return False
    try:
        async with asyncio.timeout(PATIENCE):
            await reached.wait()
    except TimeoutError:
        return False
    return True

"""One visit: wait for a browser, serve it until the program ends, and stop when nobody comes or comes back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from mailwizard.serving.site import Program, Site

IDLE = 15 * 60.0
"""Seconds without anything typed after which nobody is thought to be there."""


@dataclass(frozen=True, slots=True)
class Visit:
    """How a visit ended."""

    code: int | None
    """The program's exit code; nothing where it did not end by itself, because nobody was there for too long."""
    came: bool
    """Whether a browser ever came."""
    last_words: str = ""
    """What the program said after its last screen, as it would stay on a terminal; with escape sequences."""


async def visited(program: Program, port: int, ready: Callable[[Site], Awaitable[None]], idle: float = IDLE) -> Visit:
    """Serve a program at a port of loopback, 0 for a free one; ``ready`` is called once it can be visited.

    However this ends, nothing listens afterwards, and the program has ended too.

    Raises:
        OSError: where the port is not to be had.
    """
    site = Site(program)
    try:
        await site.start(port)
        await ready(site)
        while not site.ended.done():
            left = site.last_heard + idle - time.monotonic()
            if left <= 0:
                return Visit(None, site.entered.is_set())
            await asyncio.wait({site.ended}, timeout=min(left, idle))
        code, last_words = site.ended.result()
        return Visit(code, True, last_words)
    finally:
        await site.stop()

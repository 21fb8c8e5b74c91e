"""What a person sees while a step takes long: how long it has taken, and how long it may."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from mailwizard.cli.output import cut, status, talks, width
from mailwizard.cli.telling import where
from mailwizard.model import Candidate, Evidence, Outcome

PATIENCE = 2.0
"""Seconds that a step may take before anything is shown."""
PACE = 0.5
"""Seconds between two looks at the clock."""


class Clock:
    """Hears what a check tells, and keeps one line on stderr up to date while a step takes long."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._running: dict[tuple[str, str], tuple[float, str]] = {}

    def hear(self, fact: Candidate | Evidence) -> None:
        """Take in a fact: a step that began, still runs, or ended."""
        if not isinstance(fact, Evidence):
            return
        place = (fact.subject, str(fact.step))
        if fact.outcome is Outcome.RUNNING:
            begun = self._running.get(place, (time.monotonic(), ""))[0]
            self._running[place] = (begun, fact.detail)
        else:
            self._running.pop(place, None)

    def line(self, room: int) -> str:
        """Return what to show in ``room`` columns, nothing while no step takes long."""
        now = time.monotonic()
        late = [(begun, *place, detail) for place, (begun, detail) in self._running.items() if now - begun >= PATIENCE]
        if not late:
            return ""
        begun, subject, step, detail = min(late)
        took = detail or f"{now - begun:.0f} s of at most {self._limit:g} s"
        more = f" (and {len(late) - 1} more)" if len(late) > 1 else ""
        return cut(f"...   {step:<12}  {where(subject)}  {took}{more}", room)

    @asynccontextmanager
    async def shown(self) -> AsyncIterator[None]:
        """Show the line while the body runs; nothing where nobody reads stderr as it comes."""
        if not talks():
            yield
            return
        ticking = asyncio.create_task(self._tick())
        try:
            yield
        finally:
            ticking.cancel()
            with suppress(asyncio.CancelledError):
                await ticking
            status("")

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(PACE)
            status(self.line(width() - 1))

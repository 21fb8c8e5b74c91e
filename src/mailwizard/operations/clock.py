"""The clocks of this machine: what the wall shows, how long it was awake, and how long it was there at all."""

from __future__ import annotations

import asyncio
import time


class Clock:
    """The clocks of this machine, in seconds."""

    def now(self) -> float:
        """Return the wall clock's time."""
        return time.time()

    def awake(self) -> float:
        """Return a time that stands still while the machine is asleep."""
        return time.monotonic()

    def passed(self) -> float:
        """Return a time that goes on while the machine is asleep, and that nobody sets."""
        boot: int | None = getattr(time, "CLOCK_BOOTTIME", None)
        return time.time() if boot is None else time.clock_gettime(boot)

    async def sleep(self, seconds: float) -> None:
        """Wait, as long as the machine is awake."""
        await asyncio.sleep(seconds)

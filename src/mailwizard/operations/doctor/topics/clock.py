"""The clock, as far as it can be judged without asking anybody."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

from mailwizard.machine import clock
from mailwizard.operations.doctor.finding import Finding, Level, found

ORDER = 7
_DAY = 86400
_WHY = "With a wrong clock certificates seem expired or not yet valid, and tokens and second factors are refused."
_DO = "Set the time and let a service keep it: timedatectl set-ntp true."


async def look() -> tuple[Finding, ...]:
    """Return whether the clock can be right, and whether a service keeps it so."""
    return (await asyncio.to_thread(_look),)


def _look() -> Finding:
    now = time.time()
    shown = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
    made = clock.made()
    if now < made - _DAY:
        behind = f"at least {int((made - now) // _DAY)} days behind: this program's own files are newer"
        return found("clock", Level.BROKEN, f"The clock says {shown}, which is {behind}.", _WHY, _DO)
    kept = clock.kept()
    if kept is None:
        return found(
            "clock", Level.NOTE, f"The clock says {shown}; whether that is right cannot be told without a network."
        )
    synchronised, error = kept
    if not synchronised:
        return found("clock", Level.NOTE, f"The clock says {shown}, and no service keeps it right.", _WHY, _DO)
    return found(
        "clock", Level.OK, f"The clock says {shown}, and the system keeps it right to about {error * 1000:.0f} ms."
    )

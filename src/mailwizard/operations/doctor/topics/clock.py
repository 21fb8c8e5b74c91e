"""The clock, as far as it can be judged without asking anybody."""

from __future__ import annotations

import asyncio
import ctypes
import struct
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import mailwizard
from mailwizard.operations.doctor.finding import Finding, Level, found

ORDER = 7
_UNSYNCHRONISED = 5
"""What adjtimex(2) returns where nothing keeps the clock right (TIME_ERROR)."""
_ESTIMATE = 32
"""Where the estimated error stands in ``struct timex`` of a machine of 64 bits, in microseconds."""
_DAY = 86400
_WHY = "With a wrong clock certificates seem expired or not yet valid, and tokens and second factors are refused."
_DO = "Set the time and let a service keep it: timedatectl set-ntp true."


async def look() -> tuple[Finding, ...]:
    """Return whether the clock can be right, and whether a service keeps it so."""
    return (await asyncio.to_thread(_look),)


def _look() -> Finding:
    now = time.time()
    shown = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
    made = _made()
    if now < made - _DAY:
        behind = f"at least {int((made - now) // _DAY)} days behind: this program's own files are newer"
        return found("clock", Level.BROKEN, f"The clock says {shown}, which is {behind}.", _WHY, _DO)
    kept = _kept()
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


def _made() -> float:
    """Return the time before which no clock can be right: when this program's files were written."""
    with suppress(OSError):
        return Path(mailwizard.__file__).stat().st_mtime
    return 0.0


def _kept() -> tuple[bool, float] | None:
    """Return whether the kernel knows its clock to be right, and its estimated error in seconds (adjtimex(2))."""
    if not sys.platform.startswith("linux") or struct.calcsize("P") != 8:
        return None
    timex = ctypes.create_string_buffer(256)
    try:
        state: int = ctypes.CDLL(None).adjtimex(timex)
    except (OSError, AttributeError):
        return None
    if state < 0:
        return None
    (error,) = struct.unpack_from("q", timex, _ESTIMATE)
    return state != _UNSYNCHRONISED, error / 1e6

"""The clock, as far as it can be judged without asking anybody."""

from __future__ import annotations

import ctypes
import struct
import sys
from contextlib import suppress
from pathlib import Path

import mailwizard

_UNSYNCHRONISED = 5
"""What adjtimex(2) returns where nothing keeps the clock right (TIME_ERROR)."""
_ESTIMATE = 32
"""Where the estimated error stands in ``struct timex`` of a machine of 64 bits, in microseconds."""


def made() -> float:
    """Return the time before which no clock can be right: when this program's files were written."""
    with suppress(OSError):
        return Path(mailwizard.__file__).stat().st_mtime
    return 0.0


def kept() -> tuple[bool, float] | None:
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


def words() -> str:
    """Return in a few words whether something keeps the clock right; nothing where that cannot be told."""
    found = kept()
    if found is None:
        return ""
    right, error = found
    return f"kept right to about {error * 1000:.0f} ms" if right else "kept right by no service"

"""What this process has in memory stays there."""

from __future__ import annotations

import sys
from contextlib import suppress

_PR_SET_DUMPABLE = 4


def keep_memory_private() -> None:
    """Let no crash write this process's memory to a file, and no other program of the user read it.

    To be called before a secret comes in. The limit on core files is not heeded where they go to a program
    (core(5)); a process that is not dumpable (prctl(2)) has none at all. Where the system knows neither, nothing
    happens.
    """
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform.startswith("linux"):
        with suppress(ImportError, OSError, AttributeError):
            import ctypes

            no = ctypes.c_ulong(0)
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, no, no, no, no)

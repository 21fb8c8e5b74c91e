"""What this process has in memory stays there."""

from __future__ import annotations

import sys
from contextlib import suppress

_PR_SET_DUMPABLE = 4
_lent: list[tuple[int, int]] = []
"""The limit on core files as it was, where another program is to take this one's place."""


def keep_memory_private() -> None:
    """Let no crash write this process's memory to a file, and no other program of the user read it.

    To be called before a secret comes in. The limit on core files is not heeded where they go to a program
    (core(5)); a process that is not dumpable (prctl(2)) has none at all. Where the system knows neither, nothing
    happens.
    """
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, _lent[0][1] if _lent else 0))
    if sys.platform.startswith("linux"):
        with suppress(ImportError, OSError, AttributeError):
            import ctypes

            no = ctypes.c_ulong(0)
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, no, no, no, no)


def lend() -> None:
    """Let what is switched off from now on be given back by :func:`as_it_was`."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        _lent[:] = [resource.getrlimit(resource.RLIMIT_CORE)]


def as_it_was() -> None:
    """Give back the limit on core files, for a program that takes this one's place."""
    if _lent:
        with suppress(ImportError, OSError, ValueError):
            import resource

            resource.setrlimit(resource.RLIMIT_CORE, _lent[0])

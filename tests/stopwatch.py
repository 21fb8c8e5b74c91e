"""Seconds that something took, less those in which a busy machine had no processor for it."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

_OWN = "thread-self"


class Stopwatch:
    """Measures from its making on.

    A limit that is a promise is kept on a machine that has other work too: what this thread waited for a processor,
    and what the main threads of the processes ``pids`` waited, is not counted. Where the system does not tell (it does
    on Linux, see ``sched-stats`` in its documentation), every second counts.
    """

    def __init__(self, *pids: int | None) -> None:
        self._before = {who: _queued(who) for who in (_OWN, *(str(pid) for pid in pids if pid is not None))}
        self._begun = time.monotonic()

    @property
    def stalled(self) -> float:
        """Return the seconds so far in which no processor was free."""
        return sum(max(0.0, _queued(who) - before) for who, before in self._before.items())

    @property
    def seconds(self) -> float:
        """Return the other seconds so far."""
        return time.monotonic() - self._begun - self.stalled


def _queued(who: str) -> float:
    """Return for how many seconds a thread has stood in line for a processor; nothing of one that is gone."""
    with suppress(OSError, IndexError):
        return int(Path(f"/proc/{who}/schedstat").read_text().split()[1]) / 1e9
    return 0.0

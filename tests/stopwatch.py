"""Seconds that something took, less those in which a busy machine had no processor for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


class Stopwatch:
    """Measures from its making on.

    A limit that is a promise is kept on a machine that has other work too: what the threads of this process waited for
    a processor, and those of the processes ``pids``, is not counted. Where the system does not tell (it does on Linux,
    see ``sched-stats`` in its documentation), every second counts.
    """

    def __init__(self, *pids: int | None) -> None:
        self._who = ("self", *(str(pid) for pid in pids if pid is not None))
        self._before = dict(self._queued())
        self._begun = time.monotonic()

    @property
    def stalled(self) -> float:
        """Return the seconds so far in which no processor was free."""
        return sum(max(0.0, queued - self._before.get(thread, 0.0)) for thread, queued in self._queued())

    @property
    def seconds(self) -> float:
        """Return the other seconds so far."""
        return time.monotonic() - self._begun - self.stalled

    def _queued(self) -> Iterator[tuple[str, float]]:
        """Yield every thread that is there, with the seconds that it has stood in line for a processor."""
        for who in self._who:
            with suppress(OSError):
                for thread in Path(f"/proc/{who}/task").iterdir():
                    with suppress(OSError, IndexError):
                        yield thread.name, int((thread / "schedstat").read_text().split()[1]) / 1e9

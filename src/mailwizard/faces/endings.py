"""How a run can be ended from outside: signals, and a terminal that goes away."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TextIO

HANGUP = 128 + signal.SIGHUP
PATIENCE = 1.8
"""Seconds in which a run that was told to end must have ended."""

End = Callable[[int], None]
"""Ends the run with an exit code."""


_RESORTS: list[threading.Timer] = []
"""What ends the process should the run not end by itself."""


@contextmanager
def watched(end: End, *, terminal: bool = True) -> Iterator[None]:
    """Let SIGHUP, SIGTERM and a lost terminal end the run; for use on a running loop in the main thread.

    They do so in time even where the loop stands still, as when nobody takes what is written. Without a ``terminal``
    nobody can hang up: where answers are piped in, their end is none.
    """
    loop = asyncio.get_running_loop()

    def heed(number: int, frame: FrameType | None) -> None:
        _end_soon(loop, end, 128 + number)

    before = {number: signal.getsignal(number) for number in (signal.SIGHUP, signal.SIGTERM)}
    heeded = {number: was for number, was in before.items() if was is not signal.SIG_IGN}
    for number in heeded:
        signal.signal(number, heed)
    if terminal:
        threading.Thread(target=_wait_for_hangup, args=(loop, end), name="hangup", daemon=True).start()
    try:
        yield
    finally:
        for number, was in heeded.items():
            signal.signal(number, was or signal.SIG_DFL)


def _end_soon(loop: asyncio.AbstractEventLoop, end: End, code: int) -> None:
    """End the run, and the process where the run does not end by itself in time."""
    end_in_time(code)
    with suppress(RuntimeError):  # the loop has ended meanwhile
        loop.call_soon_threadsafe(end, code)


def end_in_time(code: int) -> None:
    """End the process with this code in time, unless it goes on after its run and says so by :func:`ended`."""
    resort = threading.Timer(PATIENCE, os._exit, (code,))
    resort.daemon = True
    _RESORTS.append(resort)
    resort.start()


def ended() -> None:
    """Say that the run has come to its end, and that the process goes on without it."""
    while _RESORTS:
        _RESORTS.pop().cancel()


def terminal_gone() -> bool:
    """Return whether nobody holds the other end of the terminal any more."""
    import select

    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(0, 0)
    return any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll(0))


def leave_behind(stream: TextIO | None, *lines: str) -> None:
    """Write lines that stay after the run; where the terminal is gone they vanish, and so does all that follows."""
    if stream is None:
        return
    try:
        for line in lines:
            stream.write(f"{line}\n")
        stream.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _wait_for_hangup(loop: asyncio.AbstractEventLoop, end: End) -> None:
    """Wait until nobody holds the other end of the terminal any more.

    A program that ignores SIGHUP is not told otherwise, and would read the end of its input for ever.
    """
    import select

    if not hasattr(select, "poll"):
        return
    with suppress(OSError, ValueError):
        poll = select.poll()
        poll.register(0, 0)
        while not any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll()):
            pass
        _end_soon(loop, end, HANGUP)

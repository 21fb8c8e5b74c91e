"""Keys that do not wait for an answer: Ctrl+C stops what runs or leaves, Ctrl+Z gives the terminal to somebody else."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mailwizard.faces.endings import End
from mailwizard.faces.keeping import Keeper
from mailwizard.plain.turn import Turn

CANCELLED = 130


class Interrupts:
    """What Ctrl+C, Ctrl+Z and coming back to the front do during one run."""

    def __init__(self, turn: Turn, keeper: Keeper, end: End) -> None:
        self.turn, self.keeper, self._end = turn, keeper, end
        self._asked = -1
        """How many lines had been read when it was last said how to leave."""

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """Heed them, those that nobody switched off, for as long as the run lasts; on a running loop."""
        loop = asyncio.get_running_loop()
        handlers: dict[int, Callable[[], None]] = {signal.SIGINT: self._interrupt}
        if self.turn.talk.lines.terminal:
            handlers |= {signal.SIGTSTP: self._suspend, signal.SIGCONT: self._go_on}
        before = {number: signal.getsignal(number) for number in handlers}
        heeded = [number for number, was in before.items() if was is not signal.SIG_IGN]
        for number in heeded:
            loop.add_signal_handler(number, handlers[number])
        try:
            yield
        finally:
            for number in heeded:
                loop.remove_signal_handler(number)
                signal.signal(number, before[number] or signal.SIG_DFL)

    def _interrupt(self) -> None:
        """Stop what runs; with nothing running say how to leave, and at the second time, unless answered, leave."""
        turn = self.turn
        if turn.working.stop():
            return
        count = turn.talk.lines.count
        if self._asked == count:
            self._end(CANCELLED)
            return
        self._asked = count
        words = self.keeper.leave_words(turn.draft)
        turn.talk.say("", f"Leave? {words} Ctrl+C once more leaves; an answer goes on.")
        turn.talk.ask_again()

    def _suspend(self) -> None:
        """Give the terminal to whoever has it next, and stop until somebody lets this go on."""
        self.turn.talk.lines.modes.give_back()
        loop = asyncio.get_running_loop()
        loop.remove_signal_handler(signal.SIGTSTP)
        signal.raise_signal(signal.SIGTSTP)
        loop.add_signal_handler(signal.SIGTSTP, self._suspend)
        self.turn.talk.lines.modes.take()

    def _go_on(self) -> None:
        """Take the terminal again, and ask once more what was asked."""
        self.turn.talk.lines.modes.take()
        self.turn.talk.ask_again()

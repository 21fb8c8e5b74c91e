"""How much the wizard sends to a terminal over a slow line, in a whole journey: ``python -m tests.bench_terminal``.

Every byte is held back a while in each direction, as on a line around the world; bytes are counted, not seconds.
"""

from __future__ import annotations

import heapq
import itertools
import os
import select
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import ptyprocess
import pyte

WAY = 0.25
"""Seconds that each direction adds."""
COLUMNS, ROWS = 80, 24
PATIENCE = 30.0
QUIET = 1.0
"""Seconds of silence after which everything that belongs to a key has come."""
FLOOD = "fault:smtp-ehlo-ten-thousand"
"""The practice world whose server says 10 000 lines."""
ANSWER = 0.1
"""Seconds after which a key must have shown, whatever a server sends."""
BACK = 0.2
"""Seconds after which Esc must have led back from a sign-in, whatever loads or works meanwhile."""
MOMENTS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2)
"""Seconds after the beginning of a sign-in at which Esc is pressed."""
HELP = b"\x1bOP"
"""F1, which opens a page and closes it."""
COMMAND = str(Path(sys.executable).with_name("mailwizard"))


class SlowLine:
    """A program in a terminal at the far end of a line that holds every byte back."""

    def __init__(self, command: list[str], way: float = WAY, quiet: float = QUIET) -> None:
        self.process = ptyprocess.PtyProcess.spawn(command, dimensions=(ROWS, COLUMNS))
        self.way, self.quiet = way, quiet
        self.sent = 0
        """Bytes that came from the program."""
        self._under_way: list[tuple[float, int, str, bytes]] = []
        self._order = itertools.count()
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        # A terminal answers what it is asked, such as where its cursor stands.
        vars(self._screen)["write_process_input"] = lambda data: self.types(data.encode())

    @property
    def text(self) -> str:
        """What stands on the screen, as running text."""
        return " ".join(" ".join(self._screen.display).split())

    def types(self, data: bytes) -> None:
        """Send what is typed on its way."""
        heapq.heappush(self._under_way, (time.monotonic() + self.way, next(self._order), "in", data))

    def passes(self, seconds: float) -> bool:
        """Let time pass; return whether the program said anything meanwhile."""
        until, said = time.monotonic() + seconds, False
        while (now := time.monotonic()) < until:
            while self._under_way and self._under_way[0][0] <= now:
                *_, where, data = heapq.heappop(self._under_way)
                if where == "in":
                    os.write(self.process.fd, data)
                else:
                    self._stream.feed(data)
            due = self._under_way[0][0] - now if self._under_way else 1.0
            if select.select([self.process.fd], [], [], max(0.0, min(due, until - now)))[0]:
                try:
                    data = os.read(self.process.fd, 65536)
                except OSError:
                    raise AssertionError("the program ended on:\n" + "\n".join(self._screen.display)) from None
                self.sent += len(data)
                said = True
                heapq.heappush(self._under_way, (time.monotonic() + self.way, next(self._order), "out", data))
        return said

    def sees(self, text: str) -> None:
        """Wait until this is on the screen, then until nothing more comes."""
        until = time.monotonic() + PATIENCE
        while text not in self.text:
            self.passes(0.05)
            if time.monotonic() > until:
                raise AssertionError(f"never saw {text!r} on:\n" + "\n".join(self._screen.display))
        while self.passes(self.quiet):
            pass

    def costs(self, data: bytes, text: str = "") -> int:
        """Return how many bytes come for what is typed, up to when ``text`` is seen and all is quiet."""
        before = self.sent
        self.types(data)
        self.passes(2 * self.way)
        self.sees(text)
        return self.sent - before


@contextmanager
def slow_line(*command: str, way: float = WAY, quiet: float = QUIET) -> Iterator[SlowLine]:
    """Run a program at the far end of a slow line, and end it at the end."""
    line = SlowLine(list(command), way, quiet)
    try:
        yield line
    finally:
        line.process.terminate(force=True)


@dataclass(frozen=True)
class Sent:
    """Bytes that something cost, and how many it may cost."""

    what: str
    bytes: int
    limit: int


def journey(way: float = WAY, quiet: float = QUIET) -> list[Sent]:
    """Go from the first question to the saved account in a practice world, and count."""
    with slow_line(COMMAND, "demo", "all-well", way=way, quiet=quiet) as line:
        line.sees("What is to be set up?")
        found = [Sent("the start", line.sent, 20_000)]
        stage = [line.costs(b"\r", "Whose mail account is it?")]
        keys = [line.costs(letter.encode()) for letter in "alice@p"]
        line.costs(b"ractice.example\r")
        stage.append(line.costs(b"\r", "Servers 3/7"))
        stage.append(line.costs(b"\r", "Sign-in 4/7"))
        keys += [line.costs(letter.encode()) for letter in "corr"]
        line.costs(b"ect-horse-battery")
        found.append(Sent("the dearest key", max(keys), 200))
        stage.append(line.costs(b"\r", "Continue"))
        stage.append(line.costs(b"\r", "Save the account"))
        found.append(Sent("the dearest stage", max(stage), 10_000))
        before = line.sent
        line.passes(5 * quiet)
        found.append(Sent("while nobody touches it", line.sent - before, 0))
    return found


def answered(keys: int = 60) -> list[float]:
    """Return how long each key took to show, in seconds, while a server sent 10 000 lines, and after it."""
    with slow_line(COMMAND, "demo", FLOOD, way=0.0, quiet=0.3) as line:
        line.sees("What is to be set up?")
        line.costs(b"\r", "Whose mail account is it?")
        line.costs(f"alice@{FLOOD.partition(':')[2]}.faults.example\r".encode())
        line.costs(b"\r", "Servers 3/7")
        line.costs(b"\r", "Sign-in 4/7")
        line.costs(b"correct-horse-battery")
        line.types(b"\r")
        took = []
        for _ in range(keys):
            line.passes(0.02)
            begun, before = time.monotonic(), line.sent
            line.types(HELP)
            while line.sent == before and time.monotonic() - begun < PATIENCE:
                line.passes(0.002)
            took.append(time.monotonic() - begun)
    return took


def led_back(moment: float) -> float:
    """Return how many seconds Esc took at a moment after a browser sign-in began, for which a library is loaded."""
    with slow_line(COMMAND, "demo", "google-browser", way=0.0, quiet=0.3) as line:
        line.sees("What is to be set up?")
        line.costs(b"\r", "Whose mail account is it?")
        line.costs(b"alice-practice@gmail.com\r")
        line.costs(b"\r", "Servers 3/7")
        line.costs(b"\r", "[>Sign in<]")
        line.costs(b"\r", "[>Take the practice registration<]")
        line.types(b"\r")
        begun = time.monotonic()
        while "Sign-in at Google" not in line.text:
            line.passes(0.002)
            assert time.monotonic() - begun < PATIENCE
        line.passes(moment)
        begun = time.monotonic()
        line.types(b"\x1b")
        while "[>Sign in<]" not in line.text and time.monotonic() - begun < PATIENCE:
            line.passes(0.002)
        return time.monotonic() - begun


def show() -> bool:
    """Print the table; return whether each figure is within its limit."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"HOME": home, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "COLORTERM": ""}
        figures = journey()
        slowest = max(answered())
        latest = max(map(led_back, MOMENTS))
    sys.stdout.write(f"\nbytes to the terminal, {WAY * 1000:.0f} ms added each way\n")
    for one in figures:
        sys.stdout.write(f"{one.what:32}{one.bytes:8}  at most {one.limit}\n")
    sys.stdout.write(f"{'a key while 10 000 lines come':32}{slowest * 1000:5.0f} ms  at most {ANSWER * 1000:.0f} ms\n")
    sys.stdout.write(f"{'Esc in a browser sign-in':32}{latest * 1000:5.0f} ms  at most {BACK * 1000:.0f} ms\n")
    return all(one.bytes <= one.limit for one in figures) and slowest <= ANSWER and latest <= BACK


if __name__ == "__main__":
    raise SystemExit(0 if show() else 1)

"""The wizard in a real pseudo-terminal: what it sends, what a person sees of it, and how it ends."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pexpect
import pyte
from tests.ending import end

COLUMNS, ROWS = 80, 24
PATIENCE = 30.0
"""Seconds after which something that does not come is a failure."""
KEYS = {
    "enter": "\r",
    "tab": "\t",
    "escape": "\x1b",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f8": "\x1b[19~",
    "f10": "\x1b[21~",
    "pagedown": "\x1b[6~",
    "end": "\x1b[F",
    "shift+tab": "\x1b[Z",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "shift+home": "\x1b[1;2H",
    "ctrl+c": "\x03",
    "ctrl+x": "\x18",
}
COMMAND = str(Path(sys.executable).with_name("mailwizard"))


class Terminal:
    """A terminal of 80 by 24 characters with a program in it."""

    def __init__(self, child: pexpect.spawn[Any]) -> None:
        self.child = child
        self.raw = b""
        """Everything that the program sent."""
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)

    @property
    def screen(self) -> str:
        """Return what is on the screen."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def text(self) -> str:
        """Return what is on the screen right of the stages, as running text."""
        lines = [line.partition("│")[2] if "│" in line else line for line in self.screen.splitlines()]
        return " ".join(" ".join(lines).split())

    def listen(self, seconds: float = 0.1) -> bool:
        """Read what the program sends within a while; return whether it still runs."""
        try:
            data = self.child.read_nonblocking(65536, seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += data
        self._stream.feed(_plain(data))
        return True

    @property
    def quiet(self) -> bool:
        """Return whether nothing comes for a moment."""
        before = len(self.raw)
        self.listen(0.3)
        return len(self.raw) == before

    def sees(self, *texts: str) -> None:
        """Wait until all of this is on the screen."""
        until = time.monotonic() + PATIENCE
        while not all(text in self.text or text in self.screen for text in texts):
            if not self.listen() or time.monotonic() > until:
                missing = [text for text in texts if text not in self.text and text not in self.screen]
                raise AssertionError(f"never saw {missing} on:\n{self.screen}")

    def hears(self, text: str) -> None:
        """Wait until this was printed after the screen was left."""
        until = time.monotonic() + PATIENCE
        while text not in self.after:
            if not self.listen() or time.monotonic() > until:
                assert text in self.after, f"never heard {text!r} in:\n{self.after}\n{self.screen}"

    def presses(self, *keys: str) -> None:
        """Press keys by their names."""
        for key in keys:
            self.child.send(KEYS[key])

    def types(self, text: str) -> None:
        """Type some text."""
        self.child.send(text)

    def answers(self, text: str) -> None:
        """Type some text and press Enter."""
        self.types(text)
        self.presses("enter")

    def hang_up(self) -> None:
        """Take the terminal away, as a broken connection does."""
        ptyproc: Any = vars(self.child)["ptyproc"]
        ptyproc.fileobj.close()

    def ends(self) -> int:
        """Wait for the program's end and return its exit code."""
        until = time.monotonic() + PATIENCE
        while self.listen():
            assert time.monotonic() < until, f"still runs:\n{self.screen}"
        self.child.close()
        assert self.child.exitstatus is not None, f"ended by signal {self.child.signalstatus}"
        return self.child.exitstatus

    @property
    def after(self) -> str:
        """Return what was printed after the screen was left."""
        return self.raw.rpartition(b"\x1b[?1049l")[2].decode(errors="replace")

    def gets(self, number: int) -> None:
        """Send the program a signal."""
        assert self.child.pid is not None
        os.kill(self.child.pid, number)

    @property
    def restored(self) -> bool:
        """Return whether every mode of the terminal that was switched on was switched off again."""
        switched: dict[bytes, bytes] = dict(re.findall(rb"\x1b\[\?(\d+)([hl])", self.raw))
        on_at_rest = {b"25", b"7"}
        return all(mode == (b"h" if number in on_at_rest else b"l") for number, mode in switched.items())


_OURS = re.compile(
    rb"\x1b(?:\[[0-9;]*[mH]|\[\?\d+(?:[hl]|\$p)|\[[<>=?]\d*u|\]22;\w*\x07"
    rb"|\]8;(?:id=\d+;https://[!-~]+|;)\x1b\\|\[6n|\[\d* ?q)"
)
_OBEYED = ("\x1b", "\x00", *map(chr, range(0x80, 0xA0)), "\u200b", *map(chr, range(0x202A, 0x202F)), "\u2066")


def foreign(raw: bytes) -> bytes:
    """Return what begins with the first thing that a terminal would act on and the wizard has no use for."""
    rest = _OURS.sub(b"", raw)
    first = min((at for mark in _OBEYED if (at := rest.find(mark.encode())) >= 0), default=len(rest))
    return rest[first:][:40]


_KITTY = re.compile(rb"\x1b\[[<>=]\d*u")


def _plain(data: bytes) -> bytes:
    """Leave out the keyboard protocol's sequences, which pyte takes for other ones."""
    return _KITTY.sub(b"", data)


@contextmanager
def terminal(*command: str, env: Mapping[str, str] | None = None) -> Iterator[Terminal]:
    """Run a program in a terminal of its own, and end it at the end."""
    wanted = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **(env or {})}
    child = pexpect.spawn(command[0], list(command[1:]), dimensions=(ROWS, COLUMNS), env=wanted, timeout=PATIENCE)
    try:
        yield Terminal(child)
    finally:
        end(child)


@contextmanager
def wizard(script: str, *, env: Mapping[str, str] | None = None) -> Iterator[Terminal]:
    """Run a Python script that runs the wizard in a terminal of its own."""
    with terminal(sys.executable, "-c", script, env=env) as opened:
        yield opened

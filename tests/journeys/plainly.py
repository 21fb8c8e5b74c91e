"""Somebody at the plain face, which runs as a real process: answers in a pipe or a file, or a terminal of its own.

One script serves both: ``with plainly(through, "demo", "all-well", "--plain") as person:`` and then what the person
sees, answers and chooses. At a terminal (``pty``, which is ``TERM=dumb``, and ``xterm``) each step happens at once.
In a ``pipe`` or a ``file`` the steps are noted, the program is given all answers at once when ``ended`` is asked for,
and then what was to be seen has to stand in what it said, in the order of the script.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pexpect
from tests.ending import end

PATIENCE = 30.0
"""Seconds after which something that does not come is a failure."""
PROMPT = ": "
QUIET = 3.0
"""Seconds of silence at a prompt after which a program does not end by itself."""
WAYS = ("pipe", "pty")
"""What a journey runs through; ``file`` and ``xterm`` are the same with a regular file, and an able terminal."""
COMMAND = (sys.executable, "-m", "mailwizard")
ROOT = str(Path(__file__).resolve().parents[2])
LINE = re.compile(r"^(\d+)\. (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class End:
    """How a run ended, and what it said; a terminal shows both streams as one."""

    code: int
    out: str
    err: str = ""

    @property
    def text(self) -> str:
        """Return all of it as running text."""
        return " ".join((self.out + self.err).split())


class Person(Protocol):
    """What somebody does at the plain face."""

    def sees(self, *texts: str) -> None:
        """Wait until all of this was said since the last answer."""

    def answers(self, *texts: str) -> None:
        """Type a line at the next prompt, and one at each that follows."""

    def chooses(self, *titles: str) -> None:
        """Choose the line whose title begins so, and one in each list that follows."""

    def secret(self, *texts: str) -> None:
        """Type a secret where one is asked for, which a terminal must not show."""

    def ended(self) -> End:
        """Wait for the end; what is asked after the script's end has no answer in a pipe, and gets none here."""


class Piped:
    """All answers in a pipe or a regular file."""

    def __init__(self, command: tuple[str, ...], env: Mapping[str, str], *, file: bool) -> None:
        self._command, self._env, self._file = command, dict(env), file
        self._lines: list[str] = []
        self._wanted: list[tuple[str, ...] | None] = []
        self._end: End | None = None

    def sees(self, *texts: str) -> None:
        """Note what is to be said."""
        self._wanted.append(texts)

    def answers(self, *texts: str) -> None:
        """Note lines to answer with."""
        self._lines += texts
        self._wanted.append(None)

    chooses = secret = answers

    def ended(self) -> End:
        """Run the program, and look for what was to be said."""
        if self._end is None:
            self._end = self._run()
            self._look(self._end)
        return self._end

    def _run(self) -> End:
        given = "".join(f"{line}\n" for line in self._lines).encode()
        with tempfile.TemporaryFile() as answers:
            answers.write(given)
            answers.seek(0)
            how: dict[str, Any] = {"stdin": answers} if self._file else {"input": given}
            done = subprocess.run(
                self._command, capture_output=True, env=self._env, timeout=PATIENCE, check=False, **how
            )
        return End(done.returncode, done.stdout.decode(), done.stderr.decode())

    def _look(self, end: End) -> None:
        """Find what was to be seen, in the order of the script."""
        text, begin, reached = end.text, 0, 0
        for texts in self._wanted:
            if texts is None:
                begin = reached
                continue
            for wanted in texts:
                at = text.find(wanted, begin)
                assert at >= 0, f"never said {wanted!r} after …{text[:begin][-80:]!r} in:\n{end.out}{end.err}"
                reached = max(reached, at + len(wanted))


class Seated:
    """A terminal with somebody at it."""

    def __init__(self, child: pexpect.spawn[Any]) -> None:
        self.child = child
        self.raw = b""
        """Everything that the program sent, and what the terminal showed of what was typed."""
        self._since = 0
        self._end: End | None = None

    @property
    def said(self) -> str:
        """Return what was said since the last answer."""
        return self.raw[self._since :].decode(errors="replace").replace("\r", "")

    @property
    def asked(self) -> bool:
        """Return whether the program stands at a prompt, which ends as no typed answer does."""
        return self.said.endswith(PROMPT)

    def listen(self, seconds: float = 0.1) -> bool:
        """Read what the program says within a while; return whether it still runs."""
        try:
            self.raw += self.child.read_nonblocking(65536, seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        return True

    def sees(self, *texts: str) -> None:
        """Wait until all of this was said since the last answer."""
        until = time.monotonic() + PATIENCE
        while missing := [text for text in texts if text not in " ".join(self.said.split())]:
            if not self.listen() or time.monotonic() > until:
                raise AssertionError(f"never said {missing} in:\n{self.raw.decode(errors='replace')}")

    def answers(self, *texts: str) -> None:
        """Type a line at the next prompt, and one at each that follows."""
        for text in texts:
            self._wait_for_prompt()
            self.types(f"{text}\n")

    def chooses(self, *titles: str) -> None:
        """Type the number of the line whose title begins so."""
        for title in titles:
            self._wait_for_prompt()
            lists = self.raw.decode(errors="replace").replace("\r", "")
            found = [number for number, line in LINE.findall(lists) if line.lower().startswith(title.lower())]
            assert found, f"no line begins with {title!r} in:\n{lists}"
            self.types(f"{found[-1]}\n")

    def secret(self, *texts: str) -> None:
        """Type a secret once the terminal does not show it."""
        for text in texts:
            self._wait_for_prompt()
            self._wait_for_silence()
            self.types(f"{text}\n")

    def types(self, text: str) -> None:
        """Type without waiting for anything; what was said before does not count as seen after it."""
        self._since = len(self.raw)
        self.child.send(text)

    def gets(self, number: int) -> None:
        """Send the program a signal."""
        assert self.child.pid is not None
        os.kill(self.child.pid, number)

    def hangs_up(self) -> None:
        """Take the terminal away, as a broken connection does."""
        ptyproc: Any = vars(self.child)["ptyproc"]
        ptyproc.fileobj.close()

    def ended(self) -> End:
        """Wait for the end."""
        if self._end is None:
            until = time.monotonic() + PATIENCE
            while self.listen():
                if (self.asked and self.listen(QUIET) and self.asked) or time.monotonic() > until:
                    raise AssertionError(f"still asks:\n{self.raw.decode(errors='replace')}")
            self.child.close()
            assert self.child.exitstatus is not None, f"ended by signal {self.child.signalstatus}"
            self._end = End(self.child.exitstatus, self.raw.decode(errors="replace").replace("\r", ""))
        return self._end

    def _wait_for_silence(self) -> None:
        """Wait until the terminal does not show what is typed."""
        until = time.monotonic() + PATIENCE
        while self.child.getecho():
            assert time.monotonic() < until, f"a secret would be shown:\n{self.said}"
            self.listen(0.02)

    def _wait_for_prompt(self) -> None:
        until = time.monotonic() + PATIENCE
        while not self.asked:
            if not self.listen() or time.monotonic() > until:
                raise AssertionError(f"nothing was asked:\n{self.raw.decode(errors='replace')}")


@contextmanager
def at_terminal(
    *command: str, env: Mapping[str, str] | None = None, name: str = "dumb", columns: int = 80, rows: int = 24
) -> Iterator[Seated]:
    """Run a program in a terminal of its own that is called ``name``, and end it at the end."""
    wanted = {**os.environ, "PYTHONPATH": ROOT, "LC_ALL": "C.UTF-8", **(env or {}), "TERM": name}
    child = pexpect.spawn(command[0], list(command[1:]), dimensions=(rows, columns), env=wanted, timeout=PATIENCE)
    child.delaybeforesend = None
    try:
        yield Seated(child)
    finally:
        end(child)


@contextmanager
def plainly(through: str, *words: str, env: Mapping[str, str] | None = None) -> Iterator[Person]:
    """Run a ``mailwizard`` command line, such as ``demo all-well --plain``, through one of the ways.

    Where the first word is ``over`` the second is the scenario of a world that takes the place of the network, with the
    person's own home: ``over all-well wizard --plain``. Leaving without an error looks at how it ended.
    """
    command = (
        (sys.executable, "-m", "tests.journeys.over_world", *words[1:]) if words[0] == "over" else (*COMMAND, *words)
    )
    person: Person
    if through in {"pipe", "file"}:
        wanted = {**os.environ, "PYTHONPATH": ROOT, "LC_ALL": "C.UTF-8", "TERM": "dumb", **(env or {})}
        person = Piped(command, wanted, file=through == "file")
        yield person
        person.ended()
        return
    with at_terminal(*command, env=env, name="dumb" if through == "pty" else "xterm-256color") as person:
        yield person


CTRL_C = "\x03"
CTRL_D = "\x04"
CTRL_Z = "\x1a"
LOST, STOPPED = 128 + signal.SIGHUP, 128 + signal.SIGINT

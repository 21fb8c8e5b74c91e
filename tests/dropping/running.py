"""One run that is ended from outside, and what is left of it."""

from __future__ import annotations

import os
import random
import re
import select
import signal
import sys
import tempfile
import termios
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ptyprocess

PATIENCE = 60.0
"""Seconds in which a run must have begun its check."""
ALLOWED = 2.0
"""Seconds in which it must be gone."""
LONGEST = 3.0
"""Seconds after the beginning of the check until the last moment at which it is ended."""
BEGUN = {"wizard": b"Validate", "plain": b"Validate"}
WAYS = ("SIGTERM", "SIGHUP", "closed", "closed, SIGHUP ignored")
CODES = {"SIGTERM": 143, "SIGHUP": 129, "closed": 129, "closed, SIGHUP ignored": 129}
_AT_REST = {b"25", b"7"}


@dataclass(frozen=True)
class Left:
    """What one run left behind."""

    face: str
    way: str
    moment: float
    code: int | None
    seconds: float
    modes: bool
    """Whether each mode that was switched on was switched off, and the line discipline is as it was."""
    draft: bool
    """Whether the next start finds the draft."""

    @property
    def faults(self) -> list[str]:
        """What is not as it must be."""
        found = [] if self.code == CODES[self.way] else [f"exit code {self.code}"]
        found += [] if self.seconds <= ALLOWED else [f"gone after {self.seconds:.1f} s"]
        found += [] if self.modes else ["the terminal is not as it was"]
        return found + ([] if self.draft else ["no draft"])


def run(face: str, way: str, moment: float) -> Left:
    """End one run in one way, ``moment`` seconds after its check began."""
    with tempfile.TemporaryDirectory(prefix="mailwizard-signals-") as home:
        env = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
        env |= {"HOME": home, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "MAILWIZARD_HOST_DIR": f"{home}/etc"}
        command = [sys.executable, "-m", "tests.dropping.checking", face]
        if way.endswith("ignored"):
            command = ["/bin/sh", "-c", "trap '' HUP; exec " + " ".join(command)]
        process = ptyprocess.PtyProcess.spawn(command, dimensions=(24, 80), env=env)
        try:
            return _ended(process, face, way, moment, Path(home))
        finally:
            if process.isalive():
                process.kill(signal.SIGKILL)
                process.wait()


def _ended(process: Any, face: str, way: str, moment: float, home: Path) -> Left:
    before = termios.tcgetattr(process.fd)
    raw = _until(process, BEGUN[face], time.monotonic() + PATIENCE)
    raw += _for(process, moment)
    began = time.monotonic()
    if way.startswith("closed"):
        process.fileobj.close()
        modes = True
    else:
        process.kill(getattr(signal, way))
        raw += _for(process, PATIENCE, lambda: not process.isalive())
        modes = _restored(raw) and termios.tcgetattr(process.fd) == before
    while process.isalive() and time.monotonic() - began < PATIENCE:
        time.sleep(0.01)
    seconds = time.monotonic() - began
    code = process.exitstatus if not process.isalive() else None
    return Left(face, way, moment, code, seconds, modes, _has_draft(home))


def _until(process: Any, text: bytes, end: float) -> bytes:
    raw = b""
    while text not in raw:
        if time.monotonic() > end:
            raise AssertionError(f"never saw {text!r} in {raw[-500:]!r}")
        raw += _for(process, 0.05)
        if not process.isalive():
            raise AssertionError(f"it ended too early: {raw[-500:]!r}")
    return raw


def _for(process: Any, seconds: float, over: Any = lambda: False) -> bytes:
    """Read for a while, or until something is so and nothing more comes."""
    raw, end = b"", time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        ready = select.select([process.fd], [], [], min(left, 0.05))[0]
        try:
            piece = os.read(process.fd, 65536) if ready else b""
        except OSError:
            break
        raw += piece
        if not piece and over():
            break
    return raw


def _restored(raw: bytes) -> bool:
    switched: dict[bytes, bytes] = dict(re.findall(rb"\x1b\[\?(\d+)([hl])", raw))
    return all(mode == (b"h" if number in _AT_REST else b"l") for number, mode in switched.items())


def _has_draft(home: Path) -> bool:
    """Return whether the next start offers the draft, by what it itself calls to find one."""
    import subprocess

    script = "from mailwizard.storage import drafts; kept = drafts.resume(); print(kept.address if kept else '')"
    env = {**os.environ, "HOME": str(home)}
    for name in list(env):
        if name.startswith("XDG_"):
            del env[name]
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, timeout=PATIENCE)
    return done.stdout.strip() == "alice@practice.example"


def chosen(runs: int, seed: int) -> list[tuple[str, str, float]]:
    """Return which face is ended how and when, evenly over faces and ways, at random moments."""
    dice = random.Random(seed)
    pairs = [(face, way) for face in BEGUN for way in WAYS]
    return [(*pairs[at % len(pairs)], dice.uniform(0.0, LONGEST)) for at in range(runs)]

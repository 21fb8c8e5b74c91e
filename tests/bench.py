"""Measure what a person waits for, each figure as a ratio within one run: ``make bench``.

The two sides of a ratio run in turn, so that a machine that slows down slows both. Absolute figures are printed for
orientation only.
"""

from __future__ import annotations

import os
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import ptyprocess
from tests import bench_accounts, bench_checks, bench_diagnosis, bench_discovery, bench_terminal

RUNS = 21
BIN = Path(sys.executable).parent
HELLO = """
from textual.app import App, ComposeResult
from textual.widgets import Static

class Hello(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("Hello, world")

Hello().run()
"""


@dataclass(frozen=True)
class Figure:
    """One line of the table: what was measured, against what, and what it may cost at most."""

    name: str
    against: str
    seconds: float
    floor: float
    limit: float

    @property
    def ratio(self) -> float:
        return self.seconds / self.floor


def pair(measured: Callable[[], float], floor: Callable[[], float], runs: int = RUNS) -> tuple[float, float]:
    """Return the medians of two measurements taken in turn, after one warm-up of each."""
    measured(), floor()
    seconds = [(measured(), floor()) for _ in range(runs)]
    return statistics.median(a for a, _ in seconds), statistics.median(b for _, b in seconds)


def whole(*command: str) -> Callable[[], float]:
    """Return a measurement of a whole process, from start to end."""

    def run() -> float:
        begun = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        return time.perf_counter() - begun

    return run


def first_frame(marker: bytes, *command: str) -> Callable[[], float]:
    """Return a measurement from the start of a full-screen program until its first frame shows ``marker``."""

    def run() -> float:
        begun = time.perf_counter()
        process = ptyprocess.PtyProcess.spawn(list(command), dimensions=(24, 80))
        try:
            seen = b""
            while marker not in seen:
                seen += process.read(65536)
            return time.perf_counter() - begun
        finally:
            process.terminate(force=True)

    return run


def idle_bytes(marker: bytes, *command: str, seconds: float = 5.0) -> int:
    """Return how many bytes a program that nobody touches sends to the terminal in some seconds."""
    process = ptyprocess.PtyProcess.spawn(list(command), dimensions=(24, 80))
    try:
        seen = b""
        while marker not in seen:
            seen += process.read(65536)
        settle = time.monotonic() + 2.0
        while select.select([process.fd], [], [], max(0.0, settle - time.monotonic()))[0]:
            process.read(65536)
        counted, until = 0, time.monotonic() + seconds
        while select.select([process.fd], [], [], max(0.0, until - time.monotonic()))[0]:
            counted += len(process.read(65536))
        return counted
    finally:
        process.terminate(force=True)


def start_up() -> list[Figure]:
    """Measure starting: the version, one explanation, the wizard's first frame."""
    bare = whole(sys.executable, "-c", "pass")
    version = pair(whole(str(BIN / "mailwizard"), "--version"), bare)
    refusal = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox."
    explain = pair(whole(str(BIN / "mailwizard"), "explain", refusal), bare)
    frame = pair(
        first_frame(b"What is to be set up", str(BIN / "mailwizard")),
        first_frame(b"Hello, world", sys.executable, "-c", HELLO),
    )
    return [
        Figure("mailwizard --version", "python -c pass", *version, limit=3.0),
        Figure("mailwizard explain …", "python -c pass", *explain, limit=8.0),
        Figure("first frame of the wizard", "a Textual hello world", *frame, limit=1.3),
    ]


def main() -> int:
    """Print the tables; 1 when a figure is over its limit or the idle wizard says anything."""
    with tempfile.TemporaryDirectory() as home:
        for name in list(os.environ):
            if name.startswith("XDG_"):
                del os.environ[name]
        os.environ |= {"HOME": home, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "COLORTERM": ""}
        figures = start_up()
        idle = idle_bytes(b"What is to be set up", str(BIN / "mailwizard"))
    out = sys.stdout
    out.write(f"{'what':32}{'ms':>8}  {'against':24}{'ms':>8}{'ratio':>8}{'at most':>9}\n")
    for figure in figures:
        out.write(
            f"{figure.name:32}{figure.seconds * 1000:8.0f}  {figure.against:24}{figure.floor * 1000:8.0f}"
            f"{figure.ratio:8.2f}{figure.limit:9.1f}\n"
        )
    out.write(f"idle wizard: {idle} bytes in 5 s\n")
    found = bench_discovery.show(bench_discovery.discovery())
    checked = bench_checks.show()
    read = bench_diagnosis.show()
    kept = bench_accounts.show()
    sent = bench_terminal.show()
    return (
        1
        if idle
        or not (found and checked and read and kept and sent)
        or any(figure.ratio > figure.limit for figure in figures)
        else 0
    )


if __name__ == "__main__":
    raise SystemExit(main())

"""Run one story, disturbed or not, and search everything that it left."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
import pexpect
from tests.ending import end
from tests.journeys.terminal import COLUMNS, ROWS
from tests.sweep import tracing
from tests.sweep.acting import Actor, Interrupted
from tests.sweep.apart import EXPOSED, Plan
from tests.sweep.ledger import Ledger
from tests.sweep.places import Finding, May, files, search
from tests.sweep.planting import canaries
from tests.sweep.reporting import CALM, Disturbance, Report
from tests.sweep.story import Story
from tests.sweep.troubles import TALKATIVE

PATIENCE = 90.0
"""Seconds that a run may take."""
_ROOT = Path(__file__).parents[2]
_ports = iter(range(20_000 + os.getpid() * 13 % 20_000, 65_000))


@dataclass
class Run:
    """One run in a folder of its own."""

    story: Story
    folder: Path
    disturbance: Disturbance = CALM
    leak: str = ""
    places: list[tuple[str, bytes]] = field(default_factory=list)
    wrong: str = ""

    def carried_out(self) -> Report:
        """Run the story to its end and search."""
        self._furnish()
        code = self._at_terminal() if self.story.at == "terminal" else self._on_pipes()
        if self.disturbance.calm and not self.leak and code != self.story.code:
            self.wrong = self.wrong or f"ended with {code}, not with {self.story.code}{self._said()}"
        trace = tracing.read(self.folder / "harness/trace", self._process)
        secrets = [(kind, data) for kind, data in self._ledger.lines() if len(data) >= 10]
        places = chain(self.places, self._exposed(), self._traced(trace), files(*self._searched_folders()))
        searched = search(places, secrets, (*self.story.may, *self._own_pipes))
        if trace.dumped and self.noted("held"):
            searched.findings.append(Finding("core", "memory", "core file", b""))
        return Report(self.story.name, self.disturbance, code, searched, len(secrets), self.wrong)

    def _furnish(self) -> None:
        """Make the folders, the canaries and the plan."""
        for name in ("home", "tmp", "cwd", "etc", "log", "given", "harness"):
            (self.folder / name).mkdir(parents=True)
        harness = self.folder / "harness"
        self._ledger = Ledger(harness / "ledger")
        self._exposures = Ledger(harness / "exposures", EXPOSED)
        for kind, secret in canaries().items():
            self._ledger.note(kind, secret)
            (self.folder / "given" / kind.replace(" ", "-")).write_text(f"{secret}\n", encoding="utf-8")
        places = {name: str(harness / name) for name in ("ledger", "exposures", "browser")}
        plan = Plan(
            lines=self.story.lines,
            world=self.story.world,
            log=str(self.folder / "log/debug.log"),
            given=str(self.folder / "given"),
            port=next(_ports),
            needs=self.story.needs,
            leak=self.leak,
            crash=self.disturbance.crash,
            full_disk=self.disturbance.full_disk,
            **places,
        )
        (harness / "plan").write_bytes(msgspec.json.encode(plan))
        apart = [sys.executable, "-m", "tests.sweep.apart", str(harness / "plan")]
        self._command = tracing.traced(harness / "trace", apart)
        self._own_pipes: tuple[May, ...] = ()

    def _environ(self) -> dict[str, str]:
        """Return the environment: little, all of it below the run's folder."""
        home = self.folder / "home"
        environ = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join((str(_ROOT), str(_ROOT / "src"))),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_DATA_HOME": str(home / ".local/share"),
            "XDG_STATE_HOME": str(home / ".local/state"),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "TMPDIR": str(self.folder / "tmp"),
            "MAILWIZARD_HOST_DIR": str(self.folder / "etc"),
            "MAILWIZARD_PASSPHRASE_FILE": str(self.folder / "given/passphrase"),
            "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8",
            **(TALKATIVE if self.disturbance.talkative else {}),
            **{name: self._filled(value) for name, value in self.story.environ},
        }
        return {name: value for name, value in environ.items() if value}

    def _filled(self, text: str) -> str:
        """Put a canary in."""
        return self._ledger.first(text[1:-1]) if text.startswith("{") else text

    def _on_pipes(self) -> int:
        """Run the story with its output on pipes, and keep that."""
        stdin = f"{self._filled(self.story.stdin)}\n".encode() if self.story.stdin else b""
        with subprocess.Popen(
            self._command,
            cwd=self.folder / "cwd",
            env=self._environ(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as there:
            self._process = there.pid
            assert there.stdin and there.stdout and there.stderr
            pipes = [f"write to pipe:[{os.fstat(stream.fileno()).st_ino}]" for stream in (there.stdout, there.stderr)]
            kinds = {kind for kind, _ in self._ledger.lines()} | {kind for _, kind in self.story.may}
            self._own_pipes = tuple((pipe, kind) for pipe in pipes for kind in kinds)
            with self._disturbed(there.pid, lambda: there.poll() is not None):
                try:
                    out, err = there.communicate(stdin, PATIENCE)
                except subprocess.TimeoutExpired:
                    there.kill()
                    out, err = there.communicate()
                    self.wrong = f"did not end within {PATIENCE:g} s"
        self.places += [("stdout", out), ("stderr", err)]
        return there.returncode

    def _at_terminal(self) -> int:
        """Run the story at a terminal, and keep every byte and every screen."""
        child: Any = pexpect.spawn(
            self._command[0],
            self._command[1:],
            dimensions=(ROWS, COLUMNS),
            env=self._environ(),
            cwd=str(self.folder / "cwd"),
            timeout=PATIENCE,
        )
        self._process = child.pid
        actor = Actor(child, self._ledger, str(self.folder / "harness/browser"))
        with self._disturbed(child.pid, lambda: not child.isalive(), actor):
            try:
                actor.do(self.story.does)
            except Interrupted:
                pass
            except AssertionError as amiss:
                if self.disturbance.calm and not self.leak:
                    self.wrong = str(amiss)
            code = self._ended(actor, child)
        screens = "\n\n".join(actor.screens).encode(errors="surrogateescape")
        self.places += [("terminal", actor.raw), ("screens", screens)]
        return code

    def _ended(self, actor: Actor, child: Any) -> int:
        """Wait for the end; whoever is left without a person gets Ctrl+C, and at last is killed."""
        begun = time.monotonic()
        pressed = 0.0
        while actor.listen() and time.monotonic() < begun + PATIENCE:
            stuck = not (self.disturbance.calm or actor.over) or self.wrong or self.leak
            if stuck and time.monotonic() > begun + 2 + pressed:
                child.send("\x03")
                pressed += 1
            if pressed > 8:
                break
        end(child)
        status = child.exitstatus
        return int(status) if status is not None else -int(child.signalstatus or 0)

    def _disturbed(self, process: int, ended: Any, actor: Actor | None = None) -> Any:
        """Return a context in which a signal comes at its moment."""
        return _Signalled(self, process, ended, actor)

    def noted(self, what: str) -> bool:
        """Return whether the run got so far: ``begun`` its first command line, ``held`` a secret."""
        return any(kind == what for kind, _ in self._exposures.lines())

    def _said(self) -> str:
        """Return what the run printed, to see why it went amiss."""
        return "".join(f"\n--- {name}\n{data[-2000:].decode(errors='replace')}" for name, data in self.places)

    def _exposed(self) -> Iterator[tuple[str, bytes]]:
        """Yield what was seen in memory, and pictures of the screen."""
        shown: dict[str, list[bytes]] = {}
        for kind, data in self._exposures.lines():
            shown.setdefault(kind, []).append(data)
        for kind, several in shown.items():
            if kind in {"begun", "held"}:
                continue
            if kind == "picture":
                yield from (("picture", data) for data in several)
            else:
                yield kind, b"\n".join(several)

    def _traced(self, trace: tracing.Trace) -> Iterator[tuple[str, bytes]]:
        """Yield what the processes handed over, but not to the terminal, of which all is kept, nor to the person."""
        own = ("/given/", "/harness/browser", "write to /dev/pts/", "write to /dev/tty")
        yield from ((place, data) for place, data in tracing.pieces(trace) if not any(name in place for name in own))

    def _searched_folders(self) -> Sequence[Path]:
        return [self.folder / name for name in ("home", "tmp", "cwd", "etc", "log")]


class _Signalled:
    """Sends a signal to a run at its moment."""

    def __init__(self, run: Run, process: int, ended: Any, actor: Actor | None) -> None:
        self._run, self._process, self._ended, self._actor = run, process, ended, actor
        self._left = threading.Event()

    def __enter__(self) -> None:
        if self._run.disturbance.signal:
            threading.Thread(target=self._wait, daemon=True).start()

    def __exit__(self, *error: object) -> None:
        self._left.set()

    def _wait(self) -> None:
        while not self._run.noted(self._run.disturbance.since):
            if self._left.wait(0.02):
                return
        if self._left.wait(self._run.disturbance.moment):
            return
        if self._actor:
            self._actor.leave()
        try:
            os.kill(self._process, self._run.disturbance.signal)
        except ProcessLookupError:
            return


def run(story: Story, folder: Path, disturbance: Disturbance = CALM, leak: str = "", *, keep: bool = False) -> Report:
    """Run a story in an empty folder, which is removed unless something was found there."""
    report = Run(story, folder, disturbance, leak).carried_out()
    if not (keep or report.findings or report.wrong):
        shutil.rmtree(folder, ignore_errors=True)
    return report

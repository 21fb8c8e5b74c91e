"""Do one thing under one fault, and judge what a fresh program finds then."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.durable.actions import ACTIONS
from tests.durable.faulting import Fault, calls, hit, mute, watching

PATIENCE = 40.0
"""Seconds that an action may take, faults and all: longer than anybody waits for a lock."""
_STORAGE = 30
_UNSEEN = frozenset({"EACCES", "EPERM"})
"""What says for good that something is not for this user to see."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one run went."""

    action: str
    fault: Fault
    hit: bool
    """Whether the fault happened."""
    code: int
    said: str
    found: str
    """``old``, ``new`` or ``neither``, as a program sees it that starts then."""
    at_once: str
    """The same for one that looks before it has written anything."""
    wrong: tuple[str, ...]
    """What must not be."""
    orphans: int = 0
    litter: int = 0


class Stage:
    """A program that does what it is told, and the homes in which it does."""

    def __init__(self, folder: Path, *actions: str) -> None:
        """Load what some actions need, or all of them."""
        self.folder, self._actions = folder, actions
        self._homes: dict[str, tuple[Path, str, str, list[tuple[str, int]]]] = {}
        self._runs = 0

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True)
        command = [sys.executable, "-m", "tests.durable.actor", *self._actions]
        self._actor = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._read() == "ready"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._actor.stdin and self._actor.stdout
        self._actor.stdin.close()
        self._actor.wait()
        self._actor.stdout.close()
        shutil.rmtree(self.folder)

    def made(self, action: str) -> list[tuple[str, int]]:
        """Return the calls that an action makes below our folders where nothing is wrong."""
        return self._known(action)[3]

    def run(self, action: str, fault: Fault) -> Outcome:
        """Do one thing under one fault."""
        begun, old, new, _ = self._known(action)
        place = self._place()
        home = place / "home"
        shutil.copytree(begun, home, symlinks=True)
        code = self._act(action, place, home, fault)
        happened = hit(place / "log", home, fault)
        seen = self._see(place, home)
        said = (place / "said").read_text("utf-8", "replace")
        if ACTIONS[action].may_spare_server and fault.what in _UNSEEN:
            old, new, seen["after"] = (_without_servers(text) for text in (old, new, seen["after"]))
        found = _which(seen["after"], old, new)
        outcome = Outcome(
            *(action, fault, happened, code, said, found, _which(seen["found"], old, new)),
            wrong=_wrong(code, said, seen, fault, old, new, mute(place / "log")) if happened else (),
            orphans=len(seen["orphans"]),
            litter=len(seen["litter"]),
        )
        if not outcome.wrong:
            shutil.rmtree(place)
        return outcome

    def _known(self, action: str) -> tuple[Path, str, str, list[tuple[str, int]]]:
        """Return the home that an action begins from, what is seen before and after it, and the calls it makes."""
        if action not in self._homes:
            begun = self._place() / "home"
            begun.mkdir(mode=0o700)
            assert self._order({"do": action, "prepare": True}, begun.parent, begun) == 0
            copies = [self._place() for _ in range(2)]
            for copy in copies:
                shutil.copytree(begun, copy / "home", symlinks=True)
            old = self._see(copies[0], copies[0] / "home")["after"]
            code = self._act(action, copies[1], copies[1] / "home", None)
            assert code == 0, (action, code, (copies[1] / "said").read_text())
            made = calls(copies[1] / "log", copies[1] / "home")
            new = self._see(copies[1], copies[1] / "home")["after"]
            assert made and (old != new or action == "renew a grant"), action
            self._homes[action] = (begun, old, new, made)
        return self._homes[action]

    def _place(self) -> Path:
        self._runs += 1
        place = self.folder / str(self._runs)
        place.mkdir(mode=0o700)
        return place

    def _act(self, action: str, place: Path, home: Path, fault: Fault | None) -> int:
        """Do one thing under watch, and return its exit code; a signal's is negative."""
        gate = place / "gate"
        os.mkfifo(gate)
        process = self._begin({"do": action, "gate": str(gate)}, place, home)
        _wait_until(lambda: _sleeps_at(process, gate))
        with subprocess.Popen(
            watching(process, place / "log", fault), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        ) as watcher:
            assert watcher.stderr
            attached = watcher.stderr.readline()
            if "attached" not in attached:
                os.kill(process, signal.SIGKILL)
                raise RuntimeError(f"strace cannot watch here: {attached}")
            door = os.open(gate, os.O_RDWR)  # as a process that is gone opens it no more
            try:
                os.write(door, b"x")
                code = self._end(process)
            finally:
                os.close(door)
            watcher.communicate()
        return code

    def _see(self, place: Path, home: Path) -> dict[str, Any]:
        """Return what a fresh program finds."""
        to = place / "seen"
        code = self._order({"do": "see", "to": str(to)}, place, home)
        if code or not to.exists():
            said = (place / "said-see").read_text()
            return {"found": said, "after": said, "litter": [], "left": [], "orphans": []}
        seen: dict[str, Any] = json.loads(to.read_text())
        return seen

    def _order(self, order: dict[str, Any], place: Path, home: Path) -> int:
        return self._end(self._begin(order, place, home))

    def _begin(self, order: dict[str, Any], place: Path, home: Path) -> int:
        assert self._actor.stdin
        said = place / ("said-see" if order["do"] == "see" else "said")
        self._actor.stdin.write(json.dumps({**order, "home": str(home), "said": str(said)}) + "\n")
        self._actor.stdin.flush()
        return int(self._read())

    def _end(self, process: int) -> int:
        """Wait for a process, not for ever."""
        import threading

        timer = threading.Timer(PATIENCE, lambda: os.kill(process, signal.SIGKILL))
        timer.start()
        try:
            return int(self._read())
        finally:
            timer.cancel()

    def _read(self) -> str:
        assert self._actor.stdout
        return self._actor.stdout.readline().strip()


def _wait_until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, not for ever."""
    until = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < until:
        time.sleep(0.001)


def _sleeps_at(process: int, gate: Path) -> bool:
    """Return whether a process waits at an open gate, so that none of its calls on the way there is counted."""
    there = Path(f"/proc/{process}")
    try:
        at_gate = any(os.path.realpath(descriptor) == str(gate.resolve()) for descriptor in (there / "fd").iterdir())
        return at_gate and (there / "stat").read_text().rpartition(") ")[2].startswith("S")
    except OSError:
        return False


def _without_servers(seen: str) -> str:
    """Return what was seen without the names of servers."""
    if not seen.startswith("{"):
        return seen
    return json.dumps({**json.loads(re.sub(r"server='\w+'", "", seen)), "servers": ""}, sort_keys=True)


def _which(seen: object, old: object, new: object) -> str:
    return "new" if seen == new else "old" if seen == old else "neither"


def _wrong(code: int, said: str, seen: dict[str, Any], fault: Fault, old: str, new: str, mute: bool) -> tuple[str, ...]:
    """Return what must not be."""
    complaints = [line for line in said.splitlines() if line.startswith("mailwizard: ")]
    ended = {"KILL": {-9}, "TERM": {143, -15}, "HUP": {129, -1}}.get(fault.what, set())
    found = _which(seen["after"], old, new)
    wrong = {
        f"neither old nor new: {_differing(seen['after'], old, new)}": found == "neither",
        f"said to be done, and it is {found}": code == 0 and found != "new",
        f"ended with {code}": code not in {0, _STORAGE, *ended},
        "a traceback": "Traceback" in said or "mistake of mailwizard" in said,
        f"{len(complaints)} sentences: {complaints}": code == _STORAGE and len(complaints) != 1 and not mute,
        f"litter stays: {seen['left']}": bool(seen["left"]),
    }
    return tuple(sentence for sentence, holds in wrong.items() if holds)


def _differing(seen: str, old: str, new: str) -> str:
    """Return the parts that are as neither was, or tell which are old and which new."""
    if not seen.startswith("{"):
        return seen
    parts, olds, news = json.loads(seen), json.loads(old), json.loads(new)
    told = []
    for name, part in parts.items():
        if part not in (olds[name], news[name]):
            told.append(f"{name}: {part}")
        elif olds[name] != news[name]:
            told.append(f"{name}: {_which(part, olds[name], news[name])}")
    return "; ".join(told)

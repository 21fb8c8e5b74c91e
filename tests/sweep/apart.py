"""One run in a process of its own: ``python -m tests.sweep.apart PLAN``; no secret is in the plan or its words."""

from __future__ import annotations

import gc
import logging
import os
import resource
import shlex
import socket
import sys
import threading
import time
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
from tests.journeys import shared_world
from tests.journeys.browser_apart import serve
from tests.sweep.leaks import spring
from tests.sweep.ledger import Ledger
from tests.sweep.planting import listen_in, plant
from tests.sweep.preparing import prepare
from tests.sweep.troubles import provoke
from tests.sweep.worlds import open_any

from mailwizard.model import Credential
from mailwizard.sandbox import labels
from mailwizard.signin.oauth.grant import Grant

OFTEN = 0.25
"""Seconds between two looks at what is in memory and on the screen."""
EXPOSED = 64 << 20
"""Bytes of what is looked at."""


class Plan(msgspec.Struct):
    """What happens in a run; nothing of it is secret."""

    lines: tuple[str, ...]
    world: str
    ledger: str
    exposures: str
    log: str
    given: str
    browser: str
    port: int
    needs: tuple[str, ...] = ()
    leak: str = ""
    crash: str = ""
    full_disk: bool = False


def main(path: str) -> int:
    """Run the command lines of a plan one after the other, and return the last one's exit code."""
    plan = msgspec.json.decode(Path(path).read_bytes(), type=Plan)
    ledger, exposures = Ledger(Path(plan.ledger)), Ledger(Path(plan.exposures), EXPOSED)
    resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
    logging.basicConfig(filename=plan.log, level=logging.DEBUG, format="%(name)s %(message)s %(args)r")
    plant(ledger)
    listen_in(ledger)
    vars(shared_world)["open_world"] = partial(open_any, secret=ledger.first("password"))
    with shared_world.opened(plan.world) as shared, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(plan.browser)
        listener.listen()
        threading.Thread(target=serve, args=(shared, listener), daemon=True).start()
        shared_world.stand_for_the_network(shared)
        shared_world.let_in(SimpleNamespace(setattr=setattr), shared)
        prepare(plan.needs, shared, ledger, Path(plan.given))
        threading.Thread(target=look, args=(exposures,), daemon=True).start()
        picture(exposures)
        hold(exposures)
        spring(plan.leak, ledger)
        provoke(plan.crash, ledger)
        exposures.note("begun", "1")
        code = carry_out(plan, exposures)
        show(exposures)
    return code


def carry_out(plan: Plan, exposures: Ledger) -> int:
    """Run each command line."""
    from mailwizard.cli import main as command

    if plan.full_disk:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    code = 0
    for line in plan.lines:
        code = command(words(line, plan))
        sys.stdout.flush()
        exposures.note("exit code", f"{line}: {code}")
    return code


def words(line: str, plan: Plan) -> list[str]:
    """Return the words of a command line, with what stands in braces put in."""
    found: list[str] = []
    for word in shlex.split(line):
        if word == "{practice}":
            found += ["--practice", plan.world if plan.world in labels() else "all-well"]
        elif word.startswith("{") and word.endswith("}") and word not in {"{given}", "{port}"}:
            descriptor = os.open(Path(plan.given, word[1:-1]), os.O_RDONLY)
            found += ["--password-fd", str(descriptor)]
        else:
            found.append(word.replace("{given}", plan.given).replace("{port}", str(plan.port)))
    return found


def look(exposures: Ledger) -> None:
    """Look at what is in memory, again and again."""
    while True:
        time.sleep(OFTEN)
        show(exposures)


def show(exposures: Ledger) -> None:
    """Write down how every object of ours shows itself."""
    for thing in ours():
        try:
            exposures.note(f"repr of {type(thing).__qualname__}", repr(thing))
        except (AttributeError, RuntimeError, LookupError):
            continue  # it is being made


def ours() -> list[object]:
    """Return every object of ours that shows itself in its own way.

    No other thread may run meanwhile: a tuple that it is filling must not be known to anybody else.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(5)
    time.sleep(0.001)  # from here on whoever waits for this thread waits that long
    try:
        return [thing for thing in gc.get_objects() if _ours(type(thing))]
    finally:
        sys.setswitchinterval(usual)


def _ours(kind: type) -> bool:
    room = str(getattr(kind, "__module__", ""))
    if not room.startswith("mailwizard.") or room.startswith("mailwizard.sandbox"):
        return False
    return getattr(kind, "__repr__", None) is not vars(object)["__repr__"]


def hold(exposures: Ledger) -> None:
    """Write down that a secret came in: from then on no memory may be written to a core file."""
    for kind in (Credential, Grant):
        begin = kind.__init__

        def made(self: Any, *given: Any, begin: Any = begin, **named: Any) -> None:
            exposures.note("held", "1")
            begin(self, *given, **named)

        kind.__init__ = made  # type: ignore[method-assign]


def picture(exposures: Ledger) -> None:
    """Let the wizard take pictures of itself."""
    if not sys.stdout.isatty():
        return
    from mailwizard.tui.app import WizardApp

    begin = WizardApp.on_mount

    def mounted(self: WizardApp) -> None:
        begin(self)
        self.set_interval(2 * OFTEN, lambda: shoot(self))

    def shoot(app: Any) -> None:
        exposures.note("picture", app.export_screenshot())

    WizardApp.on_mount = mounted  # type: ignore[method-assign]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

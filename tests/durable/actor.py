"""``python -m tests.durable.actor``: a program that is about to do what it is told, in a process of its own each time.

Everything is loaded once; each order is one line of JSON and is carried out by a fork, so that what is counted and made
to fail is what the action itself asks of the system. The fork waits until it is told to go, and its descriptors,
threads and memory are gone with it.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from tests.durable import seeing
from tests.durable.actions import ACTIONS, quick, started

from mailwizard.cli.endings import Ending

_PR_SET_PTRACER = 0x59616D61
FOLDERS = {"XDG_CONFIG_HOME": ".config", "XDG_DATA_HOME": ".local/share", "XDG_STATE_HOME": ".local/state"}


def settle_in(home: str) -> None:
    """Live in a home."""
    os.environ["HOME"] = home
    os.environ["MAILWIZARD_HOST_DIR"] = f"{home}/etc"
    for variable, folder in FOLDERS.items():
        os.environ[variable] = f"{home}/{folder}"


def carry_out(order: dict[str, Any]) -> int:
    """Carry an order out as a command does, and return its exit code."""
    settle_in(order["home"])
    if order["do"] == "see":
        seeing.write(Path(order["to"]))
        return 0
    action = ACTIONS[order["do"]]
    with Ending() as ending:
        if order.get("prepare"):
            action.prepare()
        else:
            ending.code = action.perform()
    return int(ending.code)


def forked(order: dict[str, Any]) -> None:
    """Be the process that carries an order out."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.SIG_DFL)
    said = os.open(order["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for number in (1, 2):
        os.dup2(said, number)
    if order.get("gate"):
        no = ctypes.c_ulong(0)
        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, ctypes.c_ulong(-1), no, no, no)
        os.read(os.open(order["gate"], os.O_RDWR), 1)
    code = carry_out(order)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def warm_up() -> None:
    """Load everything by doing everything once, without a word."""
    kept = os.dup(1), os.dup(2)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            for name, action in (each for each in ACTIONS.items() if each[0] in (sys.argv[1:] or ACTIONS)):
                settle_in(f"{scratch}/{name}")
                Path(scratch, name).mkdir()
                action.prepare()
                action.perform()
            seeing.write(Path(scratch) / "seen")
            started()
    finally:
        sys.stdout.flush()
        for number, descriptor in enumerate(kept, 1):
            os.dup2(descriptor, number)


def main() -> None:
    """Take orders until there are none."""
    quick()
    warm_up()
    assert threading.active_count() == 1, threading.enumerate()
    print("ready", flush=True)  # noqa: T201 - the protocol
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if not pid:
            forked(order)
        print(pid, flush=True)  # noqa: T201
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()

"""No face of the program that takes a secret leaves its memory to a core file or to another program."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import pytest
from tests.journeys.terminal import terminal

from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS

PROGRAM = """
import ctypes, resource, sys
_, hard = resource.getrlimit(resource.RLIMIT_CORE)
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
from mailwizard.__main__ import main
main(sys.argv[1:])
dumpable = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
print(f"core files {resource.getrlimit(resource.RLIMIT_CORE)}, dumpable {dumpable}", file=sys.stderr)
"""
PRIVATE = "core files (0, 0), dumpable 0"
CHECK = ("check", "--address", PRACTICE_ADDRESS, "--practice", "all-well")

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or resource.getrlimit(resource.RLIMIT_CORE)[1] == 0,
    reason="this system writes no core files that could be switched off",
)


def run(*words: str, secret: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words], input=f"{secret}\n", capture_output=True, text=True, timeout=60
    )
    return done.stderr.splitlines()[-1]


def test_a_process_that_takes_no_secret_is_like_any_other() -> None:
    assert run("guide") != PRIVATE
    assert "dumpable 1" in run("guide")


@pytest.mark.parametrize("way", ["--password-stdin", "--secret=env:MAIL_PASSWORD"])
def test_a_check_that_is_handed_a_secret_keeps_it(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "MAIL_PASSWORD", PASSWORD)
    assert run(*CHECK, way, secret=PASSWORD) == PRIVATE


def test_a_check_that_asks_for_a_secret_keeps_it() -> None:
    with terminal(sys.executable, "-c", PROGRAM, *CHECK) as person:
        person.sees(f"Password of {PRACTICE_ADDRESS}")
        person.answers(PASSWORD)
        person.sees(PRIVATE)


@pytest.mark.parametrize("command", ["wizard", "demo"])
def test_the_wizard_keeps_what_is_typed(command: str) -> None:
    with terminal(sys.executable, "-c", PROGRAM, command) as person:
        person.sees("What is to be set up?")
        person.presses("ctrl+c", "ctrl+c")
        person.sees(PRIVATE)

"""The wizard put aside and taken up again: Ctrl+Z and fg in a shell, and a tmux session left and joined."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journeys.terminal import COMMAND, PATIENCE, terminal


def test_ctrl_z_gives_the_terminal_back_and_fg_shows_everything_again() -> None:
    with terminal("/bin/bash", "--norc", "-i", env={"PS1": "prompt> "}) as person:
        person.hears("prompt> ")
        person.answers(f"{COMMAND} demo")
        person.sees("What is to be set up?")
        person.presses("enter")
        person.sees("Whose mail account is it?")
        person.types("alice@pr")
        person.sees("alice@pr")
        person.types("\x1a")
        person.hears("Stopped")
        person.answers("echo $((6*7))")
        person.hears("42")
        person._screen.reset()
        person.answers("fg")
        person.sees("Whose mail account is it?", "alice@pr", "F1 help")
        person.presses("ctrl+c", "ctrl+c")
        person.hears("That was practice")
        person.answers("exit")
        person.ends()
        assert person.restored


@pytest.mark.parametrize("number", [signal.SIGTSTP, signal.SIGSTOP])
def test_a_wizard_that_somebody_else_stopped_shows_everything_once_it_goes_on(number: signal.Signals) -> None:
    with terminal(COMMAND, "demo", "all-well") as person:
        person.sees("What is to be set up?", "F1 help")
        while not person.quiet:
            continue
        person.gets(number)
        time.sleep(0.3)
        person._screen.reset()
        person.gets(signal.SIGCONT)
        person.sees("What is to be set up?", "F1 help")


class Session:
    """A tmux server of its own with one session in it."""

    def __init__(self, socket: Path) -> None:
        self._base = ["tmux", "-S", str(socket), "-f", "/dev/null"]

    def does(self, *words: str) -> str:
        """Run a tmux command, and return what it prints."""
        return subprocess.run([*self._base, *words], capture_output=True, text=True, check=False, timeout=30).stdout

    def sees(self, text: str) -> None:
        """Wait until this is in the window."""
        until = time.monotonic() + PATIENCE
        while text not in (seen := self.does("capture-pane", "-p")):
            assert time.monotonic() < until, f"never saw {text!r} in:\n{seen}"
            time.sleep(0.1)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Begin a session of 80x24 with the wizard in it."""
    if not shutil.which("tmux"):
        pytest.skip("tmux is not installed")
    made = Session(tmp_path / "tmux")
    # Shells and libraries export the size as it was; what tmux says later is what counts.
    made.does("new-session", "-d", "-x", "80", "-y", "24", f"COLUMNS=80 LINES=24 {COMMAND} demo all-well")
    yield made
    made.does("kill-server")


def test_a_tmux_session_that_is_resized_and_driven_by_keys_gets_to_a_passing_check(session: Session) -> None:
    session.sees("What is to be set up?")
    session.does("send-keys", "Enter")
    session.sees("Whose mail account is it?")
    session.does("send-keys", "alice@practice.example", "Enter", "Enter")
    session.sees("Servers 3/7")
    session.does("resize-window", "-x", "60", "-y", "20")
    session.sees("Servers 3/7")
    session.does("resize-window", "-x", "120", "-y", "40")
    session.does("send-keys", "Enter")
    session.sees("Sign-in 4/7")
    session.does("send-keys", "correct-horse-battery", "Enter")
    session.sees("Receiving and sending work.")

"""Commands on a real terminal: a hidden prompt, what is told while it runs, and every way to stop it."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pexpect
import pytest

from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS

PROGRAM = str(Path(sys.executable).with_name("mailwizard"))
BLOCKED = ["check", "--address", PRACTICE_ADDRESS, "--practice", "port-blocked"]


def started(words: list[str]) -> pexpect.spawn[str]:
    return pexpect.spawn(PROGRAM, words, encoding="utf-8", timeout=30, dimensions=(50, 120))


def ended(child: pexpect.spawn[str]) -> int:
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus is not None
    return child.exitstatus


def test_the_password_is_asked_for_hidden_and_the_steps_are_told_as_they_end() -> None:
    child = started(["check", "--address", PRACTICE_ADDRESS, "--practice", "all-well"])
    child.expect(f"Password of {PRACTICE_ADDRESS}: ")
    child.waitnoecho()
    child.sendline(PASSWORD)
    child.expect("OK    sign-in")
    child.expect("All that was asked for holds")
    child.expect(pexpect.EOF)
    written = child.before or ""
    child.close()
    assert child.exitstatus == 0
    assert PASSWORD not in written


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopping_says_to_whom_the_secret_was_offered(number: signal.Signals) -> None:
    child = started(BLOCKED)
    child.expect(f"Password of {PRACTICE_ADDRESS}: ")
    child.waitnoecho()
    child.sendline(PASSWORD)
    child.expect("OK    sign-in")
    child.kill(number)
    child.expect("stopped. The secret had been offered to imap://mail.practice.example:993/tls .it was taken.")
    assert ended(child) == 128 + number


def test_ctrl_c_at_the_prompt_ends_at_once_with_nothing_sent() -> None:
    child = started(BLOCKED)
    child.expect(f"Password of {PRACTICE_ADDRESS}: ")
    child.waitnoecho()
    child.sendintr()
    child.expect("stopped")
    assert ended(child) == 130


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_other_signals_at_the_prompt_leave_the_terminal_as_it_was(number: signal.Signals) -> None:
    child = started(BLOCKED)
    child.expect(f"Password of {PRACTICE_ADDRESS}: ")
    child.waitnoecho()
    child.kill(number)
    child.expect("stopped")
    assert child.getecho()
    assert ended(child) == 128 + number

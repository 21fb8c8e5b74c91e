"""On a terminal the person says by its mark that a message arrived; without one the mark is told."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest
from tests.journeys.commands import PROGRAM

from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS
from mailwizard.storage import journal

WORDS = [
    *("check", "--smtp", "mail.practice.example:465/tls", "--username", PRACTICE_ADDRESS, "--from", PRACTICE_ADDRESS),
    *("--until", "delivery", "--practice", "all-well", "--strict"),
]


@pytest.mark.parametrize(("right", "code"), [(True, 0), (False, 17)])
def test_the_person_confirms_by_the_mark(right: bool, code: int) -> None:
    child = pexpect.spawn(PROGRAM, WORDS, encoding="utf-8", timeout=30, dimensions=(50, 200))
    child.expect("Password of .*: ")
    child.waitnoecho()
    child.sendline(PASSWORD)
    child.expect("Its mark begins with ([0-9a-f]{4} [0-9a-f]{4})")
    assert isinstance(child.match, re.Match)
    mark = str(child.match[1])
    child.expect("Mark: ")
    child.sendline("0000 0000")
    child.expect("another message")
    child.expect("Mark: ")
    child.sendline(f"  {mark.upper()}" if right else "")
    child.expect("All that was asked for holds" if right else "took the message; that it arrived was not seen")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == code


def test_whoever_stops_before_the_mark_is_told_what_had_been_sent() -> None:
    child = pexpect.spawn(PROGRAM, WORDS, encoding="utf-8", timeout=30, dimensions=(50, 200))
    child.expect("Password of .*: ")
    child.waitnoecho()
    child.sendline(PASSWORD)
    child.expect("Mark: ")
    child.sendintr()
    child.expect(
        "stopped. The secret had been offered to smtp://mail.practice.example:465/tls .it was taken.; a message"
    )
    child.expect("nobody but you removes it")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130


def test_without_a_terminal_the_mark_is_told() -> None:
    argv = [sys.executable, "-m", "mailwizard", *WORDS, "--password-stdin"]
    done = subprocess.run(argv, input=PASSWORD, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 17 and "its mark begins with" in done.stderr, done
    assert "Safe to send as alice@practice.example: " in done.stdout
    assert "Mark:" not in done.stderr


def test_what_is_left_is_said_at_the_start(home: Path) -> None:
    journal.keep("0" * 32, "imap.example:993", "alice")
    argv = [sys.executable, "-m", "mailwizard", *WORDS, "--password-stdin"]
    done = subprocess.run(argv, input=PASSWORD, capture_output=True, text=True, timeout=60, check=False)
    assert "A test message of earlier checks may still lie in the mailbox of alice at imap.example:993" in done.stderr


def test_practice_leaves_nothing_in_the_journal(home: Path) -> None:
    argv = [sys.executable, "-m", "mailwizard", *WORDS, "--imap", "mail.practice.example:993/tls", "--password-stdin"]
    done = subprocess.run(argv, input=PASSWORD, capture_output=True, text=True, timeout=60, check=False)
    assert "removed exactly what is ours: the message" in " ".join(done.stdout.split())
    assert not (home / ".local" / "state" / "mailwizard").exists()
    assert journal.left() == ()

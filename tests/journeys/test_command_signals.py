"""Commands on a real terminal: a hidden prompt, what is told while it runs, and every way to stop it."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pexpect
import pytest

from mailwizard.model import Account, Address, Endpoint, Protocol, Server
from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS
from mailwizard.storage import profiles, secrets

PASSPHRASE = "five quiet words and nine"

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
    assert (child.before or "").count("\n") <= 5
    child.waitnoecho()
    child.sendline(PASSWORD)
    child.expect("OK    sign-in       IMAP mail.practice.example:993")
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


@pytest.fixture
async def vaulted() -> list[str]:
    """Save an account whose secret is in the vault, and return the words that check it."""

    async def ask(*, new: bool) -> str:
        return PASSPHRASE

    reference = await secrets.put("vault", "alice", PASSWORD, ask)
    incoming = Endpoint.parse(Protocol.IMAP, "mail.practice.example:993/tls")
    account = Account("alice", Address.parse(PRACTICE_ADDRESS), "alice", PRACTICE_ADDRESS, secret=reference)
    profiles.save(account, Server("alice", incoming))
    return ["check", "alice", "--practice", "all-well"]


def test_the_vaults_passphrase_is_asked_for_hidden(vaulted: list[str]) -> None:
    child = started(vaulted)
    child.expect("Passphrase of the vault: ")
    child.waitnoecho()
    child.sendline(PASSPHRASE)
    child.expect("All that was asked for holds")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_passphrase_prompt_can_be_left(vaulted: list[str], number: signal.Signals) -> None:
    child = started(vaulted)
    child.expect("Passphrase of the vault: ")
    child.waitnoecho()
    child.kill(number)
    child.expect("stopped. Nothing was sent.")
    assert ended(child) == 128 + number


def test_a_wrong_passphrase_is_a_matter_of_storage(vaulted: list[str]) -> None:
    child = started(vaulted)
    child.expect("Passphrase of the vault: ")
    child.waitnoecho()
    child.sendline("five loud words")
    assert ended(child) == 30


def alive(pid: int) -> bool:
    """Return whether a process is running; one that nobody has waited for yet is not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not tell about processes")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopping_ends_the_command_that_was_asked_for_the_secret_and_what_it_started(
    tmp_path: Path, number: signal.Signals
) -> None:
    pids = tmp_path / "pids"
    os.mkfifo(pids)
    script = f"sleep 1000 & echo $$ $! > {pids}; wait"
    hand = ["--imap", "mail.practice.example:993/tls", "--username", "alice", "--practice", "all-well"]
    child = started(["check", *hand, "--secret", "cmd:" + json.dumps(["sh", "-c", script])])
    running = [int(pid) for pid in pids.read_text().split()]
    assert len(running) == 2 and all(map(alive, running))
    child.kill(number)
    child.expect("stopped. Nothing was sent.")
    assert ended(child) == 128 + number
    assert not any(map(alive, running))

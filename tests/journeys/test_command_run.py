"""A program that is started with an account in its environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.journeys.commands import PROGRAM, Run, saved_account

from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS

SHOW = (
    "import os; print('\\n'.join(f'{k}={v}' for k, v in sorted(os.environ.items()) if k[:4] in {'MAIL','SMTP','IMAP'}))"
)


def started(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SMTP", "IMAP"))}
    return subprocess.run(
        [PROGRAM, "run", *words], capture_output=True, text=True, timeout=60, check=False, env=environment
    )


def test_the_program_finds_servers_names_and_the_secret(home: Path) -> None:
    (home / "secret").write_text(PASSWORD)
    (home / "secret").chmod(0o600)
    saved_account(secret=f"file:{home / 'secret'}")
    said = started("alice", "--", sys.executable, "-c", SHOW)
    found = dict(line.split("=", 1) for line in said.stdout.splitlines())
    assert said.returncode == 0, said.stderr
    assert (found["SMTP_HOST"], found["SMTP_PORT"], found["SMTP_SECURITY"]) == ("mail.practice.example", "465", "tls")
    assert (found["SMTP_USERNAME"], found["SMTP_PASSWORD"]) == (PRACTICE_ADDRESS, PASSWORD)
    assert (found["IMAP_PORT"], found["IMAP_PASSWORD"], found["SMTP_AUTH"]) == ("993", PASSWORD, "password")
    assert PASSWORD not in said.stderr


def test_the_exit_code_is_the_programs(home: Path) -> None:
    (home / "secret").write_text(PASSWORD)
    (home / "secret").chmod(0o600)
    saved_account(secret=f"file:{home / 'secret'}")
    assert started("alice", "--", sys.executable, "-c", "raise SystemExit(41)").returncode == 41


def test_without_a_secret_nothing_is_started(run: Run, home: Path) -> None:
    saved_account()
    said = run("run", "alice", "--", "touch", str(home / "started"))
    assert said.code == 2
    assert "no secret is stored" in said.err
    assert not (home / "started").exists()


def test_a_secret_that_is_gone_and_a_program_that_is_none_are_told(run: Run, home: Path) -> None:
    saved_account(secret=f"file:{home / 'gone'}")
    assert run("run", "alice", "--", "true").code == 30
    (home / "gone").write_text(PASSWORD)
    (home / "gone").chmod(0o600)
    said = run("run", "alice", "--", str(home / "nothing"))
    assert (said.code, said.out) == (2, "")
    assert "cannot be started: No such file or directory" in said.err
    assert PASSWORD not in said.err

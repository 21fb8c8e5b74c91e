"""A program that is started with an account in its environment."""

from __future__ import annotations

import asyncio
import os
import resource
import shlex
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from tests.journeys.commands import PROGRAM, Run, saved_account

from mailwizard.model import AuthKind, State
from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS
from mailwizard.storage import profiles, secrets

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


def test_where_no_program_takes_its_place_a_closed_pipe_does_not_end_this_one(run: Run, home: Path) -> None:
    (home / "secret").write_text(PASSWORD)
    (home / "secret").chmod(0o600)
    saved_account(secret=f"file:{home / 'secret'}")
    handlers = [signal.getsignal(number) for number in (signal.SIGPIPE, signal.SIGXFSZ)]
    assert run("run", "alice", "--", str(home / "nothing")).code == 2
    assert [signal.getsignal(number) for number in (signal.SIGPIPE, signal.SIGXFSZ)] == handlers
    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0


def test_what_opens_the_vault_does_not_reach_the_program(home: Path) -> None:
    (home / "passphrase").write_text("open sesame\nmore\n")
    reference = asyncio.run(secrets.put("vault", "alice", PASSWORD, _sesame))
    saved_account(secret=reference)
    ignored = "grep SigIgn /proc/self/status"
    show = f"cat /proc/self/fd/9 2>&1; env | grep PASSPHRASE; {ignored}; ulimit -Hc"
    command = f"exec {PROGRAM} run alice --passphrase-fd 9 9<{home / 'passphrase'} -- sh -c {shlex.quote(show)}"
    environment = {**os.environ, "MAILWIZARD_PASSPHRASE_FILE": str(home / "passphrase")}
    said = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False, env=environment
    )
    assert "No such file" in said.stdout, said
    assert "sesame" not in said.stdout and "PASSPHRASE" not in said.stdout
    ignored_signals = int(said.stdout.partition("SigIgn:")[2].split()[0], 16)
    assert not ignored_signals & (1 << signal.SIGPIPE - 1 | 1 << signal.SIGXFSZ - 1)
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    assert said.stdout.splitlines()[-1] == ("unlimited" if hard == resource.RLIM_INFINITY else str(hard // 1024))


async def _sesame(*, new: bool) -> str:
    return "open sesame"


def test_a_relay_that_stands_in_is_all_that_the_program_gets(run: Run, home: Path) -> None:
    (home / "secret").write_text(PASSWORD)
    (home / "secret").chmod(0o600)
    saved_account("lender", f"file:{home / 'secret'}")
    lender = profiles.load("lender")
    profiles.save(replace(lender.account, state=State.VERIFIED), lender.server, replace=True)
    saved_account("borrower")
    assert run("servers", "fallback", "lender").code == 0
    said = started("borrower", "--", sys.executable, "-c", SHOW)
    assert said.returncode == 0, said.stderr
    assert "SMTP_PASSWORD=" in said.stdout and "IMAP_" not in said.stdout
    assert "relay" in said.stderr


def test_a_password_is_not_given_out_as_a_token(run: Run, home: Path) -> None:
    (home / "secret").write_text(PASSWORD)
    (home / "secret").chmod(0o600)
    saved_account(secret=f"file:{home / 'secret'}")
    saved = profiles.load("alice")
    profiles.save(saved.account, replace(saved.server, outgoing_auth=AuthKind.OAUTH2), replace=True)
    said = run("run", "alice", "--", "touch", str(home / "started"))
    assert (said.code, (home / "started").exists()) == (2, False)
    assert "takes browser sign-in alone, and a password is stored" in said.err

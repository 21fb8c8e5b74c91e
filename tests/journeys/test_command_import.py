"""Accounts out of other programs' files, saved: nothing that is known goes elsewhere, and nothing is run unasked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pexpect
import pytest
from tests.journeys.commands import PROGRAM, Run

from mailwizard.cli.export_answers import ImportAnswer, ImportedAccount
from mailwizard.model import Account, Address, Endpoint, Protocol, Server, State
from mailwizard.storage import profiles, servers

KEPT = "vault:alice"
COMMAND = 'cmd:["pass", "show", "mail/alice"]'
THEIRS = (
    "account alice\nhost smtp.evil.example\nport 465\ntls on\ntls_starttls off\nfrom a@h.example\nauth on\nuser alice\n"
)
OURS = THEIRS.replace("evil", "h")
EVAL = "passwordeval pass show mail/alice\n"


@pytest.fixture
def rc(home: Path) -> Path:
    return home / "rc"


def known(secret: str = KEPT) -> None:
    """Save an account that sends through smtp.h.example."""
    server = Server("alice", None, Endpoint.parse(Protocol.SMTP, "smtp.h.example:465/tls"))
    profiles.save(Account("alice", Address.parse("a@h.example"), "alice", "alice", secret=secret), server)


def imported(run: Run, rc: Path, text: str, *words: str, code: int = 0) -> ImportedAccount:
    """Import a file and return its account as it was told."""
    rc.write_text(text)
    said = run("import", "msmtp", str(rc), "--save", "--json", *words)
    assert said.code == code, said.out + said.err
    return said.read(ImportAnswer).accounts[0]


def test_an_account_is_not_replaced_unasked(run: Run, rc: Path) -> None:
    known()
    told = imported(run, rc, THEIRS, code=30)
    saved = profiles.load("alice")
    assert not told.saved and "--replace" in told.notes[-1]
    assert saved.account.secret == KEPT and saved.server.outgoing
    assert saved.server.outgoing.host == "smtp.h.example"


def test_a_server_of_its_name_is_not_replaced_unasked(run: Run, rc: Path) -> None:
    end = Endpoint.parse(Protocol.SMTP, "smtp.h.example:465/tls")
    servers.save(Server("alice", None, end))
    assert "--replace" in imported(run, rc, THEIRS, code=30).notes[-1]
    assert servers.load("alice", ()).server.outgoing == end and profiles.names() == ()


@pytest.mark.parametrize(
    "text", [THEIRS, OURS.replace("user alice", "user bob"), OURS.replace("465", "587"), THEIRS + EVAL]
)
@pytest.mark.parametrize("more", [(), ("--with-commands",)])
def test_a_secret_never_goes_with_an_account_to_other_servers(
    run: Run, rc: Path, text: str, more: tuple[str, ...]
) -> None:
    known()
    told = imported(run, rc, text, "--replace", *more)
    account = profiles.load("alice").account
    assert told.saved and (account.secret, account.state) == ("", State.DRAFT)
    assert KEPT in told.notes[-1] and "mailwizard accounts edit alice" in told.notes[-1]


@pytest.mark.parametrize("text", [OURS, OURS + EVAL])
def test_a_secret_stays_where_nothing_changed(run: Run, rc: Path, text: str) -> None:
    known()
    told = imported(run, rc, text, "--replace", "--with-commands")
    account = profiles.load("alice").account
    assert (account.secret, account.state) == (KEPT, State.UNVERIFIED)
    assert bool(told.notes) == (EVAL in text)


def test_a_damaged_account_keeps_no_secret(run: Run, rc: Path, home: Path) -> None:
    known()
    (path,) = home.rglob("accounts/alice.toml")
    path.write_text(path.read_text() + "broken =\n")
    told = imported(run, rc, OURS, "--replace")
    assert profiles.load("alice").account.secret == "" and KEPT in told.notes[-1]


def test_a_command_is_taken_over_only_where_that_was_asked_for(run: Run, rc: Path) -> None:
    told = imported(run, rc, OURS + EVAL)
    account = profiles.load("alice").account
    assert (account.secret, account.state) == ("", State.DRAFT)
    assert "Line 9 names a command" in told.notes[-1] and "--with-commands" in told.notes[-1]
    imported(run, rc, OURS + EVAL, "--replace", "--with-commands")
    assert profiles.load("alice").account.secret == COMMAND


@pytest.mark.parametrize(("answer", "secret"), [("y", COMMAND), ("", "")])
def test_a_person_reads_the_command_and_decides(run: Run, rc: Path, answer: str, secret: str) -> None:
    rc.write_text(OURS + EVAL)
    words = ["import", "msmtp", str(rc), "--save"]
    screen: pexpect.spawn[Any]
    environ = {**os.environ, "TERM": "xterm"}
    with pexpect.spawn(PROGRAM, words, env=environ, timeout=30, encoding="utf-8") as screen:
        screen.expect_exact('["pass", "show", "mail/alice"]')
        screen.expect_exact("[y/N]")
        screen.sendline(answer)
        screen.expect(pexpect.EOF)
    assert profiles.load("alice").account.secret == secret


def test_the_file_that_is_read_unnamed_is_told(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / ".env").write_text("SMTP_HOST=smtp.h.example\nMAIL_FROM=a@h.example\n")
    monkeypatch.chdir(home)
    assert f"Reading {home / '.env'}." in run("import", "env").err
    assert run("import", "env", "--replace").code == 2

"""Lists and answers from others: they lend no known secret to their own servers, and run and read nothing unasked."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journeys.commands import HAND, Run, saved_account
from tests.journeys.people import FAST, a_list, rows_of
from tests.journeys.shared_world import Shared, opened

import mailwizard.cli.running
from mailwizard.cli.adding_answers import AddedAnswer
from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS
from mailwizard.storage import profiles

ADD = ("accounts", "add", "--json", *FAST)
KEPT = "vault:alice"
EVIL = "imap.evil.example:993/tls"
HOST = "mail.practice.example"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    with opened("all-well") as shared:
        monkeypatch.setattr(mailwizard.cli.running, "real_network", lambda options: shared.world.net)
        yield shared


def reaching(path: Path) -> dict[str, str]:
    """Return references that reach beyond a store, each of which leaves a trace where it is used."""
    (path / "secret").write_text(f"{PASSWORD}\n")
    (path / "secret").chmod(0o600)
    program = f'["{sys.executable}", "-c", "open(r\'{path / "ran"}\', \'w\'); print(1)"]'
    return {"a command": f"cmd:{program}", "a file": f"file:{path / 'secret'}", "an environment variable": "env:HOME"}


@pytest.mark.parametrize("what", ["a command", "a file", "an environment variable"])
@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--no-check",)])
def test_nothing_is_run_or_read_because_a_list_says_so(
    run: Run, world: Shared, tmp_path: Path, what: str, more: tuple[str, ...]
) -> None:
    rows = [("nobody@h.example", ""), (PRACTICE_ADDRESS, reaching(tmp_path)[what])]
    said = run(*ADD, "--from", a_list(tmp_path / "p.csv", rows, "secret"), *more)
    assert said.code == 2 and "line 3 of the list" in said.err + said.out, said.err
    assert what in said.err + said.out and "--secrets-from-list" in said.err + said.out
    assert profiles.names() == () and not (tmp_path / "ran").exists()


@pytest.mark.parametrize("what", ["a command", "a file", "an environment variable"])
def test_nothing_is_run_or_read_because_answers_say_so(run: Run, world: Shared, tmp_path: Path, what: str) -> None:
    file = tmp_path / "a.toml"
    file.write_text(f"address = '{PRACTICE_ADDRESS}'\nsecret = '''  {reaching(tmp_path)[what]}'''\n")
    said = run("accounts", "add", "--answers", str(file))
    assert said.code == 2 and "line 2 of the answers" in said.err and what in said.err
    assert profiles.names() == () and not (tmp_path / "ran").exists()


def test_a_list_that_is_trusted_may_name_a_file(run: Run, world: Shared, tmp_path: Path) -> None:
    path = a_list(tmp_path / "p.csv", [(PRACTICE_ADDRESS, reaching(tmp_path)["a file"])], "secret")
    said = run(*ADD, "--from", path, "--secrets-from-list", "--dry-run")
    assert said.code == 0 and f"secrets would go to {HOST}." in said.err
    said = run(*ADD, "--from", path, "--secrets-from-list")
    (row,) = rows_of(said)
    assert (row.result, row.secret_hosts) == ("saved", (HOST,)) and f"secrets go to {HOST}." in said.err


@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--no-check",), ("--secrets-from-list",)])
def test_a_list_lends_no_known_secret_to_another_host(
    run: Run, world: Shared, tmp_path: Path, more: tuple[str, ...]
) -> None:
    saved_account(secret=KEPT)
    path = a_list(tmp_path / "p.csv", [(PRACTICE_ADDRESS, "x", EVIL, KEPT)], "name", "imap", "secret")
    said = run(*ADD, "--from", path, *more)
    (row,) = rows_of(said)
    assert (row.result, row.code) == ("unfit", 2)
    assert all(part in row.sentence for part in (KEPT, HOST, "imap.evil.example"))
    assert profiles.names() == ("alice",)


def test_a_list_that_replaces_lends_no_secret_that_is_kept(run: Run, world: Shared, tmp_path: Path) -> None:
    saved_account(secret=KEPT)
    path = a_list(tmp_path / "p.csv", [(PRACTICE_ADDRESS, "alice", EVIL)], "name", "imap")
    (row,) = rows_of(run(*ADD, "--from", path, "--replace", "--no-check"))
    saved = profiles.load("alice")
    assert row.result == "unfit" and saved.account.secret == KEPT
    assert saved.server.incoming and saved.server.incoming.host == HOST


@pytest.mark.parametrize("more", [("--name", "x"), ("--replace", "--name", "alice")])
@pytest.mark.parametrize("secret", ["", f"secret = '{KEPT}'\n"])
def test_answers_lend_no_known_secret_to_another_host(
    run: Run, world: Shared, tmp_path: Path, more: tuple[str, ...], secret: str
) -> None:
    saved_account(secret=KEPT)
    file = tmp_path / "a.toml"
    file.write_text(f"address = '{PRACTICE_ADDRESS}'\nimap = '{EVIL}'\nowner = 'bob'\n{secret}")
    said = run("accounts", "add", "--answers", str(file), "--no-check", *more)
    lends = bool(secret) or "--replace" in more
    assert (said.code == 2 and "imap.evil.example" in said.err) is lends, said.err
    assert profiles.load("alice").account.secret == KEPT
    server = profiles.load("alice").server
    assert server.incoming and server.incoming.host == HOST


def test_where_the_secret_of_answers_goes_is_told(run: Run, world: Shared, tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text(f"address = '{PRACTICE_ADDRESS}'\nimap = '{HAND[1]}'\nsmtp = '{HAND[3]}'\n")
    said = run("accounts", "add", "--answers", str(file), "--dry-run", "--json", secret=PASSWORD)
    assert said.code == 0 and f"the secret would go to {HOST}." in said.err
    assert said.read(AddedAnswer).secret_hosts == (HOST,)

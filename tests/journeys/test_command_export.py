"""Accounts that go to other programs, and come from them."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pexpect
import pytest
from tests.journeys.commands import PROGRAM, Run, saved_account

from mailwizard.cli.export_answers import ExportAnswer, ImportAnswer, TargetsAnswer
from mailwizard.exports import targets
from mailwizard.storage import profiles

WORDPRESS = "<?php\ndefine( 'DB_NAME', 'shop' );\n/* That's all, stop editing! Happy publishing. */\n"


def asked(*words: str) -> pexpect.spawn[Any]:
    return pexpect.spawn(PROGRAM, list(words), env={**os.environ, "TERM": "xterm"}, timeout=30, encoding="utf-8")


@pytest.fixture(autouse=True)
def on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(PROGRAM).parent}:{os.environ['PATH']}")


def test_every_target_is_listed_and_takes_an_account(run: Run) -> None:
    saved_account()
    listed = run("export", "--list", "--json").read(TargetsAnswer)
    assert {one.name for one in listed.targets} == set(targets())
    assert all(one.name in run("export", "--list").out for one in listed.targets)
    for one in listed.targets:
        said = run("export", "alice", "--to", one.name)
        assert said.code == 0, said.err
        assert "mail.practice.example" in said.out
        answer = run("export", "alice", "--to", one.name, "--json").read(ExportAnswer)
        assert answer.text == said.out and not answer.written and answer.path == ""


def test_what_is_wrong_is_said_in_a_sentence(run: Run) -> None:
    saved_account()
    for words, sentence in (
        (("export",), "name the account and the program"),
        (("export", "alice", "--to", "nothing"), "one of aerc, ansible"),
        (("export", "nobody", "--to", "msmtp"), "There is no account nobody"),
        (("export", "alice", "--to", "msmtp", "--yes"), "add --write"),
        (("export", "alice", "--to", "django", "--write"), "no usual place"),
        (("export", "alice", "--to", "msmtp", "--program", "/nonexistent/x"), "no program that can be started"),
        (("export", "alice", "--to", "msmtp", "--write"), "add --yes"),
        (("import", "nothing", "x"), "which program's file"),
        (("import", "thunderbird"), "name the file"),
        (("import", "msmtp", "/nonexistent/x"), "does not exist"),
    ):
        said = run(*words)
        assert said.code in {2, 30}
        assert sentence in said.err, said.err


def test_a_person_sees_what_changes_and_decides(home: Path) -> None:
    saved_account()
    path = home / ".msmtprc"
    path.write_text("# mine\n")
    with asked("export", "alice", "--to", "msmtp", "--write") as screen:
        screen.expect_exact("+host mail.practice.example")
        screen.expect_exact("[y/N]")
        screen.sendline("")
        screen.expect_exact("nothing was written")
    assert path.read_text() == "# mine\n"
    with asked("export", "alice", "--to", "msmtp", "--write") as screen:
        screen.expect_exact("[y/N]")
        screen.sendline("y")
        screen.expect_exact("the version before is")
        screen.expect(pexpect.EOF)
    assert path.read_text().startswith("# mine\n\n# >>> mailwizard: alice\n")
    assert (home / ".msmtprc.mailwizard-old").read_text() == "# mine\n"


def test_a_dry_run_shows_and_a_yes_writes(run: Run, home: Path) -> None:
    saved_account()
    path = home / "wp-config.php"
    path.write_text(WORDPRESS)
    words = ("export", "alice", "--to", "wordpress", "--write", str(path))
    said = run(*words, "--dry-run")
    assert said.code == 0 and "+define( 'WPMS_ON', true );" in said.out
    assert path.read_text() == WORDPRESS
    answer = run(*words, "--yes", "--json").read(ExportAnswer)
    assert answer.written and answer.path == str(path) and answer.kept == f"{path}.mailwizard-old"
    assert path.read_text().index("WPMS_ON") < path.read_text().index("stop editing")
    assert "is as it should be" in run(*words).err
    path.write_text(path.read_text().replace("// <<<", "// <<"))
    said = run(*words, "--yes")
    assert said.code == 2 and "lacks its other half" in said.err


def test_the_program_is_named_as_it_can_be_found(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    saved_account()
    assert "mailwizard secret alice" in run("export", "alice", "--to", "msmtp").out
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    assert f'passwordeval "{PROGRAM} secret alice"' in run("export", "alice", "--to", "msmtp").out
    said = run("export", "alice", "--to", "msmtp", "--program", sys.executable)
    assert f'passwordeval "{sys.executable} secret alice"' in said.out


@pytest.mark.parametrize("target", ["msmtp", "mutt", "aerc", "himalaya", "mbsync", "env"])
def test_what_one_wrote_is_read_and_saved_again(target: str, run: Run, home: Path) -> None:
    saved_account()
    before = profiles.load("alice")
    path = home / "file"
    assert run("export", "alice", "--to", target, "--write", str(path), "--yes").code == 0
    answer = run("import", target, str(path), "--json").read(ImportAnswer)
    (found,) = answer.accounts
    assert not found.saved and found.address == str(before.account.address)
    profiles.remove("alice")
    assert run("import", target, str(path)).code == 0
    assert profiles.names() == ()
    said = run("import", target, str(path), "--save")
    assert said.code == 0 and "(saved)" in said.out, said.err
    again = profiles.load(profiles.names()[0])
    assert again.server.incoming in {None, before.server.incoming}
    assert again.server.outgoing in {None, before.server.outgoing}
    assert replace(again.account, name="", server="", display_name="").username == before.account.username


def test_a_password_in_a_file_is_neither_kept_nor_shown(run: Run, home: Path) -> None:
    path = home / ".msmtprc"
    path.write_text("account shop\nhost h.example\nfrom a@h.example\nauth on\nuser a\npassword hunter2-Zq7\n")
    for words in (("import", "msmtp"), ("import", "msmtp", "--json"), ("import", "msmtp", "--save")):
        said = run(*words)
        assert said.code == 0 and "Line 6 holds a password" in " ".join(said.out.split())
        assert not said.holds("hunter2-Zq7")
    assert profiles.load("shop").account.secret == ""
    assert not [one for one in home.rglob("*") if one.is_file() and one != path and "hunter2" in one.read_text()]


def test_an_account_that_cannot_be_saved_is_told_and_the_others_are_saved(run: Run, home: Path) -> None:
    path = home / "mbsyncrc"
    path.write_text("IMAPAccount a\nHost h.example\nUser bob\n\nIMAPAccount b\nHost h.example\nUser bob@h.example\n")
    said = run("import", "mbsync", str(path), "--save", "--json")
    first, second = said.read(ImportAnswer).accounts
    assert said.code == 30 and not first.saved and "--address" in first.notes[-1] and second.saved
    assert run("import", "mbsync", str(path), "--address", "bob@h.example").code == 2
    path.write_text("# nothing\n")
    assert run("import", "mbsync", str(path)).code == 20
    path.write_text('IMAPAccount "a\n')
    said = run("import", "mbsync", str(path), "--json")
    assert said.code == 2 and "Line 1" in json.loads(said.out)["error"]["sentence"]

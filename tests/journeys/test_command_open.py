"""Files that people send each other, from the command that writes one to the command that opens it."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from tests.journeys.commands import Run, saved_account
from tests.journeys.handing import PRINTED, WRONG, handed_off, here, requested
from tests.unit.papers import CAUSE, handed

from mailwizard.cli.answers import ErrorAnswer
from mailwizard.cli.paper_answers import HandOffAnswer, OpenAnswer, RequestAnswer
from mailwizard.model import State
from mailwizard.storage import profiles

__all__ = ["here"]


def unchanged(home: Path) -> bool:
    """Return whether nothing was saved."""
    return not list(home.glob(".config/mailwizard/accounts/*.toml"))


def test_a_hand_off_says_its_code_once_and_is_shown_in_a_few_lines(run: Run, home: Path) -> None:
    saved_account()
    said = run("accounts", "hand-off", "alice", "--for", "alice", "--note", "Call me", "--by", "Root")
    code = said.out.split()[6]
    assert "by telephone" in said.err and Path("alice.hand-off.json").stat().st_mode & 0o777 == 0o600
    profiles.remove("alice")
    shown = run("open", "alice.hand-off.json", "--code", code)
    assert "the account alice (alice@practice.example)" in shown.out
    for text in ("Root, as it says", "not signed", "Call me", "IMAP mail.practice.example:993 TLS", "the password"):
        assert text in " ".join(shown.out.split())
    assert shown.code == 2 and "--code CODE --save" in shown.err, "there is no terminal for the wizard"
    assert unchanged(home)


def test_with_its_code_it_is_kept_as_a_draft_of_its_owner(run: Run) -> None:
    file = handed_off(run)
    typed = file.code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    said = run("open", file.path, "--code", typed, "--save")
    assert said.code == 0 and "Saved alice as a draft for alice, without a secret." in said.out
    saved = profiles.load("alice").account
    assert (saved.state, saved.owner, saved.secret) == (State.DRAFT, "alice", "")
    again = run("open", file.path, "--code", file.code, "--save", "--name", "mine", "--json").read(OpenAnswer)
    assert again.confirmed and again.saved == "mine"


def test_json_shows_it_without_the_code_and_does_nothing(run: Run, home: Path) -> None:
    file = handed_off(run)
    said = run("open", file.path, "--json")
    answer = said.read(OpenAnswer)
    assert not answer.confirmed and answer.hand_off is not None and answer.hand_off.missing == ("password",)
    assert file.code not in said.out and unchanged(home)


def test_a_swapped_file_is_refused_in_one_sentence(run: Run, home: Path) -> None:
    file = handed_off(run)
    tree = json.loads(Path(file.path).read_text())
    tree["server"]["incoming.host"] = "imap.evil.example"
    Path(file.path).write_text(json.dumps(tree))
    said = run("open", file.path, "--code", file.code, "--save")
    assert said.code == 2 and said.err.count("mailwizard: ") == 1
    assert "swapped or damaged" in said.err and unchanged(home)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--code", WRONG, "--save"), "not the code of this file"),
        (("--code", "7", "--save"), "this one has 1"),
        (("--save",), "no terminal to ask for the code"),
        (("--save", "--json"), "add --code CODE"),
        (("--answer",), "--answer is not about"),
        (("--mark", "1=done"), "--mark is not about"),
        (("--scope", "moon", "--code", WRONG), "A scope is user"),
    ],
)
def test_what_cannot_be_done_with_it_is_said_and_nothing_is_saved(
    run: Run, home: Path, words: tuple[str, ...], said: str
) -> None:
    file = handed_off(run)
    answer = run("open", file.path, *words)
    assert answer.code == 2 and said in answer.err + answer.out
    assert unchanged(home)


def test_hostile_files_come_to_one_sentence_and_nothing_reaches_the_terminal(run: Run, home: Path, here: Path) -> None:
    (here / "real").write_bytes(handed())
    (here / "link").symlink_to(here / "real")
    os.mkfifo(here / "pipe")
    (here / "huge").write_bytes(b"{" + b" " * 70_000)
    (here / "deep").write_bytes(b'{"format":"mailwizard hand-off","version":1,"x":' + b"[" * 40_000)
    (here / "other").write_text('{"format": "\x1b[2J"}')
    (here / "list").write_text("[]")
    (here / "escape").write_bytes(handed(note="\u202eevil", account__username="a\x1b[31m"))
    for name in ("link", "pipe", "huge", "deep", "other", "list", "escape", "none", "."):
        said = run("open", name, "--code", WRONG, "--save")
        assert said.code == 2 and said.out == "", name
        assert said.err.count("\n") == 1 and "\x1b" not in said.err and "\u202e" not in said.err, name
        answer = run("open", name, "--json").read(ErrorAnswer)
        assert answer.error.code == "usage"
    assert unchanged(home) and stat.S_ISFIFO((here / "pipe").stat().st_mode)


def test_what_a_terminal_would_obey_is_shown_and_not_obeyed(run: Run, here: Path) -> None:
    (here / "odd").write_bytes(handed(note="\u202eevil", maker="\u2066x"))
    said = run("open", "odd", "--code", WRONG)
    assert "<U+202E>evil" in said.out and "\u202e" not in said.out + said.err


def test_a_file_whose_time_is_over_is_not_used(run: Run, here: Path) -> None:
    (here / "old").write_bytes(handed(expires="2020-01-01"))
    said = run("open", "old", "--code", WRONG, "--save")
    assert said.code == 2 and "good until 2020-01-01" in said.err
    assert run("open", "old", "--json").read(OpenAnswer).expires == "2020-01-01", "it can be looked at"


def test_all_accounts_that_wait_for_others_are_handed_off_in_one_go(run: Run, here: Path) -> None:
    saved_account()
    base = profiles.load("alice")
    for owner in ("bob", "carol"):
        profiles.save(replace(base.account, name=owner, owner=owner, server=owner), replace(base.server, name=owner))
    listed = run("accounts").out
    assert listed.index("alice") < listed.index("FOR OTHERS") < listed.index("bob")
    folder = here / "out"
    words = ("accounts", "hand-off", "--owner-missing", "--to-folder", str(folder))
    assert "make it first" in run(*words).err
    folder.mkdir()
    files = run(*words, "--json").read(HandOffAnswer).files
    assert [(file.account, file.owner) for file in files] == [("bob", "bob"), ("carol", "carol")]
    assert len({file.code for file in files}) == 2 and all(Path(file.path).is_file() for file in files)
    again = run(*words)
    assert again.code == 2 and "no file was written" in again.err


def test_of_several_files_all_are_written_or_none(run: Run, here: Path) -> None:
    saved_account()
    base = profiles.load("alice")
    for owner in ("bob", "carol"):
        profiles.save(replace(base.account, name=owner, owner=owner, server=owner), replace(base.server, name=owner))
    long = here / "out"
    long.mkdir()
    names = profiles.names()
    path = here.parent / "home/.config/mailwizard/accounts/carol.toml"
    path.write_text(path.read_text() + f'display_name = "{"x" * 2000}"\n')
    said = run("accounts", "hand-off", "--owner-missing", "--to-folder", str(long))
    assert said.code == 2 and "2000 characters" in said.err
    assert not list(long.iterdir()) and profiles.names() == names


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "which account?"),
        (("alice",), "--for OWNER"),
        (("alice", "--for", "bob", "--to-folder", "x"), "goes with --owner-missing"),
        (("alice", "--owner-missing"), "no NAME"),
        (("--owner-missing",), "--to-folder DIR"),
        (("--owner-missing", "--to-folder", "."), "no account waits"),
        (("alice", "--for", "bob", "--expires", "soon"), "2027-12-31"),
    ],
)
def test_a_hand_off_that_cannot_be_is_said(run: Run, words: tuple[str, ...], said: str) -> None:
    saved_account()
    answer = run("accounts", "hand-off", *words)
    assert answer.code == 2 and said in answer.err
    assert not list(Path().glob("*.json"))


def test_a_request_goes_to_the_admin_and_its_answer_comes_back(run: Run) -> None:
    file = requested(run)
    first = run("open", file.path, "--code", WRONG)
    assert first.code == 2 and "PowerShell" not in first.out, "no step before the code"
    shown = run("open", file.path, "--code", file.code)
    assert shown.code == 0 and "microsoft365.smtp-auth" in shown.out and "alice@contoso.example" in shown.out
    assert "disabled for the Mailbox" in shown.out and not [ln for ln in shown.out.splitlines() if len(ln) > 120]
    marked = run("open", file.path, "--code", file.code, "--answer", "--mark", "1=done: since noon", "--json")
    written = marked.read(OpenAnswer).written
    assert written is not None
    back = run("open", written.path, "--code", written.code)
    assert back.code == 0 and "since noon" in back.out and file.code in back.out
    assert "mailwizard check --address alice@contoso.example" in back.err


def test_after_an_answer_the_saved_account_is_checked_again(run: Run) -> None:
    saved_account("work", "env:MISSING_SECRET")
    Path("check.json").write_text(json.dumps(PRINTED))
    file = run("request", "work", "--from-check", "check.json", "--json").read(RequestAnswer).file
    words = ("open", file.path, "--code", file.code, "--answer", "--mark")
    refused = run(*words, "1=refused: not here", "-o", "no.json", "--json").read(OpenAnswer).written
    done = run(*words, "1=done", "-o", "yes.json", "--json").read(OpenAnswer).written
    assert refused is not None and done is not None
    said = run("open", refused.path, "--code", refused.code)
    assert said.code == 0 and "refused" in said.out and "nothing to check again" in said.err
    assert run("open", done.path, "--code", done.code, "--no-check").err == ""
    checked = run("open", done.path, "--code", done.code)
    assert "Checking work again:" in checked.err and "MISSING_SECRET" in checked.err and checked.code != 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--answer",), "--mark 1=done"),
        (("--answer", "--mark", "2=done"), "a number from 1 to 1"),
        (("--answer", "--mark", "1=maybe"), "a mark is written"),
        (("--mark", "1=done"), "add --answer"),
        (("--save",), "--save is not about"),
    ],
)
def test_an_answer_that_cannot_be_is_said(run: Run, words: tuple[str, ...], said: str) -> None:
    file = requested(run)
    answer = run("open", file.path, "--code", file.code, *words)
    assert answer.code == 2 and said in answer.err
    assert not list(Path().glob("*.answer.json"))


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("nobody",), 30, "There is no account nobody"),
        (("alice@example.com",), 2, "Nothing is known to be wrong"),
        (("alice@example.com", "--from-check", "none.json"), 2, "does not exist"),
        (("alice@example.com", "--from-check", "empty.json"), 2, "not what mailwizard check --json prints"),
    ],
)
def test_a_request_that_cannot_be_is_said(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    Path("empty.json").write_text("{}")
    answer = run("request", *words)
    assert answer.code == code and said in answer.err
    assert not list(Path().glob("*.request.json"))


def test_a_broken_account_needs_no_second_check_for_a_request(run: Run) -> None:
    saved_account()
    saved = profiles.load("alice")
    profiles.save(replace(saved.account, state=State.BROKEN, cause=CAUSE.cause), saved.server, replace=True)
    said = run("request", "alice")
    assert said.code == 0 and "alice@practice.example.request.json" in said.out and "SMTP AUTH" in said.out

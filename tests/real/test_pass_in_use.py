"""The real pass in the hands of the commands and the wizard."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from tests.journeys.commands import PROGRAM, Run, running, saved_account
from tests.journeys.person import practising
from tests.journeys.shared_world import Shared, let_in
from tests.journeys.shared_world import opened as world
from tests.journeys.test_command_signing_in import GOOGLE, gmail_account
from tests.journeys.test_wizard_saving import to_save
from tests.real.password_store import forget_passphrases, password_store

from mailwizard.cli.secret_answers import DoctorAnswer
from mailwizard.sandbox.internet import PASSWORD
from mailwizard.storage import profiles

pytestmark = [
    pytest.mark.skipif(shutil.which("pass") is None, reason="pass is not installed"),
    pytest.mark.skipif(shutil.which("gpg") is None, reason="gpg is not installed"),
]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return running(capsys)


@pytest.fixture
def opened(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("PASSWORD_STORE_DIR", raising=False)
    with password_store() as folder:
        yield folder


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    with world("google-browser") as shared, Path("/dev/null").open(encoding="utf-8") as empty:
        monkeypatch.setattr("sys.stdin", empty)
        let_in(monkeypatch, shared)
        yield shared


@pytest.fixture
def locked(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("PASSWORD_STORE_DIR", raising=False)
    with password_store("open sesame") as folder:
        forget_passphrases()
        yield folder


def insert(name: str, text: str) -> None:
    subprocess.run(["pass", "insert", "-m", name], input=text.encode(), check=True, capture_output=True)


async def test_the_wizard_offers_pass_where_it_works_and_keeps_the_secret_there(opened: Path) -> None:
    async with practising("all_well") as (person, practice):
        await to_save(person, practice)
        await person.sees("( ) pass")
        await person.presses("tab", "tab", "down", "enter")
        await person.sees("Saved")
        reference = profiles.load(practice.address).account.secret
        assert reference == f"pass:mailwizard/{practice.address}"
        shown = subprocess.run(["pass", "show", reference[5:]], check=True, capture_output=True).stdout  # noqa: ASYNC221
        assert shown == f"{practice.password}\n".encode()


async def test_the_wizard_says_why_a_locked_one_is_no_use(locked: Path) -> None:
    async with practising("all_well") as (person, practice):
        await to_save(person, practice)
        assert ") pass" not in person.screen
        await person.presses("pagedown")
        await person.sees("gpg's agent is locked")


def test_a_check_signs_in_with_a_persons_own_entry(opened: Path, run: Run) -> None:
    insert("mail/practice", f"{PASSWORD}\nlogin: alice\n")
    saved_account(secret="pass:mail/practice")
    assert run("check", "alice", "--practice", "all-well").code == 0
    assert (
        run(
            "check", "--address", "alice@practice.example", "--secret", "pass:mail/practice", "--practice", "all-well"
        ).code
        == 0
    )
    assert run("secret", "alice").out == f"{PASSWORD}\n"


def test_a_check_with_a_locked_agent_ends_and_tells_what_to_do(locked: Path, run: Run) -> None:
    insert("mail/practice", PASSWORD)
    saved_account(secret="pass:mail/practice")
    said = run("check", "alice", "--practice", "all-well")
    assert said.code == 30 and "pass show" in said.err
    said = run("doctor", "--json")
    (one,) = [one for one in said.read(DoctorAnswer).findings if one.what.startswith("pass: ")]
    assert (said.code, one.level) == (30, "broken") and "gpg's agent is locked" in one.what


def test_a_sign_in_is_kept_used_and_logged_out_with_pass(opened: Path, run: Run, google: Shared, home: Path) -> None:
    gmail_account()
    assert run("sign-in", "alice", *GOOGLE, "--store", "pass").code == 0
    assert profiles.load("alice").account.secret == "pass:mailwizard/alice"
    assert run("check", "alice", *GOOGLE).code == 0
    token = run("token", "alice", *GOOGLE)
    assert token.code == 0 and google.seen_in(token.out)
    assert run("secret", "alice").code == 2, "a sign-in is no password"
    assert run("logout", "alice", *GOOGLE).code == 0
    assert not (home / ".password-store/mailwizard/alice.gpg").exists()


def test_a_secret_moves_to_pass_and_back(opened: Path, run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "passphrase").write_text("open sesame\n")
    monkeypatch.setenv("MAILWIZARD_PASSPHRASE_FILE", str(home / "passphrase"))
    insert("mail/practice", f"{PASSWORD}\nlogin: alice\n")
    saved_account(secret="pass:mail/practice")
    assert "is kept by you" in run("secrets", "move", "alice", "--to", "vault").err
    assert run("secrets", "move", "alice", "--to", "pass").code == 0
    assert profiles.load("alice").account.secret == "pass:mailwizard/alice"
    said = run("secrets", "move", "alice", "--to", "pass:mail/practice")
    assert said.code == 0, "the same secret is there already"
    assert not (home / ".password-store/mailwizard/alice.gpg").exists()
    shown = subprocess.run(["pass", "show", "mail/practice"], check=True, capture_output=True).stdout
    assert shown == f"{PASSWORD}\nlogin: alice\n".encode()


@pytest.mark.parametrize(("command", "answer"), [("secret alice --show", PASSWORD), ("secrets check", "is there")])
def test_at_a_terminal_gpg_asks_there_and_the_store_opens(locked: Path, command: str, answer: str) -> None:
    insert("mail/practice", PASSWORD)
    saved_account(secret="pass:mail/practice")
    curses = shutil.which("pinentry-tty") or shutil.which("pinentry-curses")
    if curses is None:
        pytest.skip("no pinentry for terminals is installed")
    (locked / "gpg-agent.conf").write_text(f"pinentry-program {curses}\n")
    forget_passphrases()
    shell = f'GPG_TTY=$(tty) "{PROGRAM}" {command}'
    child = pexpect.spawn("sh", ["-c", shell], encoding="utf-8", timeout=60, dimensions=(24, 80))
    child.expect("(?i)passphrase")
    child.send("open sesame\r")
    child.expect_exact(answer)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0

"""Which face is taken: the full screen where it fits, else questions line by line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.journeys.commands import Run, saved_account
from tests.journeys.handing import handed_off, here
from tests.journeys.plainly import COMMAND, Seated, at_terminal, plainly
from tests.journeys.terminal import terminal

from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS
from mailwizard.storage import profiles

__all__ = ["here"]
ABLE = "xterm-256color"
DEMO = (*COMMAND, "demo", "all-well")


def asks_line_by_line(person: Seated, why: str) -> None:
    person.sees("question by question, line by line", why, "What is to be set up?", "Number or first letters")
    assert b"\x1b" not in person.raw
    person.answers(":leave")
    assert person.ended().code == 130


@pytest.mark.parametrize("name", ["dumb", "", "unknown", "vt52"])
def test_a_terminal_that_can_show_no_full_screen_is_asked_line_by_line(name: str) -> None:
    with at_terminal(*DEMO, name=name) as person:
        asks_line_by_line(person, f"(a terminal called {name or 'nothing'} shows no full screen).")


def test_a_terminal_without_a_name_is_asked_line_by_line() -> None:
    with at_terminal("/usr/bin/env", "-u", "TERM", *DEMO) as person:
        asks_line_by_line(person, "(a terminal called nothing shows no full screen).")


@pytest.mark.parametrize(("columns", "rows"), [(59, 24), (80, 19)])
def test_a_terminal_that_is_too_small_is_asked_line_by_line(columns: int, rows: int) -> None:
    with at_terminal(*DEMO, name=ABLE, columns=columns, rows=rows) as person:
        asks_line_by_line(person, f"needs 60x20 characters, and this terminal has {columns}x{rows}")


def test_a_variable_asks_for_it_always() -> None:
    with at_terminal(*DEMO, name=ABLE, env={"MAILWIZARD_PLAIN": "1"}) as person:
        asks_line_by_line(person, "(MAILWIZARD_PLAIN asks for it).")


def test_whoever_asks_for_it_is_not_told_why() -> None:
    with at_terminal(*DEMO, "--plain", name=ABLE) as person:
        asks_line_by_line(person, "line by line.")


def test_an_able_terminal_of_the_least_size_gets_the_full_screen() -> None:
    with terminal(*DEMO) as person:
        person.sees("What is to be set up?", "F1 help")
        assert b"\x1b[?1049h" in person.raw


@pytest.mark.parametrize("stream", ["<", ">", "2>"])
def test_one_stream_that_is_no_terminal_is_enough(stream: str, tmp_path: Path) -> None:
    file = tmp_path / "stream"
    file.write_text(":leave\n" if stream == "<" else "")
    with at_terminal("/bin/sh", "-c", f"{' '.join(DEMO)} {stream} {file}", name=ABLE) as person:
        if stream != "<":
            person.listen(1.5)
            person.types(":leave\n")
        end = person.ended()
    assert end.code == 130 and "\x1b" not in end.out + file.read_text()
    assert "there is no terminal" in end.text + " ".join(file.read_text().split())


def test_the_account_of_a_command_is_changed_line_by_line() -> None:
    saved_account()
    with plainly("pipe", "accounts", "edit", "alice", "--plain") as person:
        person.answers(":back", ":leave")
        person.sees("Sign-in, 4 of 7", "Servers, 3 of 7", f"The servers of {PRACTICE_ADDRESS}")
        assert person.ended().code == 130


def test_a_file_that_was_handed_over_is_gone_on_with_line_by_line(run: Run) -> None:
    file = handed_off(run)
    with plainly("pipe", "open", file.path, "--code", file.code, "--plain") as person:
        person.answers(":back", ":leave")
        person.sees("Sign-in, 4 of 7", "Servers, 3 of 7", "mail.practice.example")
        assert person.ended().code == 130
    with plainly("pipe", "open", file.path, "--code", file.code) as person:
        end = person.ended()
    assert end.code == 2 and "nobody here to answer them. Without a terminal --code CODE --save keeps" in end.err
    assert profiles.names() == ()


def test_an_application_asks_line_by_line_where_that_is_what_the_terminal_shows() -> None:
    application = Path(__file__).with_name("newsletter.py")
    with at_terminal(sys.executable, str(application)) as person:
        person.sees("Newsletter needs a mail account.", "line by line", "What is to be set up?")
        person.answers(":leave")
        end = person.ended()
    assert end.code == 1 and "No account was set up for Newsletter" in end.text


def test_an_application_gets_its_account_line_by_line() -> None:
    application = Path(__file__).with_name("newsletter.py")
    with at_terminal(sys.executable, str(application)) as person:
        person.chooses("Mail account by address")
        person.sees(f"Address [{PRACTICE_ADDRESS}]:")
        person.answers("", "")
        person.sees("Incoming, where mail is fetched: none")
        person.chooses("Continue", "Password")
        person.answers("")
        person.secret(PASSWORD)
        person.sees("Sending works.")
        person.chooses("Continue")
        person.sees("Save the account")
        person.answers("")
        person.chooses("Vault", "Save")
        person.sees("A new vault")
        person.secret("correct horse battery", "correct horse battery")
        person.sees("Saved newsletter", "Passphrase of the vault")
        person.secret("correct horse battery")
        person.sees(f"Sent from {PRACTICE_ADDRESS}, account newsletter.")
        end = person.ended()
    assert end.code == 0 and PASSWORD not in end.out and "correct horse battery" not in end.out


def test_what_is_piped_into_an_application_is_never_taken_for_answers() -> None:
    application = Path(__file__).with_name("newsletter.py")
    done = subprocess.run(
        [sys.executable, application], input="1\n", capture_output=True, text=True, timeout=20, check=False
    )
    assert "there is no terminal here to set one up in" in done.stderr and "What is to be set up?" not in done.stdout


@pytest.mark.parametrize("charset", ["C", "POSIX"])
def test_a_terminal_that_shows_ascii_only_gets_ascii_only(charset: str) -> None:
    env = {"LC_ALL": charset, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    with at_terminal(*COMMAND, "demo", "--plain", env=env) as person:
        person.chooses("Mail account by address")
        person.answers("adele@contoso.example", "Adele")
        person.chooses("All found", "Continue")
        person.sees("Sign-in, 4 of 7")
        person.answers(":leave")
        person.ended()
    assert person.raw.isascii()
    assert b"\\u" not in person.raw and b"SES, SendGrid, ..." in person.raw


def test_the_first_lines_of_the_help_name_it() -> None:
    done = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, timeout=20, check=False)
    assert "--plain" in " ".join(done.stdout.splitlines()[:1]) and "screen readers" in " ".join(
        done.stdout.splitlines()[:2]
    )

"""How the plain face ends: by keys, by signals, by a line that drops, by answers that end; no draft is lost by it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from tests.journeys.plainly import CTRL_C, CTRL_D, CTRL_Z, WAYS, Person, Seated, at_terminal, plainly

from mailwizard.draft import Stage
from mailwizard.sandbox.internet import PRACTICE_ADDRESS
from mailwizard.storage import drafts

WIZARD = (sys.executable, "-m", "tests.journeys.over_world", "all-well", "wizard", "--plain")
IN_TIME = 2.5
"""Seconds from a signal to the end; the run allows itself 2."""


def to_sign_in(person: Person) -> None:
    person.chooses("Mail account by address")
    person.answers(PRACTICE_ADDRESS, "Alice")
    person.chooses("Continue")
    person.sees("Sign-in, 4 of 7")


def to_secret(person: Person) -> None:
    to_sign_in(person)
    person.chooses("Password")
    person.answers("")
    person.sees("Password:")


def kept_at() -> Stage | None:
    """Return the stage at which the next run goes on."""
    kept = drafts.resume()
    return kept.stage if kept else None


def shows_what_is_typed(person: Seated) -> bool:
    return bool(termios.tcgetattr(person.child.child_fd)[3] & termios.ECHO)


@pytest.mark.parametrize("through", ["pipe", "file"])
def test_answers_that_end_are_named_by_the_question_that_had_none(through: str) -> None:
    with plainly(through, "over", "all-well", "wizard", "--plain") as person:
        to_sign_in(person)
        end = person.ended()
    assert end.code == 2
    assert end.err.startswith("mailwizard: the answers ended where this was asked: How do you sign in.")
    assert "mailwizard accounts add ADDRESS" in end.err and "mailwizard check" in end.err
    assert "is kept, without the secret. To go on: mailwizard" in end.text
    assert kept_at() is Stage.SIGN_IN


@pytest.mark.parametrize("words", [(), ("--plain",), ("demo",), ("demo", "all-well", "--plain")])
@pytest.mark.parametrize("stdin", ["/dev/null", "closed"])
def test_where_nobody_can_answer_nothing_is_asked(words: tuple[str, ...], stdin: str) -> None:
    command = f'exec "$@" {"<&-" if stdin == "closed" else "</dev/null"}'
    begun = time.monotonic()
    done = subprocess.run(
        ["/bin/sh", "-c", command, "sh", sys.executable, "-m", "mailwizard", *words],
        capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("mailwizard: the wizard asks questions, and there is nobody here")
    instead = "--practice SCENARIO" if "demo" in words else "mailwizard accounts add ADDRESS"
    assert instead in done.stderr and len(done.stderr.splitlines()) == 1
    assert time.monotonic() - begun < IN_TIME


@pytest.mark.parametrize("source", ["yes", "yes ''", "yes :back", "cat /dev/zero"])
def test_what_never_fits_is_not_taken_for_ever(source: str) -> None:
    command = f"{source} | {sys.executable} -m mailwizard --plain"
    done = subprocess.run(["/bin/bash", "-c", command], capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 2 and "the answers ended where this was asked" in done.stderr


def test_whoever_stops_reading_ends_the_run() -> None:
    command = f"printf '1\\n{PRACTICE_ADDRESS}\\n' | {' '.join(WIZARD)} | head -1; echo ${{PIPESTATUS[1]}}"
    done = subprocess.run(["/bin/bash", "-c", command], capture_output=True, text=True, timeout=20, check=False)
    assert done.stdout.splitlines()[-1] == "129" and done.stderr == ""


def test_a_disk_that_is_full_is_named() -> None:
    command = f"echo 1 | {' '.join(WIZARD)} >/dev/full"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 30
    assert done.stderr == "mailwizard: what is said cannot be written: No space left on device.\n"


def test_ctrl_d_leaves_and_keeps_the_draft() -> None:
    with at_terminal(*WIZARD) as person:
        to_sign_in(person)
        person.types(CTRL_D)
        end = person.ended()
    assert end.code == 130 and f"The draft of {PRACTICE_ADDRESS} is kept" in end.text
    assert kept_at() is Stage.SIGN_IN


def test_ctrl_c_asks_first_and_leaves_at_the_second_time() -> None:
    with at_terminal(*WIZARD) as person:
        person.chooses("Mail account by address")
        person.sees("Address:")
        person.types(CTRL_C)
        person.sees("Leave? Nothing is kept yet. Ctrl+C once more leaves; an answer goes on.", "Address:")
        person.answers(PRACTICE_ADDRESS, "Alice")
        person.chooses("Continue")
        person.sees("Sign-in, 4 of 7", "Number")
        person.types(CTRL_C)
        person.sees("Leave? Your draft is kept, without the secret.")
        person.answers("?")
        person.sees("How do you sign in?", "Number")
        person.types(CTRL_C)
        person.sees("Leave? Your draft is kept, without the secret.")
        person.types(CTRL_C)
        assert person.ended().code == 130
    assert kept_at() is Stage.SIGN_IN


@pytest.mark.parametrize(("number", "code"), [(signal.SIGHUP, 129), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("where", ["question", "secret"])
def test_a_signal_ends_the_run_in_time_with_the_draft_kept_and_the_terminal_as_it_was(
    number: int, code: int, where: str
) -> None:
    with at_terminal(*WIZARD) as person:
        (to_secret if where == "secret" else to_sign_in)(person)
        begun = time.monotonic()
        person.gets(number)
        while person.listen(0.05):
            assert time.monotonic() - begun < IN_TIME
        shown = shows_what_is_typed(person)
        assert person.ended().code == code
    assert shown and kept_at() is Stage.SIGN_IN


@pytest.mark.parametrize("before", ["", "trap '' HUP; "], ids=["SIGHUP heard", "SIGHUP ignored"])
@pytest.mark.parametrize("where", ["question", "secret"])
def test_a_lost_terminal_ends_the_run(before: str, where: str, tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    with at_terminal("/bin/sh", "-c", f"trap : HUP; ({before}exec {' '.join(WIZARD)}); echo $? > {ended}") as person:
        (to_secret if where == "secret" else to_sign_in)(person)
        begun = time.monotonic()
        person.hangs_up()
        while not (ended.exists() and ended.read_text()):
            assert time.monotonic() - begun < IN_TIME
            time.sleep(0.01)
    assert ended.read_text().strip() == "129"
    assert kept_at() is Stage.SIGN_IN


def test_nobody_who_takes_what_is_written_does_not_hold_up_the_end() -> None:
    with at_terminal(*WIZARD) as person:
        person.sees("What is to be set up?")
        for _ in range(3):
            person.child.send(":explain\n" + "?\n" * 800)
            time.sleep(0.2)
        begun = time.monotonic()
        person.gets(signal.SIGTERM)
        while person.child.isalive():
            assert time.monotonic() - begun < IN_TIME
            time.sleep(0.02)
        assert person.child.exitstatus == 143


def test_a_fault_of_ours_is_one_plain_line_without_any_value_and_the_draft_stays() -> None:
    script = """
import sys
from tests.journeys import over_world
import mailwizard.plain.stages.sign_in as sign_in

async def broken(turn):
    hunter = "".join(["open", "-", "sesame"])
    await turn.talk.secret("Password")
    raise RuntimeError(f"no {hunter}")

sign_in.ask = broken
sys.exit(over_world.run("all-well", ["wizard", "--plain"]))
"""
    with at_terminal(sys.executable, "-c", script) as person:
        person.chooses("Mail account by address")
        person.answers(PRACTICE_ADDRESS, "")
        person.chooses("Continue")
        person.secret("gardening")
        person.sees("mailwizard met a fault of its own (RuntimeError in __main__:9) and had to end.")
        while person.listen():
            continue
        assert shows_what_is_typed(person)
        end = person.ended()
    assert end.code == 70 and "The draft is kept." in end.text
    assert "sesame" not in end.out and "Traceback" not in end.out and "gardening" not in end.out
    assert kept_at() is Stage.SIGN_IN


def test_a_secret_stays_hidden_after_the_run_was_stopped_and_brought_back() -> None:
    with at_terminal("/bin/bash", "--norc", "-i", env={"PS1": "shell> "}) as person:
        person.sees("shell>")
        person.types(f"{' '.join(WIZARD)}\n")
        person.sees("What is to be set up?")
        to_secret(person)
        person.types(CTRL_Z)
        person.sees("Stopped", "shell>")
        person.types("echo vis''ible\n")
        person.sees("visible", "shell>")
        person.types("fg\n")
        person.sees("Password:")
        person.secret("gardening")
        person.sees("Validate, 5 of 7")
        assert b"gardening" not in person.raw


def test_what_was_typed_ahead_answers_questions_but_is_never_a_secret() -> None:
    with at_terminal(*WIZARD) as person:
        person.sees("Number")
        person.types(f"1\n{PRACTICE_ADDRESS}\nAlice\n1\n1\n\ngardening\n")
        person.sees("Password:")
        assert not person.listen(0.3) or "Validate" not in person.said
        person.secret("correct-horse-battery")
        person.sees("Receiving and sending work.")


def test_what_was_typed_before_a_warning_was_seen_does_not_confirm_it() -> None:
    with at_terminal(*WIZARD) as person:
        person.sees("Number")
        person.types(f"1\n{PRACTICE_ADDRESS}\nceo@bank.example\n\n\n\n")
        person.sees("some receivers refuse such mail", "[ceo@bank.example]")
        person.answers("")
        person.sees("Servers, 3 of 7")


def test_a_run_that_waits_uses_no_time_of_the_processor() -> None:
    with at_terminal(*WIZARD) as person:
        to_sign_in(person)
        time.sleep(0.3)
        before = _used(person)
        time.sleep(1.0)
        assert _used(person) - before <= 2 / os.sysconf("SC_CLK_TCK") * 100 / 100
        assert not person.listen(0.1) or not person.said.endswith("\n")


def _used(person: Seated) -> float:
    """Return the seconds of the processor that the program has used."""
    fields = Path(f"/proc/{person.child.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("through", WAYS)
def test_a_home_that_cannot_be_written_is_said_and_loses_nothing(through: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    below = str(tmp_path / "file" / "below")
    env = {"XDG_CONFIG_HOME": below, "XDG_DATA_HOME": below, "XDG_STATE_HOME": below}
    with plainly(through, "over", "all-well", "wizard", "--plain", env=env) as person:
        person.chooses("Mail account by address")
        person.answers(PRACTICE_ADDRESS, "Alice")
        person.sees("Servers, 3 of 7", "The draft cannot be kept")
        person.chooses("Continue")
        person.sees("Sign-in, 4 of 7")
        person.answers(":leave")
        end = person.ended()
    assert end.code == 130 and f"The draft of {PRACTICE_ADDRESS} could not be kept" in end.text

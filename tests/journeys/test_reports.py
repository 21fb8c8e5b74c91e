"""Reports, from the run that writes one to whoever opens it elsewhere, with no network."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import NoReturn

import msgspec
import pexpect
import pytest
from tests.journeys.commands import PRACTICE, PROGRAM, Run, Said, saved_account

from mailwizard.cli.answers import CheckAnswer, ErrorAnswer
from mailwizard.cli.report_answers import OpenedReport, ReportAnswer
from mailwizard.report import FORMAT, Report, diagnoses_of, read
from mailwizard.report.pseudonyms import pseudonymous
from mailwizard.sandbox import labels
from mailwizard.sandbox.internet import CONTOSO_ADDRESS, GMAIL_ADDRESS, PRACTICE_ADDRESS

PASSWORDS = {
    PRACTICE_ADDRESS: "correct-horse-battery",
    GMAIL_ADDRESS: "My-Google-2026",
    CONTOSO_ADDRESS: "Quiet-Harbour-26",
    "sales@practice.example": "correct-horse-battery",
}
WHO = {"from-not-owned": "sales@practice.example", "wrong-password": PRACTICE_ADDRESS}
DEEPER = {"from-not-owned": ("--until", "sender")}
WELL = {"all-well", "exchange-own-server"}
FILE = "run.mwz"


def who(scenario: str) -> str:
    """Return the address of a practice world."""
    if scenario.startswith(("gmail", "google", "captive")):
        return GMAIL_ADDRESS
    contoso = scenario.startswith(("microsoft", "graph", "exchange")) and scenario != "exchange-own-server"
    return WHO.get(scenario, CONTOSO_ADDRESS if contoso else PRACTICE_ADDRESS)


def checked(run: Run, scenario: str, *more: str) -> Said:
    """Check in a practice world, with a report."""
    address = who(scenario)
    secret = "correct-horse-batterie" if scenario == "wrong-password" else PASSWORDS[address]
    words = ("check", "--address", address, "--practice", scenario, "--step-deadline", "1", "--report", FILE, *more)
    return run(*words, secret=secret)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return another person's empty home, on a machine without a network, to which ``moved`` brings one."""
    return tmp_path / "elsewhere"


def moved(monkeypatch: pytest.MonkeyPatch, elsewhere: Path) -> None:
    """Go to another home, where nobody may open a connection."""
    elsewhere.mkdir()
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(elsewhere))

    def never(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a connection")

    monkeypatch.setattr(socket, "socket", never)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of one's own."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("scenario", labels())
def test_a_report_of_every_practice_world_says_elsewhere_what_the_check_said(
    scenario: str, run: Run, monkeypatch: pytest.MonkeyPatch, elsewhere: Path
) -> None:
    live = checked(run, scenario, "--json", *DEEPER.get(scenario, ()))
    told = live.read(CheckAnswer)
    assert bool(told.diagnoses) is (scenario not in WELL) and (live.code == 0) is (scenario in WELL)
    assert not live.holds(PASSWORDS[who(scenario)])
    written, state = Path(FILE).read_bytes(), Path(FILE).stat()
    moved(monkeypatch, elsewhere)
    opened = run("open", FILE, "--json").read(OpenedReport)
    assert (opened.diagnoses, opened.evidence, opened.remedies) == (told.diagnoses, told.evidence, told.remedies)
    assert (opened.ok, opened.until, opened.ruled_out) == (told.ok, told.until, told.ruled_out) and not opened.no_more
    assert opened.clues and opened.environment.python.startswith("CPython") and opened.practice == scenario
    said = run("open", FILE)
    assert said.code == 0 and all(one.title in " ".join(said.out.split()) for one in told.diagnoses)
    assert PASSWORDS[who(scenario)].encode() not in written
    assert Path(FILE).read_bytes() == written and Path(FILE).stat().st_mtime_ns == state.st_mtime_ns
    assert not any(elsewhere.iterdir())
    other = msgspec.convert(pseudonymous(msgspec.to_builtins(read(written)))[0], Report)
    assert [one.cause for one in diagnoses_of(other)] == [one.cause for one in told.diagnoses]


def test_before_it_is_written_it_is_told_what_is_in_it(run: Run) -> None:
    said = checked(run, "wrong-password")
    assert said.code == 14, "the exit code is the check's"
    told = " ".join(said.err.split())
    assert told.index("The report holds") < told.index("Wrote run.mwz")
    for part in (PRACTICE_ADDRESS, "12 steps (10 ok, 1 fail, 1 skip)", "wrong_password", "lines over 2 connections"):
        assert part in told
    assert "(secret) stands in 1 place" in told and "mailwizard open run.mwz" in told
    assert Path(FILE).stat().st_mode & 0o777 == 0o600 and json.loads(Path(FILE).read_text())["format"] == FORMAT
    assert "=== imap" not in said.err, "what was said is shown only where that is asked for"


def test_what_is_there_already_is_left_alone_before_anything_is_asked(run: Run, here: Path) -> None:
    Path(FILE).write_text("mine")
    said = run("check", "--address", PRACTICE_ADDRESS, *PRACTICE, "--report", FILE, "--until", "reach")
    assert (said.code, said.out, Path(FILE).read_text()) == (2, "", "mine") and "add --force" in said.err
    Path("link").symlink_to(here / FILE)
    os.mkfifo("pipe")
    Path("folder").mkdir()
    for name in ("link", "pipe", "folder"):
        refused = run("report", "--address", PRACTICE_ADDRESS, *PRACTICE, "-o", name, "--force")
        assert refused.code == 2 and "no plain file" in refused.err
    assert "there is no folder" in run("report", "alice", "-o", "gone/run.mwz").err
    forced = run("check", "--address", PRACTICE_ADDRESS, *PRACTICE, "--report", FILE, "--until", "reach", "--force")
    assert forced.code == 0 and Path(FILE).read_bytes() != b"mine"
    assert [*here.glob(".*")] == [] and not Path(f"{FILE}.old").exists()


def test_a_saved_account_is_checked_first_or_told_as_it_is_saved(run: Run) -> None:
    saved_account()
    answer = run("report", "alice", *PRACTICE, "--json", secret="correct-horse-battery").read(ReportAnswer)
    assert answer.ok and answer.path == "alice.mwz" and answer.causes == ()
    opened = run("open", "alice.mwz", "--json").read(OpenedReport)
    assert opened.account == "alice" and opened.ok and any(one.step == "sign-in" for one in opened.evidence)
    saved = run("report", "alice", "--no-check", "--pseudonyms", "-o", "saved.mwz")
    assert saved.code == 0
    hidden = run("open", "saved.mwz", "--json").read(OpenedReport)
    assert (hidden.account, hidden.address, hidden.pseudonyms) == ("account1", "user1@domain1.example", True)
    assert {one.host for one in hidden.servers} == {"mail.domain1.example"} and not hidden.evidence


def test_its_text_can_be_seen_without_writing_it(run: Run) -> None:
    saved_account()
    said = run("report", "alice", "--no-check", "--show")
    assert msgspec.json.decode(said.out, type=Report).account == "alice" and not Path("alice.mwz").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "alice", "--pseudonyms"), "add --report FILE"),
        (("check", "--all", "--report", FILE), "--report"),
        (("report", "--no-check"), "name one"),
        (("report", "alice", "--no-check", "--practice", "all-well"), "--practice has nothing to do"),
        (("report", "nobody", "--no-check"), "There is no account nobody"),
        (("open", FILE), "does not exist"),
    ],
)
def test_what_cannot_be_is_one_sentence(run: Run, words: tuple[str, ...], said: str) -> None:
    ended = run(*words)
    assert ended.code in {2, 30} and said in ended.err and not Path(FILE).exists()


def test_a_report_needs_no_code_and_takes_no_other_option(run: Run) -> None:
    saved_account()
    run("report", "alice", "--no-check", "-o", FILE)
    assert "--code is not about" in run("open", FILE, "--code", "K7QP-M2XD-9FTR").err
    assert "--save is not about" in run("open", FILE, "--save").err
    assert run("open", FILE, "--save", "--json").read(ErrorAnswer).error.code == "usage"


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="a folder that takes no file is there on Linux only")
def test_a_report_that_cannot_be_written_changes_nothing_of_the_answer(run: Run) -> None:
    words = ("check", "--address", PRACTICE_ADDRESS, *PRACTICE, "--until", "reach", "--json")
    said = run(*words, "--report", "/proc/run.mwz")
    assert said.read(CheckAnswer).ok and said.code == 30 and "the report is not written: " in said.err


def test_at_a_terminal_a_person_is_asked_and_may_see_all_of_it(here: Path) -> None:
    words = ["report", "--address", PRACTICE_ADDRESS, "--practice", "port-blocked", "--until", "reach"]
    child = pexpect.spawn(PROGRAM, [*words, "--step-deadline", "1"], encoding="utf-8", dimensions=(24, 80), timeout=20)
    child.expect("n leaves it:")
    child.sendline("s")
    child.expect('"format": "mailwizard-report"')
    child.expect("n leaves it:")
    assert not [*here.iterdir()]
    child.sendline("n")
    child.expect("Nothing was written")
    child.expect(pexpect.EOF)
    assert not [*here.iterdir()]


def test_a_check_that_is_stopped_is_told_as_far_as_it_got(here: Path) -> None:
    words = ["check", "--address", PRACTICE_ADDRESS, "--practice", "port-blocked", "--until", "reach"]
    child = pexpect.spawn(PROGRAM, [*words, "--report", FILE], encoding="utf-8", dimensions=(24, 80), timeout=20)
    child.expect("OK +resolve")
    child.sendintr()
    child.expect("Wrote run.mwz")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
    report = read(Path(FILE).read_bytes())
    assert report.stopped.startswith("stopped.") and not report.ok and report.evidence

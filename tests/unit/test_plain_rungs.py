"""The lines of a check: one for each step that ends, few for one that takes long, none for what nobody needs."""

from __future__ import annotations

import time

import pytest

from mailwizard.faces.rungs import ended
from mailwizard.model import AuthKind, Candidate, Endpoint, Evidence, Outcome, Protocol, Security, Step, Trust
from mailwizard.plain.rungs import PAUSE, SILENT, Rungs
from mailwizard.plain.talk import Talk

SMTP = Candidate(
    Endpoint(Protocol.SMTP, "smtp.example.com", 587, Security.STARTTLS), "alice", (AuthKind.PASSWORD,), "x", Trust.GUESS
)
SUBJECT = str(SMTP.endpoint)
Facts = tuple[tuple[str, str], ...]


def seen(outcome: Outcome, step: Step = Step.SIGN_IN, detail: str = "", facts: Facts = ()) -> Evidence:
    return Evidence(SUBJECT, step, outcome, "", "", detail, 0.088, facts)


@pytest.fixture
def rungs() -> Rungs:
    return Rungs(Talk(), (SMTP,))


def test_a_step_is_said_once_as_it_ends(rungs: Rungs, capsys: pytest.CaptureFixture[str]) -> None:
    rungs.heard(seen(Outcome.RUNNING))
    assert capsys.readouterr().out == ""
    for _ in range(2):
        rungs.heard(seen(Outcome.OK, detail="signed in as alice"))
    assert capsys.readouterr().out == "OK: sign in, smtp.example.com:587, 88 ms\n"


def test_a_slow_step_is_told_after_a_while_and_then_seldom(rungs: Rungs, capsys: pytest.CaptureFixture[str]) -> None:
    begun = time.monotonic()
    rungs.heard(seen(Outcome.RUNNING))
    rungs.tick(begun + SILENT - 0.1)
    assert capsys.readouterr().out == ""
    for moment in (SILENT + 0.1, SILENT + 1, SILENT + PAUSE - 0.1):
        rungs.tick(begun + moment)
    assert capsys.readouterr().out == "RUNNING: sign in, smtp.example.com:587, 2 s of at most 15 s\n"
    rungs.tick(begun + SILENT + PAUSE + 0.2)
    assert capsys.readouterr().out == "RUNNING: sign in, smtp.example.com:587, 7 s of at most 15 s\n"
    rungs.heard(seen(Outcome.OK))
    capsys.readouterr()
    rungs.tick(begun + 100)
    assert capsys.readouterr().out == ""


def test_what_a_running_step_tells_by_itself_takes_the_place_of_its_limit(
    rungs: Rungs, capsys: pytest.CaptureFixture[str]
) -> None:
    rungs.heard(seen(Outcome.RUNNING, Step.MAILBOX))
    rungs.heard(seen(Outcome.RUNNING, Step.MAILBOX, "under way for 3 s, waiting up to 45 s"))
    rungs.tick(time.monotonic() + 3)
    said = capsys.readouterr().out.replace("\n", " ")
    assert said == "RUNNING: mailbox, smtp.example.com:587, 3 s, under way for 3 s, waiting up to 45 s "


@pytest.mark.parametrize("step", [Step.GREETING, Step.CAPABILITIES])
def test_what_passes_and_nobody_asks_for_is_not_said_but_its_failure_is(
    step: Step, rungs: Rungs, capsys: pytest.CaptureFixture[str]
) -> None:
    rungs.heard(seen(Outcome.OK, step))
    assert capsys.readouterr().out == ""
    rungs.heard(seen(Outcome.FAIL, step, "garbled"))
    assert capsys.readouterr().out == f"FAIL: {step.value}, smtp.example.com:587, 88 ms. garbled\n"


def test_a_failure_is_said_in_its_first_sentence_and_what_was_skipped_in_full() -> None:
    two = "535 5.7.8 Not accepted. Learn more elsewhere."
    assert ended(seen(Outcome.FAIL, detail=two), (SMTP,)).endswith("88 ms. 535 5.7.8 Not accepted")
    assert ended(seen(Outcome.SKIP, detail=two), (SMTP,)).endswith(two)


def test_a_secret_that_went_unencrypted_stands_out() -> None:
    assert ended(seen(Outcome.WARN, facts=(("clear-text", "yes"),)), (SMTP,)).startswith("!!: sign in")

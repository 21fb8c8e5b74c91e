"""What a check has ruled out, in its text and in its JSON, for real runs over practice worlds."""

from __future__ import annotations

import pytest
from tests.journeys.commands import Run

from mailwizard.cli.answers import CheckAnswer

ALICE = ("check", "--address", "alice@practice.example", "--practice")


def test_a_check_that_fails_says_in_short_what_is_ruled_out_and_what_is_open(run: Run) -> None:
    out = " ".join(run(*ALICE, "wrong-password", secret="wrong").out.split())
    assert "Ruled out mail.practice.example:993: the name, the port, the certificate" in out
    assert "Still open The password was not tried at mail.practice.example:465" in out


def test_a_check_that_holds_needs_no_such_list_but_its_json_has_it(run: Run) -> None:
    words = (*ALICE, "all-well", "--until", "delivery")
    assert "Ruled out" not in run(*words, secret="correct-horse-battery").out
    answer = run(*words, "--json", secret="correct-horse-battery").read(CheckAnswer)
    assert {point.standing for point in answer.ruled_out} == {"ruled-out"}
    assert "A message to oneself went out and came in." in {point.text for point in answer.ruled_out}


@pytest.mark.parametrize(
    ("world", "words", "ruled", "not_ruled"),
    [
        ("port-blocked", ("--reference",), "This network does not block port 587", "Port 587 is not blocked"),
        ("certificate-other-name", (), "The name mail.practice.example exists", "Nobody intercepts TLS"),
        ("server-dead", (), "This machine is not cut off", "Port 465 is not blocked"),
        ("wrong-password", (), "Nobody intercepts TLS", "are right"),
    ],
)
def test_what_is_ruled_out_is_no_more_than_was_seen(
    world: str, words: tuple[str, ...], ruled: str, not_ruled: str, run: Run
) -> None:
    answer = run(*ALICE, world, *words, "--json", "--step-deadline", "2", secret="wrong").read(CheckAnswer)
    told = [point.text for point in answer.ruled_out if point.standing == "ruled-out"]
    assert any(ruled in text for text in told), told
    assert not any(not_ruled in text for text in told), told
    wrong = [point for point in answer.ruled_out if point.standing == "not-well"]
    assert wrong and all(point.subjects for point in wrong)

"""What would work instead, and a comparison with well-known servers, on the command line."""

from __future__ import annotations

from tests.journeys.commands import Run

from mailwizard.cli.answers import CheckAnswer
from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS

BLOCKED = (
    "check",
    "--address",
    PRACTICE_ADDRESS,
    "--practice",
    "egress-blocked",
    "--until",
    "reach",
    "--step-deadline",
    "2",
)


def test_nobody_else_is_contacted_without_the_flag(run: Run) -> None:
    answer = run(*BLOCKED, "--json").read(CheckAnswer)
    assert [cause.cause for cause in answer.diagnoses] == ["conn_timeout_blocked"]
    assert not [seen for seen in answer.evidence if dict(seen.facts).get("reference")]


def test_with_the_flag_the_network_is_blamed_for_certain(run: Run) -> None:
    said = run(*BLOCKED, "--json", "--reference")
    answer = said.read(CheckAnswer)
    assert said.code == 11
    assert [(cause.cause, cause.confidence) for cause in answer.diagnoses] == [("egress_blocked", "certain")]
    asked = {dict(seen.facts).get("reference") for seen in answer.evidence} - {None}
    assert {"smtp.gmail.com", "smtp-mail.outlook.com"} <= asked
    assert [change.title for change in answer.remedies] == ["Use port 465 with TLS"]
    assert [seen.code for seen in answer.evidence if seen.step == "discover"] == ["neighbours.tried"]


def test_help_says_who_is_contacted_and_what_they_learn(run: Run) -> None:
    said = " ".join(run("check", "--help").out.split())
    assert "--reference" in said and "Gmail, Outlook.com" in said
    assert "they learn this machine's address and nothing else" in said


def test_what_costs_a_login_is_listed_apart_with_its_price(run: Run) -> None:
    words = ("check", "--address", PRACTICE_ADDRESS, "--practice", "username-form")
    answer = run(*words, "--json", secret=PASSWORD).read(CheckAnswer)
    (change,) = answer.remedies
    assert (change.title, change.costs, change.candidate.username) == ("Sign in as alice", "one more login", "alice")
    said = run(*words, secret=PASSWORD).out
    assert "Not tried, because each costs one more login:" in said
    assert "Sign in as alice  --username alice" in said
    assert "would work" not in said
    assert run(*words, "--username", "alice", secret=PASSWORD).code == 0

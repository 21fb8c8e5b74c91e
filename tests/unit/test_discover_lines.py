"""What ``discover`` says of ways that all failed alike."""

from __future__ import annotations

from mailwizard.cli.commands.discover import ALIKE, _lines
from mailwizard.cli.finding import Found, labels
from mailwizard.discovery import SUMMARY
from mailwizard.model import Address, Evidence, Outcome, Step


def found(count: int, *others: Evidence) -> str:
    subjects = [name for name in labels() if name != SUMMARY][:count]
    clues = [Evidence(name, Step.DISCOVER, Outcome.FAIL, "dns.timeout", detail="no answer") for name in subjects]
    summary = Evidence(SUMMARY, Step.DISCOVER, Outcome.FAIL, "dns.timeout", detail="DNS is not answering")
    return "\n".join(_lines(Found(Address.parse("a@example.com"), (), (), (*clues, *others, summary), "", ())))


def test_many_failures_of_one_kind_are_one_sentence() -> None:
    text = found(ALIKE)
    assert text.count("FAIL") == 1 and "DNS is not answering" in text
    assert f"{ALIKE} ways failed alike, dns.timeout: " in text


def test_a_failure_of_another_kind_stands_by_itself() -> None:
    other = Evidence("pacc", Step.DISCOVER, Outcome.FAIL, "tls.expired", detail="ended yesterday")
    text = found(ALIKE, other)
    assert text.count("FAIL") == 2 and "ended yesterday" in text


def test_a_few_failures_stay_as_they_are() -> None:
    assert found(ALIKE - 1).count("FAIL") == ALIKE

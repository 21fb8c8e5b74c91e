"""Advice follows the calendar, old advice is recognised, and a card that grows old is named."""

from __future__ import annotations

import warnings
from datetime import date

import pytest

from mailwizard import knowledge
from mailwizard.diagnosis import explain
from mailwizard.knowledge.problem import ProblemCard

YEAR = 366


@pytest.mark.parametrize(
    "card", [card for card in knowledge.problems().values() if card.dated], ids=lambda card: card.id
)
def test_a_dated_sentence_is_said_on_its_days_alone(card: ProblemCard) -> None:
    for sentence in card.dated:
        if sentence.start:
            assert sentence.holds(sentence.start)
            assert not sentence.holds("2000-01-01")
        if sentence.end:
            assert not sentence.holds(sentence.end)
            assert not sentence.holds("2100-01-01")


@pytest.mark.parametrize(
    ("today", "words"),
    [("2026-11-21", "still takes passwords for sending"), ("2027-02-01", "off by default")],
)
def test_password_sending_at_microsoft_reads_before_and_after_its_day(today: str, words: str) -> None:
    text = "a1 NO LOGIN failed. (outlook.office365.com)"
    assert words in explain(text, today=today).diagnoses[0].why


@pytest.mark.parametrize(
    ("text", "causes"),
    [
        (
            "The guide says: allow less secure apps in your Google account",
            {"basic_auth_retired", "app_password_required"},
        ),
        ("I made an app password for Outlook.com and IMAP still fails", {"basic_auth_retired"}),
        ("IMAP password for Office 365 is refused", {"basic_auth_retired"}),
        ("535 they told me to turn on Less secure app access", {"basic_auth_retired", "app_password_required"}),
    ],
)
def test_old_advice_is_recognised(text: str, causes: set[str]) -> None:
    assert explain(text).diagnoses[0].cause in causes


def test_a_card_older_than_a_year_is_named() -> None:
    today = date.today()
    verified = {card.id: card.verified for card in knowledge.problems().values()}
    verified |= {card.id: card.verified for card in knowledge.providers().values()}
    old = sorted(name for name, day in verified.items() if (today - date.fromisoformat(day)).days > YEAR)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        if old:
            warnings.warn(f"look at these cards again: {', '.join(old)}", stacklevel=1)


def test_every_guide_of_a_provider_is_reachable_from_a_cause() -> None:
    unreachable = [
        guide.id
        for card in knowledge.providers().values()
        for guide in card.guides
        if guide.id.partition(".")[2]
        not in {slug for _, slug in card.cures} | {caution.guide for caution in card.cautions}
    ]
    assert unreachable == []
    assert {cause for card in knowledge.providers().values() for cause, _ in card.cures} <= set(knowledge.problems())

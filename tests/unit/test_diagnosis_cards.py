"""How a problem card is read, and what is wrong with a broken one."""

from __future__ import annotations

from typing import Any

import pytest

from mailwizard.knowledge.cards import Card, CardError, Section
from mailwizard.knowledge.problem import Fix, Rule, read_problem
from mailwizard.knowledge.sentences import Dated
from mailwizard.model import Confidence

HEAD: dict[str, Any] = {"title": "It hurts", "who": "user", "verified": "2026-11-21", "sources": ["RFC 5321"]}
FIX = Section("Fix", "", (("who", "user"),), "", ("Stop it.",))


def card(*, lead: str = "Because.", sections: tuple[Section, ...] = (FIX,), **head: Any) -> Card:
    """Return a card as the reader of files gives it."""
    return Card("it_hurts", {**HEAD, **head}, lead, sections)


def test_a_card_becomes_typed_data() -> None:
    rule = {"word": "ouch", "code": ["smtp.5*"], "port": 25, "fact": {"issuer": "*x*"}, "confidence": "certain"}
    dated = {"text": "Soon it ends.", "until": "2027-01-01"}
    sure = Section("Be sure", "", (), "Poke it.", ())
    limited = Section("Fix", "", (("who", "admin,provider"), ("provider", "gmail")), "", ("Heal.",))
    read = read_problem(card(rule=[rule], dated=[dated], example=[{"text": "ouch"}], sections=(sure, FIX, limited)))
    assert (read.id, read.title, read.who, read.why, read.sure) == (
        "it_hurts",
        "It hurts",
        ("user",),
        "Because.",
        "Poke it.",
    )
    assert read.rules == (
        Rule(word=("ouch",), code=("smtp.5*",), port=(25,), fact=(("issuer", "*x*"),), confidence=Confidence.CERTAIN),
    )
    assert read.fixes == (Fix(("user",), ("Stop it.",)), Fix(("admin", "provider"), ("Heal.",), "", ("gmail",)))
    assert read.dated == (Dated("Soon it ends.", "", "2027-01-01"),)
    assert read.examples[0].text == "ouch"


def test_a_dated_sentence_holds_from_its_first_day_to_the_day_before_its_last() -> None:
    sentence = Dated("x", "2026-01-01", "2027-01-01")
    assert [sentence.holds(day) for day in ("2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01")] == [
        False, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("head", "complaint"),
    [
        ({"titel": "x"}, "unknown key 'titel'"),
        ({"advice": [{"said": ["x"]}]}, "a list of what was said, and a text"),
        ({"advice": [{"said": ["Upper"], "text": "No."}]}, "lower case"),
        ({"title": " "}, "has a title"),
        ({"verified": "yesterday"}, "ISO date"),
        ({"who": "nobody"}, "one or more of"),
        ({"who": [1]}, "a text or a list"),
        ({"rule": {"word": "x"}}, "two brackets"),
        ({"rule": [{"wurd": "x"}]}, "unknown key 'wurd'"),
        ({"rule": [{"word": "Upper"}]}, "lower case"),
        ({"rule": [{"word": "two  blanks"}]}, "single blanks"),
        ({"rule": [{"says": "x"}]}, "needs a word"),
        ({"rule": [{"word": "x", "says": "("}]}, "no regular expression"),
        ({"rule": [{"word": "x", "says": 1}]}, "is a regular expression"),
        ({"rule": [{"confidence": "certain"}]}, "names a code, a word or where"),
        ({"rule": [{"word": "x", "confidence": "sure"}]}, "certain, likely or possible"),
        ({"rule": [{"word": "x", "port": "25"}]}, "a number"),
        ({"rule": [{"word": "x", "fact": {"a": 1}}]}, "table of texts"),
        ({"example": [{"context": "x"}]}, "unknown key 'context'"),
        ({"example": [{"step": "sign-in"}]}, "a text or a code"),
        ({"dated": [{"text": "x"}]}, "ISO dates"),
        ({"dated": [{"from": "2026-01-01"}]}, "has a text"),
    ],
)
def test_a_broken_head_is_refused_with_the_reason(head: dict[str, Any], complaint: str) -> None:
    with pytest.raises(CardError, match=complaint):
        read_problem(card(**head))


@pytest.mark.parametrize(
    ("lead", "section", "complaint"),
    [
        ("", FIX, "why it happens"),
        ("Because.", Section("Cure", "", (), "", ("x",)), "called Be sure or Fix"),
        ("Because.", Section("Fix", "", (), "Words only.", ()), "numbered steps"),
        ("Because.", Section("Fix", "", (("who", "cat"),), "", ("x",)), "one or more of"),
    ],
)
def test_a_broken_body_is_refused_with_the_reason(lead: str, section: Section, complaint: str) -> None:
    with pytest.raises(CardError, match=complaint):
        read_problem(card(lead=lead, sections=(section,)))

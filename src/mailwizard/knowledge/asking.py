"""What whoever helps on the telephone asks, and what each answer means: a part of the cards' heads.

A problem card, or a guide of a provider's or issuer's card (which ``guide`` then names by its slug), has questions in
the order in which they are to be asked::

    [[ask]]
    question = "Does the web page take the same password?"
    answers = [
      { said = "Yes", means = "The password is right; programs need another one.", next = "app_password_required" },
      { said = "No", means = "The password is wrong.", next = "general.check-password" },
    ]

``next`` is what to open then: a cause, a guide, a step of one, or a page of the wizard; empty where the answer ends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from mailwizard.knowledge.cards import CardError


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody may say, what that means, and what to open next by its id."""

    said: str
    means: str
    next: str = ""


class Ask(msgspec.Struct, frozen=True):
    """One question with its answers, in words that can be read aloud to somebody who does not see this screen."""

    question: str
    answers: tuple[Answer, ...]


def read_ask(table: Mapping[str, Any]) -> Ask:
    """Read one question.

    Raises:
        CardError: saying what is wrong with it.
    """
    if not set(table) <= {"question", "answers", "guide"} or not isinstance(table.get("question"), str):
        raise CardError("ask has a question and answers, in a provider's card also the guide that it belongs to")
    answers = table.get("answers")
    if not isinstance(answers, list) or len(answers) < 2:
        raise CardError(f"a question has two answers or more: {table['question']!r}")
    return Ask(table["question"], tuple(_answer(answer) for answer in answers))


def _answer(table: object) -> Answer:
    wrong = CardError("an answer has said and means, and next where something is to be opened then")
    if not isinstance(table, dict) or not {"said", "means"} <= set(table) <= {"said", "means", "next"}:
        raise wrong
    if not all(isinstance(text, str) and text for text in table.values()):
        raise wrong
    return Answer(**table)


def asks_of(head: Mapping[str, Any], guide: str) -> tuple[Ask, ...]:
    """Return the questions of a head that belong to a guide, by its slug; those of a cause for an empty one.

    Raises:
        CardError: saying what is wrong with one.
    """
    tables = head.get("ask", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise CardError("write [[ask]] with two brackets")
    return tuple(read_ask(table) for table in tables if table.get("guide", "") == guide)


def hold_guides(head: Mapping[str, Any], slugs: set[str]) -> None:
    """Refuse a question about a guide that the card does not have.

    Raises:
        CardError: naming it.
    """
    for table in head.get("ask", []):
        if isinstance(table, dict) and table.get("guide") not in slugs:
            raise CardError(f"there is no guide {table.get('guide')!r} to ask about")

"""Sentences of a problem card that are said at times: on some days, or to somebody who brings old advice along."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from mailwizard.knowledge.cards import CardError

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Dated(msgspec.Struct, frozen=True, omit_defaults=True):
    """A sentence that holds from one day (included) until another (excluded), both ISO dates or empty."""

    text: str
    start: str = ""
    end: str = ""

    def holds(self, day: str) -> bool:
        """Return whether the sentence holds on an ISO date."""
        return self.start <= day and (not self.end or day < self.end)


class Advice(msgspec.Struct, frozen=True, omit_defaults=True):
    """What to say to somebody who was told to do something that does not help any more, or never did."""

    said: tuple[str, ...]
    """Words of that advice in lower case; one of them is enough."""
    text: str

    def fits(self, text: str) -> bool:
        """Return whether a text in lower case with single blanks holds the advice."""
        return any(words in text for words in self.said)


def read_dated(table: Mapping[str, Any]) -> Dated:
    """Read a sentence that depends on the day.

    Raises:
        CardError: saying what is wrong with it.
    """
    if set(table) - {"text", "from", "until"} or not isinstance(table.get("text"), str):
        raise CardError("dated has a text, and from or until")
    days = [str(table.get(key, "")) for key in ("from", "until")]
    if not any(days) or not all(DATE.fullmatch(day) for day in days if day):
        raise CardError("from and until are ISO dates")
    return Dated(table["text"], *days)


def read_advice(table: Mapping[str, Any]) -> Advice:
    """Read what old advice is answered with.

    Raises:
        CardError: saying what is wrong with it.
    """
    said = table.get("said")
    if set(table) != {"said", "text"} or not isinstance(table["text"], str) or not isinstance(said, list) or not said:
        raise CardError("advice has a list of what was said, and a text")
    if wrong := [words for words in said if not isinstance(words, str) or words != " ".join(words.lower().split())]:
        raise CardError(f"the words {wrong[0]!r} are lower case with single blanks")
    return Advice(tuple(said), table["text"])

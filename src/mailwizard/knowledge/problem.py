"""Problem cards: one cause each, why it happens, how to be sure of it, who mends it and how, and what gives it away."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from mailwizard.knowledge.asking import Ask, asks_of
from mailwizard.knowledge.cards import Card, CardError, Section
from mailwizard.knowledge.sentences import DATE, Advice, Dated, read_advice, read_dated
from mailwizard.model import Confidence

WHO = ("user", "admin", "provider", "network", "recipient", "client", "none")
"""Who can mend a cause; ``client`` is mailwizard itself, ``none`` means that waiting helps."""


class Rule(msgspec.Struct, frozen=True, omit_defaults=True):
    """What gives a cause away: every condition that is set must fit; of several values in one, any.

    ``code``, ``enhanced`` and the values of ``fact`` are shell patterns (``smtp.5*``). The words and ``says`` are
    held against the text in lower case with its blanks folded.
    """

    protocol: tuple[str, ...] = ()
    step: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    enhanced: tuple[str, ...] = ()
    provider: tuple[str, ...] = ()
    host: tuple[str, ...] = ()
    """Host names, or the ends of them at a dot."""
    port: tuple[int, ...] = ()
    security: tuple[str, ...] = ()
    mechanism: tuple[str, ...] = ()
    """Names of SASL mechanisms; one with a ``!`` in front is one that was not used."""
    fact: tuple[tuple[str, str], ...] = ()
    word: tuple[str, ...] = ()
    """Literal words or phrases; the index picks the rule by them."""
    also: tuple[str, ...] = ()
    """Further words, one of which must occur too."""
    without: tuple[str, ...] = ()
    """Words of which none may occur."""
    says: str = ""
    """A regular expression that must be found too."""
    sense: tuple[str, ...] = ()
    """What is said of what, whatever the words, such as ``mailbox full`` (see ``diagnosis.lexicon``)."""
    general: bool = False
    """Whether the words say little by themselves, so that any rule with more to say goes before."""
    confidence: Confidence = Confidence.LIKELY


class Example(msgspec.Struct, frozen=True, omit_defaults=True):
    """A text as a server sends it, or a code as a live run tells it, that must be diagnosed as the card's cause."""

    text: str = ""
    protocol: str = ""
    step: str = ""
    code: str = ""
    enhanced: str = ""
    provider: str = ""
    host: str = ""
    port: int = 0
    security: str = ""
    mechanism: str = ""
    fact: tuple[tuple[str, str], ...] = ()


class Fix(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one of those who can mend it does; limited to some providers where ``provider`` is set."""

    who: tuple[str, ...]
    steps: tuple[str, ...]
    lead: str = ""
    provider: tuple[str, ...] = ()


class Variant(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a card reads where some facts are known: what is set here takes the place of the card's own words."""

    fact: tuple[tuple[str, str], ...]
    title: str = ""
    why: str = ""
    who: tuple[str, ...] = ()
    fix: tuple[str, ...] = ()
    sure: str = ""


class ProblemCard(msgspec.Struct, frozen=True, omit_defaults=True):
    """One cause, as its card explains it."""

    id: str
    """The slug of the cause, which is the file's name."""
    title: str
    who: tuple[str, ...]
    why: str
    verified: str
    """ISO date of the last look at the sources."""
    sources: tuple[str, ...]
    sure: str = ""
    """The check that tells this cause from its neighbours."""
    fixes: tuple[Fix, ...] = ()
    rules: tuple[Rule, ...] = ()
    examples: tuple[Example, ...] = ()
    dated: tuple[Dated, ...] = ()
    advice: tuple[Advice, ...] = ()
    meanings: tuple[tuple[str, str], ...] = ()
    """What single codes say in plain words, where the card stands for many."""
    variants: tuple[Variant, ...] = ()
    """How it reads where more is known; the first one whose facts all fit counts."""
    protocol: tuple[str, ...] = ()
    """Mail protocols that can end in this cause; empty where any can."""
    step: tuple[str, ...] = ()
    """Steps that can end in this cause; empty where any can."""
    asks: tuple[Ask, ...] = ()
    """What whoever helps asks, in order; empty where nobody has written that down."""

    @property
    def general(self) -> tuple[Fix, ...]:
        """Return the fixes that hold at every provider; all of them where each is some provider's."""
        return tuple(fix for fix in self.fixes if not fix.provider) or self.fixes


_HEAD = {"title", "who", "verified", "sources", "protocol", "step", "rule", "example"}
_HEAD |= {"dated", "meaning", "variant", "advice", "ask"}


def read_problem(card: Card) -> ProblemCard:
    """Return a problem card as typed data.

    Raises:
        CardError: saying what is wrong with it.
    """
    head = card.head
    for key in sorted(set(head) - _HEAD):
        raise CardError(f"unknown key {key!r} in the head")
    title, verified = head.get("title"), str(head.get("verified", ""))
    if not isinstance(title, str) or not title.strip():
        raise CardError("a problem has a title")
    if not DATE.fullmatch(verified):
        raise CardError("verified is an ISO date, such as 2026-11-21")
    who = _who(_texts("who", head.get("who", ())))
    if not card.lead:
        raise CardError("the body begins with a sentence that says why it happens")
    sure = next((section for section in card.sections if section.title == "Be sure"), None)
    return ProblemCard(
        id=card.name,
        title=title,
        who=who,
        why=card.lead,
        verified=verified,
        sources=_texts("sources", head.get("sources", ())),
        sure="\n".join((sure.lead, *sure.steps)).strip() if sure else "",
        fixes=tuple(_fix(section, who) for section in card.sections if section is not sure),
        rules=tuple(_rule(table) for table in _tables(head, "rule")),
        examples=tuple(_example(table) for table in _tables(head, "example")),
        dated=tuple(read_dated(table) for table in _tables(head, "dated")),
        advice=tuple(read_advice(table) for table in _tables(head, "advice")),
        meanings=_facts(head.get("meaning", {})),
        variants=tuple(_variant(table) for table in _tables(head, "variant")),
        protocol=_texts("protocol", head.get("protocol", ())),
        step=_texts("step", head.get("step", ())),
        asks=asks_of(head, ""),
    )


def _tables(head: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return the tables of one kind."""
    tables = head.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise CardError(f"write [[{key}]] with two brackets")
    return tables


def _texts(key: str, value: object) -> tuple[str, ...]:
    """Read one text or a list of texts."""
    values = (value,) if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(text, str) and text for text in values):
        raise CardError(f"{key} is a text or a list of texts")
    return tuple(values)


def _who(who: tuple[str, ...]) -> tuple[str, ...]:
    """Check who can mend it."""
    if not who or set(who) - set(WHO):
        raise CardError(f"who is one or more of {', '.join(WHO)}")
    return who


def _facts(value: object) -> tuple[tuple[str, str], ...]:
    """Read a table of texts."""
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise CardError("fact is a table of texts")
    return tuple(value.items())


def _rule(table: Mapping[str, Any]) -> Rule:
    """Read one rule.

    Raises:
        CardError: for an unknown key, a pattern that is none, or a rule that fits everything.
    """
    known = set(Rule.__struct_fields__)
    for key in sorted(set(table) - known):
        raise CardError(f"unknown key {key!r} in a rule")
    values = {key: _READ.get(key, _texts)(key, value) for key, value in table.items()}
    for word in (*values.get("word", ()), *values.get("also", ()), *values.get("without", ())):
        if word != " ".join(word.lower().split()):
            raise CardError(f"the word {word!r} is lower case with single blanks")
    if "says" in table and "word" not in table:
        raise CardError(
            f"says needs a word beside it, which keeps it from being tried on every text: {table['says']!r}"
        )
    if not set(table) - {"confidence", "general", "without", "also", "says"}:
        raise CardError("a rule names a code, a word or where it holds")
    return Rule(**values)


def _confidence(key: str, value: object) -> Confidence:
    """Read how sure a rule is."""
    if value not in tuple(Confidence):
        raise CardError(f"{key} is certain, likely or possible")
    return Confidence(str(value))


def _pattern(key: str, value: object) -> str:
    """Check that a pattern is one."""
    if not isinstance(value, str):
        raise CardError(f"{key} is a regular expression")
    try:
        re.compile(value)
    except re.error as wrong:
        raise CardError(f"{key} is no regular expression: {value!r}: {wrong}") from None
    return value


def _ports(key: str, value: object) -> tuple[int, ...]:
    """Read one port or a list of ports."""
    ports = value if isinstance(value, list) else [value]
    if not all(isinstance(port, int) for port in ports):
        raise CardError(f"{key} is a number or a list of numbers")
    return tuple(ports)


_READ: Mapping[str, Callable[[str, object], Any]] = {
    "port": _ports,
    "fact": lambda _, value: _facts(value),
    "general": lambda _, value: value is True,
    "confidence": _confidence,
    "says": _pattern,
}
"""How the keys of a rule are read that are no texts."""


def _example(table: Mapping[str, Any]) -> Example:
    """Read one example."""
    known = set(Example.__struct_fields__)
    for key in sorted(set(table) - known):
        raise CardError(f"unknown key {key!r} in an example")
    values: dict[str, Any] = {key: _facts(value) if key == "fact" else value for key, value in table.items()}
    if not values.get("text") and not values.get("code"):
        raise CardError("an example has a text or a code")
    return Example(**values)


def _variant(table: Mapping[str, Any]) -> Variant:
    """Read how a card reads where some facts are known."""
    for key in sorted(set(table) - set(Variant.__struct_fields__)):
        raise CardError(f"unknown key {key!r} in a variant")
    texts = {key: table[key] for key in ("title", "why", "sure") if key in table}
    if not table.get("fact") or not all(isinstance(text, str) for text in texts.values()):
        raise CardError("a variant has facts, and texts of its own")
    who = _who(_texts("who", table["who"])) if "who" in table else ()
    return Variant(_facts(table["fact"]), who=who, fix=_texts("fix", table.get("fix", ())), **texts)


def _fix(section: Section, who: tuple[str, ...]) -> Fix:
    """Read a section ``## Fix {who=admin provider=gmail,zoho-com}``."""
    if not section.title.startswith("Fix"):
        raise CardError(f"a section is called Be sure or Fix, not {section.title!r}")
    if not section.steps:
        raise CardError(f"{section.title!r} has numbered steps")
    named = tuple(filter(None, section.attribute("who").split(",")))
    provider = tuple(filter(None, section.attribute("provider").split(",")))
    return Fix(_who(named or who), section.steps, section.lead, provider)

"""Hold the conditions of a rule against a clue: only those that the rule sets, the cheap ones first."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from mailwizard.diagnosis.reading import Clue, Reading
from mailwizard.knowledge.problem import Rule

NEAR = 300
"""Characters on either side of a rule's word in which its pattern is looked for."""
PLACES = 8
"""Occurrences of a word around which a pattern is tried."""

Condition = Callable[[str, Clue, set[str]], bool]
"""Whether a clue meets one condition; with the rule's word that occurs in it, and what it says of what."""


def conditions(rule: Rule) -> tuple[Condition, ...]:
    """Return the conditions of a rule, beside its word."""
    made: tuple[tuple[object, Condition], ...] = (
        *_circumstances(rule),
        (rule.code, lambda _, clue, __: _any(rule.code, clue.codes)),
        (rule.enhanced, lambda _, clue, __: _any(rule.enhanced, clue.enhanced)),
        (rule.sense, lambda _, __, said: not said.isdisjoint(rule.sense)),
        (rule.also, lambda _, clue, __: _one_of(rule.also, clue.folded)),
        (rule.without, lambda _, clue, __: not _one_of(rule.without, clue.folded)),
        (rule.says, lambda word, clue, _: _says(rule.says, word, clue.folded)),
    )
    return tuple(condition for value, condition in made if value)


def _circumstances(rule: Rule) -> tuple[tuple[object, Condition], ...]:
    """Return the conditions about where and how something was said, each behind the value that sets it."""
    anywhere = bool(rule.word or rule.sense)
    """Whether the words carry the rule where nobody knows the step."""
    steps = {*rule.step, ""} if anywhere else {*rule.step}
    return (
        (rule.protocol, lambda _, clue, __: clue.reading.protocol in rule.protocol),
        (rule.step, lambda _, clue, __: clue.reading.step in steps),
        (rule.provider, lambda _, clue, __: _any(rule.provider, (clue.reading.provider,))),
        (rule.host, lambda _, clue, __: _at(rule.host, clue.reading.host)),
        (rule.port, lambda _, clue, __: clue.reading.port in rule.port),
        (rule.security, lambda _, clue, __: clue.reading.security in rule.security),
        (rule.mechanism, lambda _, clue, __: _signs_in(rule.mechanism, clue.reading.mechanism)),
        (rule.fact, lambda _, clue, __: clue.reading.facts != () and _has(rule.fact, clue.reading)),
    )


def glob(pattern: str, value: str) -> bool:
    """Return whether a value fits a pattern whose ``*`` stands at its beginning, its end or both."""
    if pattern.endswith("*"):
        return pattern.strip("*") in value if pattern.startswith("*") else value.startswith(pattern[:-1])
    return value.endswith(pattern[1:]) if pattern.startswith("*") else value == pattern


def _any(patterns: tuple[str, ...], values: tuple[str, ...]) -> bool:
    """Return whether one of the values fits one of the patterns."""
    for value in values:
        if value in patterns:
            return True
        for pattern in patterns:
            if "*" in pattern and glob(pattern, value):
                return True
    return False


def _one_of(words: tuple[str, ...], folded: str) -> bool:
    """Return whether one of these words occurs; a plain loop, as this is asked ten thousand times a second."""
    for word in words:  # noqa: SIM110
        if word in folded:
            return True
    return False


def _signs_in(mechanisms: tuple[str, ...], seen: str) -> bool:
    """Return whether somebody signed in with one of these, or with none of those that are named with a ``!``."""
    named = [name for name in mechanisms if not name.startswith("!")]
    return f"!{seen}" not in mechanisms and (not named or seen in named)


def _at(suffixes: tuple[str, ...], host: str) -> bool:
    """Return whether a host is one of these or below one of them."""
    return any(host == suffix or host.endswith(f".{suffix}") for suffix in suffixes)


def _has(facts: tuple[tuple[str, str], ...], seen: Reading) -> bool:
    """Return whether each fact is known and fits its pattern."""
    known = dict(seen.facts)
    return all(name in known and glob(pattern.lower(), known[name].lower()) for name, pattern in facts)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern, compiled when it is first needed."""
    return re.compile(pattern)


def _says(pattern: str, word: str, folded: str) -> bool:
    """Return whether a pattern is found near its word."""
    place = folded.find(word)
    for _ in range(PLACES):
        if place < 0:
            return False
        if _compiled(pattern).search(folded, max(0, place - NEAR), place + len(word) + NEAR):
            return True
        place = folded.find(word, place + len(word))
    return False

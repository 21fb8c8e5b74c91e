"""What a text says of what, whatever the words: pairs such as ``mailbox full`` or ``sender denied``.

A server's sentence names a thing and says something of it. Each predicate goes to the nearest thing in front of it,
else to the next one behind it; a negation makes an opposite of what follows it.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailwizard.diagnosis.lexicon import NEGATED, NEGATIONS, PLAIN, PREDICATES, SUBJECTS, words

BEFORE = 9
"""Words in front of a predicate among which its subject is looked for."""
BEHIND = 5
"""Words behind a predicate among which its subject is looked for."""
REACH = 4
"""Words over which a negation holds."""
LONGEST = 400
"""Words of a text that are looked at."""

_SUBJECT = words(SUBJECTS)
_PREDICATE = words(PREDICATES, PLAIN)
_NEGATED = words(NEGATED)
_NEGATIONS = frozenset(words(NEGATIONS))
_TELLING = frozenset(_SUBJECT) | frozenset(_PREDICATE) | frozenset(_NEGATED) | _NEGATIONS


def senses(tokens: Sequence[str]) -> set[str]:
    """Return what is said of what in a text, whose words come in order and in lower case."""
    subjects: list[tuple[int, str]] = []
    predicates: list[tuple[int, str]] = []
    negation = -REACH - 1
    for place, token in enumerate(tokens[:LONGEST]):
        if token not in _TELLING:
            continue
        if token in _NEGATIONS:
            negation = place
        elif token in _NEGATED:
            if place - negation <= REACH:
                predicates.append((place, _NEGATED[token]))
        elif token in _PREDICATE:
            predicates.append((place, _PREDICATE[token]))
        if token in _SUBJECT:
            subjects.append((place, _SUBJECT[token]))
    return {sense for place, said in predicates for sense in _pairs(place, said, subjects)} if predicates else set()


def _pairs(place: int, said: str, subjects: list[tuple[int, str]]) -> list[str]:
    """Return a predicate with each thing near enough, and by itself."""
    near = [subject for at, subject in subjects if -BEHIND <= place - at <= BEFORE and at != place]
    return [said, *(f"{subject} {said}" for subject in near)]

"""Hold rules against a clue and put the causes that fit in order.

The order is by how much of what was seen a rule explains (see ``points``). Equal points are settled by the cause's
name: the same clue has the same answer always.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from mailwizard.diagnosis.points import Entry, points
from mailwizard.diagnosis.reading import Clue, Reading
from mailwizard.diagnosis.sense import senses
from mailwizard.knowledge.problem import ProblemCard, Rule
from mailwizard.model import Confidence

NEAR = 300
"""Characters on either side of a rule's word in which its pattern is looked for."""
PLACES = 8
"""Occurrences of a word around which a pattern is tried."""
CLOSE = 8
"""Points within which a second cause is worth naming beside the first."""
TIE = 3
"""Points within which two causes count as level."""
OTHERS = 2
"""Causes that are named beside one that is not certain."""

_MAIL = frozenset({"smtp", "imap", "pop3"})
"""Protocols that a cause can be impossible in."""
_TOKEN = re.compile(r"[a-z0-9]+|[^\W_]+")


@dataclass(frozen=True, slots=True)
class Match:
    """A cause that fits a clue."""

    cause: str
    points: int
    confidence: Confidence


class Matcher:
    """The rules of many cards, found by the words and codes in them."""

    def __init__(self, cards: Iterable[ProblemCard]) -> None:
        self._by_token: dict[str, dict[str, list[Entry]]] = {}
        self._by_piece: dict[str, list[Entry]] = {}
        self._by_sense: dict[str, list[Entry]] = {}
        self._by_code: dict[str, list[Entry]] = {}
        self._always: list[Entry] = []
        self._elsewhere: dict[str, frozenset[str]] = {}
        listed = tuple(cards)
        for card in listed:
            for protocol in _MAIL.difference(card.protocol) if card.protocol else ():
                self._elsewhere[protocol] = self._elsewhere.get(protocol, frozenset()) | {card.id}
        entries = [Entry(card.id, rule) for card in listed for rule in card.rules]
        words = {word for entry in entries for word in entry.rule.word}
        common = Counter(token for word in words for token in set(_TOKEN.findall(word)))
        for entry in entries:
            self._file(entry, common)

    def _file(self, entry: Entry, common: Counter[str]) -> None:
        """Put a rule where the index finds it: under its words, else what it takes for said, else its codes.

        Of a phrase the word counts that is in the fewest others.
        """
        for word in entry.rule.word:
            if word.isascii():
                key = min(_TOKEN.findall(word) or [""], key=lambda token: (common[token], -len(token)))
                self._by_token.setdefault(key, {}).setdefault(word, []).append(entry)
            else:
                self._by_piece.setdefault(word, []).append(entry)
        if not entry.rule.word:
            for sense in entry.rule.sense:
                self._by_sense.setdefault(sense, []).append(entry)
        if not entry.rule.word and not entry.rule.sense:
            keys = {_family(code) if "*" in code else code for code in entry.rule.code} or set(entry.rule.enhanced)
            for key in keys:
                self._by_code.setdefault(key, []).append(entry)
            if not keys:
                self._always.append(entry)

    def match(self, clue: Clue) -> tuple[Match, ...]:
        """Return the causes that fit, best first."""
        best: dict[str, Match] = {}
        tokens = _TOKEN.findall(clue.folded)
        said = senses(tokens)
        elsewhere = self._elsewhere.get(clue.reading.protocol, frozenset())
        for entry, word in self._candidates(clue, set(tokens), said):
            if entry.cause in elsewhere or not (entry.plain or _fits(entry.rule, word, clue, said)):
                continue
            scored = points(entry, word, clue, said)
            if entry.cause not in best or scored > best[entry.cause].points:
                best[entry.cause] = Match(entry.cause, scored, entry.rule.confidence)
        return tuple(sorted(best.values(), key=lambda match: (-match.points, match.cause)))

    def _candidates(self, clue: Clue, tokens: set[str], said: set[str]) -> list[tuple[Entry, str]]:
        """Return the rules whose word, sense or code family occurs, each with the word."""
        found = self._worded(clue.folded, tokens)
        for sense in said:
            found += [(entry, "") for entry in self._by_sense.get(sense, ())]
        for key in {*clue.codes, *map(_family, clue.codes), *clue.enhanced}:
            found += [(entry, "") for entry in self._by_code.get(key, ())]
        found += [(entry, "") for entry in self._always]
        return found

    def _worded(self, folded: str, tokens: set[str]) -> list[tuple[Entry, str]]:
        """Return the rules of which a word stands in a text, each with the word."""
        found = [
            (entry, word)
            for token in tokens
            if token in self._by_token
            for word, entries in self._by_token[token].items()
            if word == token or (word in folded and stands(word, folded))
            for entry in entries
        ]
        if not folded.isascii():
            found += [(entry, word) for word, entries in self._by_piece.items() if word in folded for entry in entries]
        return found

    def nearest(self, clue: Clue) -> tuple[Match, ...]:
        """Return the causes whose words come nearest to a text in which none of them stands whole."""
        tokens = set(_TOKEN.findall(clue.folded))
        best: dict[str, float] = {}
        for token in tokens:
            for word, entries in self._by_token.get(token, {}).items():
                parts = _TOKEN.findall(word)
                shared = sum(part in tokens for part in parts)
                if shared < 2 or shared * 2 < len(parts):
                    continue
                for entry in entries:
                    best[entry.cause] = max(best.get(entry.cause, 0), shared * shared / len(parts))
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
        return tuple(Match(cause, 0, Confidence.POSSIBLE) for cause, _ in ranked)


def shortlist(matches: tuple[Match, ...]) -> tuple[Match, ...]:
    """Return the first cause and, where it is not certain, those close behind it, marked possible.

    A cause that claims to be certain while another is as good as level with it is no more than likely.
    """
    first = matches[0]
    others = [match for match in matches[1:] if match.points >= max(1, first.points - CLOSE)]
    if first.confidence is Confidence.CERTAIN:
        if not others or others[0].points < first.points - TIE:
            return (first,)
        first = Match(first.cause, first.points, Confidence.LIKELY)
    return (first, *(Match(match.cause, match.points, Confidence.POSSIBLE) for match in others[:OTHERS]))


def _family(code: str) -> str:
    """Return what a code's family is filed under."""
    return code.partition(".")[0] + ".*"


def stands(word: str, text: str) -> bool:
    """Return whether a word occurs in a text with no letter or digit grown on to it."""
    place = text.find(word)
    for _ in range(PLACES):
        if place < 0:
            return False
        end = place + len(word)
        before = word[0].isalnum() and place > 0 and text[place - 1].isalnum()
        after = word[-1].isalnum() and end < len(text) and text[end].isalnum()
        if not before and not after:
            return True
        place = text.find(word, place + 1)
    return False


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


def _fits(rule: Rule, word: str, clue: Clue, said: set[str]) -> bool:
    """Return whether all conditions of a rule hold; its word is known to occur."""
    seen, folded = clue.reading, clue.folded
    return (
        (not rule.protocol or seen.protocol in rule.protocol)
        and (not rule.step or seen.step in rule.step or (not seen.step and bool(rule.word or rule.sense)))
        and (not rule.code or _any(rule.code, clue.codes))
        and (not rule.enhanced or _any(rule.enhanced, clue.enhanced))
        and (not rule.provider or _any(rule.provider, (seen.provider,)))
        and (not rule.host or _at(rule.host, seen.host))
        and (not rule.port or seen.port in rule.port)
        and (not rule.security or seen.security in rule.security)
        and (not rule.mechanism or _signs_in(rule.mechanism, seen.mechanism))
        and (not rule.fact or _has(rule.fact, seen))
        and (not rule.sense or not said.isdisjoint(rule.sense))
        and (not rule.also or _one_of(rule.also, folded))
        and (not rule.without or not _one_of(rule.without, folded))
        and (not rule.says or _says(rule.says, word, folded))
    )


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

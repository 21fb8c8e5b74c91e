"""Hold rules against a clue and put the causes that fit in order.

The order is by how much of what was seen a rule explains (see ``points``). Equal points are settled by the cause's
name and the rule's place on its card: the same clue has the same answer always.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from mailwizard.diagnosis.points import Entry, points
from mailwizard.diagnosis.reading import Clue
from mailwizard.diagnosis.sense import senses
from mailwizard.knowledge.problem import ProblemCard
from mailwizard.knowledge.rarity import TOKEN, rarest
from mailwizard.model import Confidence, Step

PLACES = 8
"""Occurrences of a word of which one has to stand by itself."""
CLOSE = 8
"""Points within which a second cause is worth naming beside the first."""
TIE = 3
"""Points within which two causes count as level."""
OTHERS = 2
"""Causes that are named beside one that is not certain."""

REMEMBERED = 2048
"""Combinations of codes whose rules are remembered."""
FAMILIAR = 2
"""Letters behind the dot that a pattern for a family of codes may hold before its ``*``."""

_MAIL = frozenset({"smtp", "imap", "pop3"})
"""Protocols that a cause can be impossible in."""
_NOWHERE: frozenset[str] = frozenset()
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Match:
    """A cause that fits a clue."""

    cause: str
    points: int
    confidence: Confidence


class Matcher:
    """The rules of many cards, found by the words and codes in them.

    ``rare`` has the two rarest words of each phrase in them, where that is known already.
    """

    def __init__(self, cards: Iterable[ProblemCard], rare: Mapping[str, tuple[str, str]] | None = None) -> None:
        self._by_token: dict[str, dict[str, tuple[str, list[tuple[Entry, str]]]]] = {}
        self._by_piece: dict[str, list[tuple[Entry, str]]] = {}
        self._by_sense: dict[str, list[tuple[Entry, str]]] = {}
        self._by_code: dict[tuple[str, str], list[Entry]] = {}
        self._always: list[Entry] = []
        self._asked: dict[tuple[tuple[str, ...], tuple[str, ...], str], list[tuple[Entry, str]]] = {}
        self._elsewhere: dict[str, frozenset[str]] = {}
        self._excluded: dict[tuple[str, str], frozenset[str]] = {}
        listed = tuple(cards)
        for card in listed:
            others = _MAIL.difference(card.protocol) if card.protocol else frozenset()
            for place in others | (frozenset(Step).difference(card.step) if card.step else frozenset()):
                self._elsewhere[place] = self._elsewhere.get(place, _NOWHERE) | {card.id}
        entries = [Entry(card.id, rule, number) for card in listed for number, rule in enumerate(card.rules)]
        known = rarest(word for entry in entries for word in entry.rule.word) if rare is None else rare
        for entry in entries:
            self._file(entry, known)

    def _file(self, entry: Entry, rare: Mapping[str, tuple[str, str]]) -> None:
        """Put a rule where the index finds it: under its words, else what it takes for said, else its codes.

        Of a phrase the word counts that is in the fewest others, and not in every second text; the next one after it
        is kept beside it, as most texts with the one lack the other.
        """
        for word in entry.rule.word:
            if word.isascii():
                token, other = rare[word]
                self._by_token.setdefault(token, {}).setdefault(word, (other, []))[1].append((entry, word))
            else:
                self._by_piece.setdefault(word, []).append((entry, word))
        if not entry.rule.word:
            for sense in entry.rule.sense:
                self._by_sense.setdefault(sense, []).append((entry, ""))
        if not entry.rule.word and not entry.rule.sense:
            keys = {_filed(code) for code in entry.rule.code} or set(entry.rule.enhanced)
            for key in keys:
                for step in entry.rule.step or ("",):
                    self._by_code.setdefault((key, step), []).append(entry)
            if not keys:
                self._always.append(entry)

    def match(self, clue: Clue) -> tuple[Match, ...]:
        """Return the causes that fit best, best first: the first and those so close that they are worth naming.

        Behind a certain one only those count that are as good as level with it.
        """
        folded = clue.folded
        tokens = TOKEN.findall(folded)
        said = senses(tokens if folded.isascii() else _WORD.findall(folded))
        elsewhere = self._impossible(clue.reading.protocol, clue.reading.step)
        candidates = self._candidates(clue, set(tokens), said)
        ranked = [
            (-points(entry, word, clue, said), entry.cause, entry.number, place)
            for place, (entry, word) in enumerate(candidates)
        ]
        ranked.sort()
        best: dict[str, Match] = {}
        first = 0
        worst = ranked[-1][0] if ranked else 0
        for below, cause, _, place in ranked:
            if below > worst or len(best) > OTHERS:
                break
            entry, word = candidates[place]
            if cause not in best and cause not in elsewhere and entry.fits(word, clue, said):
                first = first if best else below
                sure = not best and entry.rule.confidence is Confidence.CERTAIN
                worst = first + (TIE if sure else CLOSE)
                best[cause] = Match(cause, -below, entry.rule.confidence)
        return tuple(best.values())

    def _impossible(self, protocol: str, step: str) -> frozenset[str]:
        """Return the causes that nothing can end in with this protocol or in this step."""
        known = self._excluded.get((protocol, step))
        if known is None:
            known = self._elsewhere.get(protocol, _NOWHERE) | self._elsewhere.get(step, _NOWHERE)
            if len(self._excluded) < REMEMBERED:
                self._excluded[protocol, step] = known
        return known

    def _candidates(self, clue: Clue, tokens: set[str], said: set[str]) -> list[tuple[Entry, str]]:
        """Return the rules whose word, sense or code family occurs, each with the word."""
        found = self._worded(clue.folded, tokens)
        for sense in self._by_sense.keys() & said:
            found += self._by_sense[sense]
        return found + self._coded(clue.codes, clue.enhanced, clue.reading.step)

    def _coded(self, codes: tuple[str, ...], enhanced: tuple[str, ...], step: str) -> list[tuple[Entry, str]]:
        """Return the rules that some codes pick in a step, which the same codes did before, most of the time."""
        asked = (codes, enhanced, step)
        if asked not in self._asked:
            if len(self._asked) >= REMEMBERED:
                self._asked.clear()
            keys = {*enhanced}.union(*map(_keys, codes))
            found = [(entry, "") for key in keys for at in {"", step} for entry in self._by_code.get((key, at), ())]
            self._asked[asked] = [*found, *((entry, "") for entry in self._always)]
        return self._asked[asked]

    def _worded(self, folded: str, tokens: set[str]) -> list[tuple[Entry, str]]:
        """Return the rules of which a word stands in a text, each with the word."""
        found = []
        by_token = self._by_token
        for token in tokens:
            if token in by_token:
                for word, (other, entries) in by_token[token].items():
                    if other in tokens and (word == token or (word in folded and stands(word, folded))):
                        found += entries
        if not folded.isascii():
            for word, entries in self._by_piece.items():
                if word in folded:
                    found += entries
        return found

    def nearest(self, clue: Clue) -> tuple[Match, ...]:
        """Return the causes whose words come nearest to a text in which none of them stands whole.

        Phrases that share two words with it count, and half of theirs; where there are none, those that share one.
        """
        tokens = set(TOKEN.findall(clue.folded))
        elsewhere = self._impossible(clue.reading.protocol, clue.reading.step)
        best: dict[str, float] = {}
        for least in (2, 1):
            for token in tokens if not best else ():
                for word, (_, entries) in self._by_token.get(token, {}).items():
                    parts = TOKEN.findall(word)
                    shared = sum(part in tokens for part in parts)
                    if shared < least or shared * 2 < len(parts):
                        continue
                    for cause in {entry.cause for entry, _ in entries} - elsewhere:
                        best[cause] = max(best.get(cause, 0), shared * shared / len(parts))
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


def _filed(code: str) -> str:
    """Return what a rule's code is filed under: itself, or its family where it is a pattern of another form."""
    simple = "*" not in code or code.find("*") == len(code) - 1 <= code.find(".") + FAMILIAR + 1
    return code if simple else code.partition(".")[0] + ".*"


@lru_cache(maxsize=1024)
def _keys(code: str) -> frozenset[str]:
    """Return what the rules for a code are filed under: ``smtp.550``, ``smtp.*``, ``smtp.5*``, ``smtp.55*``."""
    family, _, rest = code.partition(".")
    return frozenset({code, *(f"{family}.{rest[:length]}*" for length in range(FAMILIAR + 1))})


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

"""Count how much of a clue a rule explains.

Each condition adds points: a sentence most (the longer the literal the more, and more again where it holds a number,
as names of errors do), then an exact code, then mechanism, provider and host, then what is said of what, then the
circumstances (security, port, facts), then step and protocol. A pattern for a whole family of codes adds hardly
anything, and words that say little by themselves lose points, so that the general answer comes last. A rule that is
``certain`` goes before one that is as specific, a merely ``possible`` one goes behind.
"""

from __future__ import annotations

from functools import cache

from mailwizard.diagnosis.conditions import Condition, conditions
from mailwizard.diagnosis.reading import Clue
from mailwizard.knowledge.problem import Rule
from mailwizard.model import Confidence

GENERAL = 10
"""Points that a rule loses whose words say little by themselves."""

UNKNOWN = 9
"""Points that a rule loses whose step is not known to be the one in which the text was said."""

_SURE = {Confidence.CERTAIN: 4, Confidence.LIKELY: 0, Confidence.POSSIBLE: -8}


class Entry:
    """A rule, whose it is, and the points that it gives whenever it fits, which are counted when first asked for."""

    __slots__ = ("_conditions", "cause", "counted", "number", "pairs", "plain", "rule")

    def __init__(self, cause: str, rule: Rule, number: int) -> None:
        self.cause, self.rule = cause, rule
        self.number = number
        """Which rule of its card it is."""
        self.pairs = [sense for sense in rule.sense if " " in sense]
        """What is said of something, among what is said at all."""
        self.plain = not (rule.step or rule.sense or rule.code or rule.enhanced)
        """Whether it gives the same points wherever one of its words stands."""
        self.counted: int | None = None
        """The points of the rule when it fits, without those for its word, its sense and its codes, once counted."""
        self._conditions: tuple[Condition, ...] | None = None

    def fits(self, word: str, clue: Clue, said: set[str]) -> bool:
        """Return whether all conditions of the rule hold; its word is known to occur."""
        if self._conditions is None:
            self._conditions = conditions(self.rule)
        for condition in self._conditions:  # noqa: SIM110
            if not condition(word, clue, said):
                return False
        return True


def points(entry: Entry, word: str, clue: Clue, said: set[str]) -> int:
    """Return how much of the clue a rule explains that fits it."""
    count = entry.counted
    if count is None:
        count = entry.counted = _circumstances(entry.rule)
    if word:
        count += _literal(word)
    if entry.plain:
        return count
    rule = entry.rule
    if rule.step and not clue.reading.step:
        count -= UNKNOWN
    if rule.sense:
        count += 9 if entry.pairs and not said.isdisjoint(entry.pairs) else 3
    if rule.code:
        count += _exactness(rule.code, clue.codes, 8)
    return count + _exactness(rule.enhanced, clue.enhanced, 10) if rule.enhanced else count


@cache
def _literal(word: str) -> int:
    """Return the points for a literal."""
    return 12 + min(len(word), 40) // 4 + 8 * any(letter.isdigit() for letter in word)


def _circumstances(rule: Rule) -> int:
    """Return the points that a rule gives whenever it fits."""
    points = _SURE[rule.confidence] - GENERAL * rule.general + 6 * bool(rule.says) + 4 * bool(rule.also)
    points += (
        9 * bool(rule.provider) + 9 * bool(rule.host) + 10 * any(not name.startswith("!") for name in rule.mechanism)
    )
    points += 5 * bool(rule.security) + 5 * bool(rule.port) + 6 * len(rule.fact)
    return points + 3 * bool(rule.step) + 2 * bool(rule.protocol)


def _exactness(patterns: tuple[str, ...], values: tuple[str, ...], exact: int) -> int:
    """Return the points for a code: all for the code itself, two for its family."""
    for value in values:
        if value in patterns:
            return exact
    return 2

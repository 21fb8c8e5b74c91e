"""Which known mail domain somebody meant: pure."""

from __future__ import annotations

from functools import cache

from mailwizard import knowledge
from mailwizard.knowledge.provider_card import ProviderKind

_SHORT = 7
"""Characters up to which a single slip is all that counts."""
_PERSONAL = frozenset({ProviderKind.CONSUMER, ProviderKind.ISP})


def likely(domain: str) -> str:
    """Return the known mail domain that differs from this one by a slip of the fingers or two, or nothing.

    Of several the nearest counts, then the one with the same beginning, then one under com, then the one whose
    provider has the most domains.
    """
    name = domain.lower().rstrip(".")
    if name in _domains():
        return ""
    most = 1 if len(name) <= _SHORT else 2
    near = [
        (steps, name[:1] != known[:1], not known.endswith(".com"), -weight, known)
        for known, weight in _domains().items()
        if abs(len(known) - len(name)) <= most and 0 < (steps := distance(name, known, most)) <= most
    ]
    return min(near)[4] if near else ""


@cache
def _domains() -> dict[str, int]:
    """Return the domains under which providers give out addresses to people, with how many each provider has."""
    cards = (card for card in knowledge.providers().values() if card.kind in _PERSONAL)
    return {domain: len(card.domains) for card in cards for domain in card.domains}


def distance(one: str, other: str, most: int) -> int:
    """Return how many slips part two words, each a letter too many, missing or wrong, or two swapped.

    Above ``most`` the number means nothing more. This is the restricted distance of Damerau and Levenshtein.
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        here = [row]
        for column, wanted in enumerate(other, 1):
            cost = min(last[column] + 1, here[column - 1] + 1, last[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and (letter, one[row - 2]) == (other[column - 2], wanted):
                cost = min(cost, before[column - 2] + 1)
            here.append(cost)
        if min(here) > most:
            return most + 1
        before, last = last, here
    return last[-1]

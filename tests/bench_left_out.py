"""Measure how well the rules do on what they were not written from, by leaving out what only that taught them.

For each group of known answers (those of one provider, of one family of programs, or every twentieth wording) the rules
are built anew without the words that occur in no other answer, and without what speaks of that provider alone; then the
answers of the group are explained with what is left. What the general parts know (status codes, numbers of errors, what
is said of what) stays: it was not learnt from answers. Words that come from a standard or a list of codes and occur in
one group alone go too, so that the figures are a lower bound of what a stranger's text meets.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Hashable
from pathlib import Path
from unittest.mock import patch

import msgspec
from tests.answers_of_others import FILES, Answer, answers

from mailwizard import diagnosis, knowledge
from mailwizard.diagnosis import Hints, explain
from mailwizard.diagnosis.folding import fold
from mailwizard.diagnosis.matching import Matcher
from mailwizard.knowledge.problem import ProblemCard, Rule
from mailwizard.model import Confidence

MATERIAL = Path(__file__).parents[2] / "shared" / "data" / "errors.jsonl"
"""The learning material, where it stands beside the checkout; without it only the answers in ``tests`` count."""
FOLDS = 20
LEAST = 3
"""Answers that a group has at least: fewer say nothing about it."""
ALIKE = 0.5
"""The share of its runs of three words that an answer has in common with another of the same wording."""


def material() -> list[Answer]:
    """Return all known answers with their right causes."""
    lines = MATERIAL.read_text(encoding="utf-8").splitlines() if MATERIAL.is_file() else []
    learnt = [
        Answer(
            row["software"],
            (row["cause"], *row["also_acceptable"]),
            Hints(row["provider"], row["protocol"], row["step"], row["mechanism"], row["host_hint"]),
            row["text"],
        )
        for row in map(json.loads, lines)
    ]
    return learnt + [answer for file in FILES for answer in answers(file)]


def occurrences(known: list[Answer]) -> dict[str, set[int]]:
    """Return each word of a rule with the numbers of the answers in which it occurs."""
    texts = [fold(answer.text) for answer in known]
    words = {word for card in knowledge.problems().values() for rule in card.rules for word in rule.word}
    return {word: {number for number, text in enumerate(texts) if word in text} for word in words}


def without(group: set[int], provider: str, seen: dict[str, set[int]]) -> Matcher:
    """Return the rules without the words of this group alone, and without those of this provider alone."""
    gone = {word for word, where in seen.items() if where and where <= group}

    def left(rule: Rule) -> Rule | None:
        words = tuple(word for word in rule.word if word not in gone)
        providers = tuple(name for name in rule.provider if name != provider)
        hosts = tuple(host for host in rule.host if not provider or knowledge.by_host(host) != provider)
        if (rule.word and not words) or (rule.provider and not providers) or (rule.host and not hosts):
            return None
        return msgspec.structs.replace(rule, word=words, provider=providers, host=hosts)

    def card_left(card: ProblemCard) -> ProblemCard:
        return msgspec.structs.replace(card, rules=tuple(filter(None, map(left, card.rules))))

    return Matcher(map(card_left, knowledge.problems().values()))


def measured(group: list[Answer], rules: Matcher) -> list[int]:
    """Return how many are right, exactly right, right without context, and wrong while certain."""
    sums = [0, 0, 0, 0]
    with patch.object(diagnosis, "_matcher", return_value=rules):
        for answer in group:
            first = explain(answer.text, answer.hints).diagnoses[0]
            bare = explain(answer.text).diagnoses[0]
            right = first.cause in answer.causes
            certain = not right and first.confidence is Confidence.CERTAIN
            told = (right, first.cause == answer.causes[0], bare.cause in answer.causes, certain)
            sums = [total + one for total, one in zip(sums, told, strict=True)]
    return sums


def left_out(known: list[Answer], key: Callable[[int], Hashable], *, providers: bool = False) -> list[int]:
    """Return how many answers were measured, each group without what it alone taught, and their figures."""
    seen = occurrences(known)
    groups: dict[Hashable, set[int]] = defaultdict(set)
    for number in range(len(known)):
        groups[key(number)].add(number)
    sums = [0, 0, 0, 0, 0]
    for name, group in groups.items():
        if name and len(group) >= LEAST:
            rules = without(group, str(name) if providers else "", seen)
            told = [len(group), *measured([known[number] for number in group], rules)]
            sums = [total + one for total, one in zip(sums, told, strict=True)]
    return sums


def wordings(known: list[Answer]) -> list[int]:
    """Return for each answer the number of its wording: answers that share half of what they say have the same."""
    runs = [_runs(answer.text) for answer in known]
    of: list[int] = []
    for number, mine in enumerate(runs):
        near = (at for at in range(number) if len(mine & runs[at]) >= ALIKE * min(len(mine), len(runs[at])))
        first = next(near, None)
        of.append(number if first is None else of[first])
    return of


def _runs(text: str) -> set[tuple[str, ...]]:
    """Return the runs of three words in a text."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    return {tuple(words[at : at + 3]) for at in range(max(1, len(words) - 2))}


def show() -> None:
    """Print the figures as rows of a table."""
    known = material()
    wording = wordings(known)
    sys.stdout.write(f"{'left out':34}{'answers':>8}{'right':>8}{'exact':>8}{'bare':>8}{'certain but wrong':>19}\n")
    everything = Matcher(knowledge.problems().values())
    table = {
        "nothing": [len(known), *measured(known, everything)],
        "their provider": left_out(known, lambda number: known[number].hints.provider, providers=True),
        "their family of programs": left_out(known, lambda number: known[number].family),
        "a twentieth of all wordings": left_out(known, lambda number: 1 + wording[number] % FOLDS),
    }
    for name, (count, *figures) in table.items():
        right, exact, bare, certain = (figure / max(count, 1) for figure in figures)
        sys.stdout.write(f"{name:34}{count:8}{right:8.1%}{exact:8.1%}{bare:8.1%}{certain:19.1%}\n")


if __name__ == "__main__":
    show()

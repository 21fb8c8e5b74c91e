"""Every problem card explains one cause of the vocabulary, and its examples are diagnosed as that cause."""

from __future__ import annotations

import csv
import importlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailwizard import knowledge
from mailwizard.diagnosis import Hints, diagnose, explain
from mailwizard.knowledge.problem import WHO, Example, ProblemCard, Rule
from mailwizard.model import Diagnosis, Evidence, Outcome, Step

opcodes: Any = importlib.import_module("re._constants")
parser: Any = importlib.import_module("re._parser")

CARDS = tuple(knowledge.problems().values())
EXAMPLES = tuple((card.id, example) for card in CARDS for example in card.examples)
ADDED = {
    "domain_records_flawed",
    "graph_endpoint_wrong",
    "mta_sts_broken",
    "server_unproven",
    "test_message_left",
    "tls_rpt_broken",
}
"""Causes that a check can tell and for which the vocabulary has no word."""
CAUSES = Path(__file__).parents[3] / "shared" / "data" / "causes.csv"
FOLDER = Path(knowledge.__file__).parent / "problems"


def diagnosed(example: Example) -> tuple[Diagnosis, ...]:
    """Diagnose an example: a code as a live run tells it, a text as somebody pastes it."""
    if not example.code:
        place = f"{example.host}:{example.port}" if example.port else example.host
        where = f"{place} {example.security}".strip()
        hints = Hints(example.provider, example.protocol, example.step, example.mechanism, where)
        return explain(example.text, hints).diagnoses
    host, port, security = example.host or "mail.example.com", example.port or 993, example.security or "tls"
    subject = f"{example.protocol}://{host}:{port}/{security}" if example.protocol else "cards"
    outcome = Outcome.SKIP if example.code == "sign-in.kind" else Outcome.FAIL
    seen = Evidence(
        subject, Step(example.step), outcome, example.code, example.enhanced, example.text, facts=example.fact
    )
    return diagnose([seen], provider=example.provider)


@pytest.mark.parametrize(("cause", "example"), EXAMPLES, ids=lambda value: value if isinstance(value, str) else "")
def test_an_example_is_diagnosed_as_its_own_cause(cause: str, example: Example) -> None:
    first = diagnosed(example)[0]
    assert first.cause == cause, f"{example.text or example.code} was taken for {first.cause}"


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_a_card_says_all_that_a_person_needs(card: ProblemCard) -> None:
    assert card.examples and card.rules
    assert card.fixes and card.sure and card.sources
    assert set(card.who) <= set(WHO)
    assert all(set(fix.who) <= set(WHO) for fix in card.fixes)
    assert not card.title.endswith(".") and len(card.title) <= 90
    texts = [card.title, card.why, card.sure, *(step for fix in card.fixes for step in fix.steps)]
    places = {place for text in texts for place in re.findall(r"\{([a-z]+)\}", text)}
    assert places <= {"address", "host", "port", "domain", "provider", "issuer", "login", "from", "others", "client"}


def test_no_two_cards_have_one_title_or_claim_one_example() -> None:
    titles = Counter(card.title for card in CARDS)
    assert titles.most_common(1)[0][1] == 1
    claims = Counter(example for _, example in EXAMPLES)
    assert claims.most_common(1)[0][1] == 1


def test_the_compiled_cards_are_those_of_the_folder() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == set(knowledge.problems())


def test_every_cause_of_the_vocabulary_has_a_card_and_no_other() -> None:
    if not CAUSES.exists():
        pytest.skip("the vocabulary of causes is not here")
    with CAUSES.open(encoding="utf-8", newline="") as file:
        causes = {row["cause"]: row for row in csv.DictReader(file)}
    assert set(knowledge.problems()) == set(causes) | ADDED
    for cause, row in causes.items():
        assert set(knowledge.problems()[cause].who) <= {*row["who_can_fix"].split("/")}, cause


def repeats(tree: Any) -> Iterator[tuple[int, int, Any]]:
    """Yield every repetition in a parsed pattern, with its bounds and what is repeated."""
    for operator, value in tree:
        if operator in (opcodes.MAX_REPEAT, opcodes.MIN_REPEAT, opcodes.POSSESSIVE_REPEAT):
            least, most, inner = value
            yield least, int(most), inner
            yield from repeats(inner)
        elif operator is opcodes.SUBPATTERN:
            yield from repeats(value[-1])
        elif operator is opcodes.BRANCH:
            for branch in value[1]:
                yield from repeats(branch)
        elif operator in (opcodes.ASSERT, opcodes.ASSERT_NOT):
            yield from repeats(value[1])


def ways(tree: Any) -> int:
    """Count in how many ways a parsed pattern can be spread over a text: a branch is a choice."""
    count = 1
    for operator, value in tree:
        if operator in (opcodes.MAX_REPEAT, opcodes.MIN_REPEAT):
            count *= int(value[1]) - value[0] + 1
        elif operator is opcodes.SUBPATTERN:
            count *= ways(value[-1])
        elif operator is opcodes.BRANCH:
            count *= max(map(ways, value[1]))
    return count


def backtracks(pattern: str) -> str:
    """Say why a pattern could take more than a bounded time, or nothing."""
    found = list(repeats(parser.parse(pattern)))
    if any(most >= int(opcodes.MAXREPEAT) for _, most, _ in found):
        return "a repetition without an upper bound"
    if any(most > 1 and list(repeats(inner)) for _, most, inner in found):
        return "a repetition inside a repetition"
    return "too many ways to match" if ways(parser.parse(pattern)) > 5_000 else ""


@pytest.mark.parametrize("pattern", ["(a+)+b", "(?:a{1,9}){1,9}b", "a*b", "a{0,300}b{0,300}c", "(?=(?:x{1,5})*)y"])
def test_a_pattern_that_can_backtrack_without_bound_is_seen(pattern: str) -> None:
    assert backtracks(pattern)


RULES = tuple((card.id, rule) for card in CARDS for rule in card.rules)


@pytest.mark.parametrize(("cause", "rule"), [pair for pair in RULES if pair[1].says], ids=lambda value: str(value)[:40])
def test_a_rule_with_a_pattern_has_a_word_and_cannot_backtrack_without_bound(cause: str, rule: Rule) -> None:
    assert rule.word
    assert not backtracks(rule.says), f"{cause}: {rule.says}"


def test_every_rule_is_found_by_a_word_a_code_or_a_place() -> None:
    known = {"certain", "likely", "possible"}
    for cause, rule in RULES:
        assert rule.word or rule.sense or rule.code or rule.enhanced or rule.fact or (rule.provider and rule.step), (
            cause
        )
        assert str(rule.confidence) in known

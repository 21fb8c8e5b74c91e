"""How often the first cause is right on answers of providers and wordings that the learning material does not hold."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailwizard import knowledge
from mailwizard.diagnosis import Hints, explain
from mailwizard.model import Confidence

HELD_OUT = Path(__file__).parents[1] / "answers" / "held_out.txt"


@dataclass(frozen=True)
class Answer:
    """One answer, what a live run would know beside it, and the causes that honest people may name, best first."""

    family: str
    causes: tuple[str, ...]
    hints: Hints
    text: str


def read(line: str) -> Answer:
    """Read one line of the file."""
    family, causes, known, text = line.split("; ", 3)
    protocol, step, provider = known.split(":")
    return Answer(family, tuple(cause.strip() for cause in causes.split("|")), Hints(provider, protocol, step), text)


ANSWERS = [read(line) for line in HELD_OUT.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("context", [True, False], ids=["with the context of a live run", "bare"])
def test_answers_that_no_rule_was_written_from(context: bool) -> None:
    acceptable = exact = wrongly_certain = 0
    missed: Counter[str] = Counter()
    for answer in ANSWERS:
        first = explain(answer.text, answer.hints if context else Hints()).diagnoses[0]
        acceptable += first.cause in answer.causes
        exact += first.cause == answer.causes[0]
        if first.cause not in answer.causes:
            missed[answer.family] += 1
            wrongly_certain += first.confidence is Confidence.CERTAIN
    count = len(ANSWERS)
    told = f"acceptable {acceptable / count:.1%}, exact {exact / count:.1%}, certain {wrongly_certain / count:.1%}"
    sys.stdout.write(f"{count} answers: {told}; missed by family: {dict(missed)}\n")
    assert acceptable / count >= 0.97
    assert exact / count >= 0.83
    assert wrongly_certain / count <= 0.01


def test_the_causes_exist_and_there_are_enough_answers() -> None:
    assert len(ANSWERS) >= 250
    assert len({answer.text for answer in ANSWERS}) == len(ANSWERS)
    assert {cause for answer in ANSWERS for cause in answer.causes} <= set(knowledge.problems())


def test_none_of_them_is_an_answer_of_the_learning_material(reference: Path) -> None:
    material = (reference / "errors.jsonl").read_text(encoding="utf-8").splitlines()
    learnt = [runs(json.loads(line)["text"]) for line in material]
    for answer in ANSWERS:
        mine = runs(answer.text)
        assert max(len(mine & other) / len(mine) for other in learnt) < 0.5, answer.text


def runs(text: str) -> set[tuple[str, ...]]:
    """Return the runs of three words in a text."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    return {tuple(words[at : at + 3]) for at in range(max(1, len(words) - 2))}

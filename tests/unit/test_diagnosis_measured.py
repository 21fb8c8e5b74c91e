"""How often the first cause is right on real answers that people met, with what a live run knows and without."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from mailwizard.diagnosis import Hints, explain
from mailwizard.model import Confidence

ANSWERS = Path(__file__).parents[3] / "shared" / "data" / "errors.jsonl"


def rows() -> list[dict[str, Any]]:
    """Return the labelled answers, or skip where they are not here."""
    if not ANSWERS.exists():
        pytest.skip("the labelled answers (errors.jsonl) are not here")
    return [json.loads(line) for line in ANSWERS.read_text(encoding="utf-8").splitlines()]


def measure(*, context: bool) -> tuple[float, float, float]:
    """Return the shares of acceptable, of exact, and of wrong yet certain first causes."""
    acceptable = exact = wrongly_certain = 0
    answers = rows()
    for row in answers:
        known = Hints(row["provider"], row["protocol"], row["step"], row["mechanism"], row["host_hint"])
        first = explain(row["text"], known if context else Hints()).diagnoses[0]
        right = first.cause in {row["cause"], *row["also_acceptable"]}
        exact += first.cause == row["cause"]
        acceptable += right
        wrongly_certain += not right and first.confidence is Confidence.CERTAIN
    shares = acceptable / len(answers), exact / len(answers), wrongly_certain / len(answers)
    told = f"acceptable {shares[0]:.1%}, exact {shares[1]:.1%}, wrong while certain {shares[2]:.1%}"
    sys.stdout.write(f"{told}\n")
    return shares


def test_with_the_context_of_a_live_run() -> None:
    acceptable, exact, wrongly_certain = measure(context=True)
    assert acceptable >= 0.99
    assert exact >= 0.98
    assert wrongly_certain <= 0.005


def test_with_the_bare_text_alone() -> None:
    acceptable, exact, wrongly_certain = measure(context=False)
    assert acceptable >= 0.98
    assert exact >= 0.93
    assert wrongly_certain <= 0.005

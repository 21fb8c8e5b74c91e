"""Answers of servers and programs beside the learning material, as the files in ``tests/answers`` hold them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mailwizard.diagnosis import Hints

FILES = tuple(sorted((Path(__file__).parent / "answers").glob("*.txt")))


@dataclass(frozen=True)
class Answer:
    """One answer, what a live run would know beside it, and the causes that honest people may name, best first."""

    family: str
    causes: tuple[str, ...]
    hints: Hints
    text: str


def read(line: str) -> Answer:
    """Read one line of a file: ``family; cause | cause; protocol:step:provider[:mechanism]; text``."""
    family, causes, known, text = line.split("; ", 3)
    protocol, step, provider, mechanism = (*known.split(":"), "")[:4]
    hints = Hints(provider, protocol, step, mechanism)
    return Answer(family, tuple(cause.strip() for cause in causes.split("|")), hints, text.replace("\\n", "\n"))


def answers(file: Path) -> list[Answer]:
    """Read the answers of one file; a line that begins with ``#`` is a remark."""
    return [read(line) for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]

"""The ids of all steps that ever were, of guides and of what mends a cause; none may vanish or be given anew.

People say them on the telephone. ``python -m tests.contract.step_ids`` adds the ids of new steps to ``step_ids.txt``;
it never takes one away.
"""

from __future__ import annotations

from pathlib import Path

from mailwizard import knowledge
from mailwizard.faces.named import as_guide

BOOK = Path(__file__).with_name("step_ids.txt")


def current() -> list[str]:
    """Return the ids of the steps of every guide and every cause."""
    causes = (as_guide(card, None) for card in knowledge.problems().values())
    return [step.id for guide in (*knowledge.guides(), *causes) for step in guide.steps]


def booked() -> list[str]:
    """Return the ids in the book."""
    return BOOK.read_text(encoding="utf-8").split() if BOOK.exists() else []


def main() -> None:
    """Add what is new."""
    ids = sorted({*booked(), *current()}, key=_order)
    BOOK.write_text("".join(f"{name}\n" for name in ids), encoding="utf-8", newline="\n")


def _order(name: str) -> tuple[str, int]:
    """Return what sorts ``a.b.10`` behind ``a.b.9``."""
    guide, _, number = name.rpartition(".")
    return guide, int(number)


if __name__ == "__main__":
    main()

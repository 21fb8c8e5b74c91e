"""All that can be done on a page, found by typing a part of it."""

from __future__ import annotations

from collections.abc import Sequence

from mailwizard.draft import Stage
from mailwizard.faces.choice import Choice
from mailwizard.faces.words import STAGE_WORDS

HELP, EVIDENCE, MESSAGE, BACK, LEAVE = "help", "evidence", "message", "back", "leave"
GLOBAL = {
    HELP: ("Help for this page", "F1"),
    EVIDENCE: ("Evidence: all that was seen", "F2"),
    MESSAGE: ("I have an error message", "F9"),
    LEAVE: ("Leave mailwizard", "F10"),
}
"""What can be done nearly everywhere: its words and its key."""


def stage_words(stage: Stage) -> str:
    """Return how going back to a stage is called."""
    return f"Go back to {STAGE_WORDS[stage]}"


def fitting(choices: Sequence[Choice], typed: str) -> tuple[Choice, ...]:
    """Return the lines in which every typed word occurs, those that begin with it first."""
    words = typed.casefold().split()
    found = [one for one in choices if all(word in f"{one.title} {one.note}".casefold() for word in words)]
    return tuple(sorted(found, key=lambda one: not one.title.casefold().startswith(typed.strip().casefold())))

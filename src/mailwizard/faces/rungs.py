"""Which steps of a check are worth a line, and how a step is said in one."""

from __future__ import annotations

import re

from mailwizard.faces.words import OUTCOME_WORDS, STEP_WORDS, took
from mailwizard.model import Candidate, Evidence, Outcome, Step

_SENTENCE_END = re.compile(r"(?<=\w)[.] ")
QUIET = frozenset({Step.GREETING, Step.CAPABILITIES, Step.DISCOVER})
"""Steps that are shown only while they run, or when something is wrong with them; the evidence shows them always."""


def quiet(seen: Evidence) -> bool:
    """Return whether a step is not worth a line of its own."""
    if seen.fact("verdict"):
        return True
    if seen.outcome is Outcome.SKIP:
        return seen.step is Step.DISCOVER or besides(seen)
    return seen.outcome is Outcome.OK and (seen.step in QUIET or besides(seen))


def besides(seen: Evidence) -> bool:
    """Return whether this was learnt of the domain, and is no step of the conversation."""
    return bool(seen.fact("record") or seen.fact("verdict"))


def named(seen: Evidence, chosen: tuple[Candidate, ...]) -> str:
    """Return a step and at which server it was: ``sign in, smtp.example.com:587``."""
    places = {str(one.endpoint): one.endpoint.place for one in chosen}
    return f"{STEP_WORDS.get(seen.step, seen.step.value)}, {places.get(seen.subject, seen.subject)}"


def ended(seen: Evidence, chosen: tuple[Candidate, ...]) -> str:
    """Return how a step ended, in one sentence, with what was found where it did not simply pass.

    Of a long answer that is its beginning: what a check means repeats the whole of it.
    """
    word = "!!" if seen.fact("clear-text") else OUTCOME_WORDS[seen.outcome]
    parts = ", ".join(part for part in (named(seen, chosen), took(seen.seconds)) if part)
    detail = seen.detail if seen.outcome is Outcome.SKIP else _SENTENCE_END.split(seen.detail)[0]
    more = f". {detail}" if detail and seen.outcome is not Outcome.OK else ""
    return f"{word}: {parts}{more}"

"""What can be asked for at any question: the evidence, an error message explained, where values come from."""

from __future__ import annotations

from mailwizard.faces.words import OUTCOME_WORDS, STEP_WORDS, took
from mailwizard.plain.talk import WORDS, Aside
from mailwizard.plain.turn import Turn


def welcome(turn: Turn, why: str) -> None:
    """Say what this is, why it asks line by line, and which words work at every question."""
    because = f" ({why})" if why else ""
    turn.talk.say(
        f"mailwizard sets up a mail account, question by question, line by line{because}.",
        f"At a question: Enter takes what stands in brackets, ? explains, {', '.join(WORDS)}. Ctrl+C stops.",
    )
    if turn.session.practice:
        turn.talk.say(f"{turn.session.practice.label}. Nothing here is real.", *turn.session.practice.story)


def for_turn(turn: Turn) -> Aside:
    """Return what does what the words ask for."""

    async def aside(word: str) -> bool:
        if word == ":evidence":
            return evidence(turn)
        return False

    return aside


def evidence(turn: Turn) -> bool:
    """Say everything that was seen so far."""
    draft = turn.session.search.into(turn.draft)
    for seen in (*draft.clues, *draft.evidence):
        step = STEP_WORDS.get(seen.step, seen.step.value)
        turn.talk.say(
            f"{OUTCOME_WORDS[seen.outcome]}: {step}, {seen.subject}, {seen.detail} {took(seen.seconds)}".rstrip()
        )
    return bool(draft.clues or draft.evidence)

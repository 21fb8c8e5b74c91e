"""What can be asked for at any question: the evidence, an error message explained, where values come from."""

from __future__ import annotations

import asyncio
import re
import select
from contextlib import suppress

from mailwizard.diagnosis import Explanation, diagnose, explain
from mailwizard.draft import Draft
from mailwizard.faces.check import Check
from mailwizard.faces.choice import Move
from mailwizard.faces.explained import explained
from mailwizard.faces.moves import about
from mailwizard.faces.note_text import note_for
from mailwizard.faces.origins import answers, files
from mailwizard.faces.ruled_out import grouped
from mailwizard.faces.words import OUTCOME_WORDS, STEP_WORDS, day, took
from mailwizard.model import Evidence, Outcome
from mailwizard.plain.lines import Lines
from mailwizard.plain.panels import CLOSE, WHAT_NOW, note, one_by_one
from mailwizard.plain.talk import WORDS, Aside, Back, Ended, Talk
from mailwizard.plain.telling import verdict
from mailwizard.plain.turn import Turn

LIMIT = 1_000_000
"""Characters of an error message that are read."""
TOGETHER = 0.1
"""Seconds within which lines that come at a terminal are one paste."""


def welcome(turn: Turn, why: str) -> None:
    """Say what this is, why it asks line by line, and which words work at every question."""
    because = f" ({why})" if why else ""
    if turn.draft.purpose:
        turn.talk.say(f"{turn.draft.purpose.title} needs a mail account.")
    turn.talk.say(
        f"mailwizard sets up a mail account, question by question, line by line{because}.",
        f"At a question: Enter takes what stands in brackets, ? explains, {', '.join(WORDS)}. Ctrl+C stops.",
    )
    if turn.session.practice:
        story = re.sub(r"\n(?=[a-z])", " ", "\n".join(turn.session.practice.story))
        turn.talk.say(f"{turn.session.practice.label}. Nothing here is real.", story)


def for_turn(turn: Turn, check: Check | None = None) -> Aside:
    """Return what does what the words ask for; ``check`` is the one at hand."""

    async def aside(word: str) -> bool:
        if word == ":evidence":
            return evidence(turn)
        if word == ":where":
            return where(turn)
        if word == ":explain":
            return await message(turn)
        if word == ":report":
            return await reported(turn, check)
        return False

    return aside


async def reported(turn: Turn, check: Check | None) -> bool:
    """Offer a report of what is known by now."""
    from mailwizard.faces.reporting import Reporting
    from mailwizard.plain.reporting import report

    with suppress(Back):
        await report(turn.talk, Reporting(turn.draft, turn.session, check))
    turn.talk.say("", "Back to the question.")
    return True


def evidence(turn: Turn) -> bool:
    """Say what is ruled out, and everything that was seen so far."""
    draft = turn.session.search.seen(turn.draft)
    if not (draft.clues or draft.evidence):
        return False
    turn.talk.heading("Evidence: all that was seen")
    seen = draft.evidence
    told = diagnose(seen, provider=draft.provider, address=draft.address, today=day().isoformat())
    for heading, sentences in grouped(seen, told):
        turn.talk.say(f"{heading}:", *(f"  {sentence}" for sentence in sentences))
    for subject in dict.fromkeys(one.subject for one in seen):
        turn.talk.say(f"{subject}:")
        _say_all(turn.talk, [(one, STEP_WORDS.get(one.step, one.step.value)) for one in seen if one.subject == subject])
    clues = sorted(draft.clues, key=lambda clue: (clue.outcome is Outcome.SKIP, clue.subject))
    if clues:
        turn.talk.say("Discovery:")
        _say_all(turn.talk, [(clue, clue.subject) for clue in clues])
    return True


def _say_all(talk: Talk, entries: list[tuple[Evidence, str]]) -> None:
    """Say one line for a step and one for each fact that it found."""
    for seen, name in entries:
        code = " ".join(part for part in (seen.code, seen.enhanced) if part)
        parts = ", ".join(part for part in (name, code, took(seen.seconds), seen.detail) if part)
        talk.say(f"  {OUTCOME_WORDS[seen.outcome]}: {parts}")
        talk.say(*(f"    {key}: {value}" for key, value in seen.facts if value))


def where(turn: Turn) -> bool:
    """Say where every value of this run comes from, and which file says what of a saved account."""
    here, saved = answers(turn.draft), files(turn.draft)
    if not (here or saved):
        return False
    turn.talk.heading("Where every value comes from")
    turn.talk.rows(here)
    if saved:
        turn.talk.say("Saved:")
        turn.talk.rows(saved)
    return True


async def message(turn: Turn) -> bool:
    """Explain an error message that is pasted, and another one, until the person closes it."""
    turn.talk.heading("What does an error message mean?")
    turn.talk.say(
        "Paste the message, the log or the stack trace; several lines are fine. It is read on this machine, and "
        "nothing of it goes anywhere. An empty line ends it."
    )
    with suppress(Back):
        while await _one_message(turn):
            turn.talk.say("", "Paste another message. An empty line ends it.")
    turn.talk.say("", "Back to the question.")
    return True


async def _one_message(turn: Turn) -> bool:
    """Explain one message; return whether another one is to follow."""
    text, left_out = await pasted(turn.talk.lines)
    turn.talk.say(*filter(None, (left_out,)))
    if not text.strip():
        turn.talk.say("There is nothing to explain.")
        return False
    turn.session.message = text
    explanation = await asyncio.to_thread(explain, text, today=day().isoformat())
    place = 0
    while True:
        verdict(turn.talk, explained(explanation, place, turn.draft.address))
        key = await _after(turn, explanation, place)
        if key != "other":
            return key == "again"
        place = (place + 1) % len(explanation.diagnoses)


async def _after(turn: Turn, explanation: Explanation, place: int) -> str:
    """Ask what now, and show what is asked for; return what leads away from this cause."""
    diagnosis = explanation.diagnoses[place] if explanation.diagnoses else None
    moves = about(diagnosis) if diagnosis else []
    moves += [Move("Next cause", id="other")] if len(explanation.diagnoses) > 1 else []
    moves += [Move("Another message", id="again"), CLOSE]
    while (key := await turn.talk.choose(WHAT_NOW, moves, default="close")) in {"steps", "note"} and diagnosis:
        if key == "steps":
            await one_by_one(turn.talk, diagnosis, turn.draft.address)
        else:
            await note(turn.talk, note_for(Draft(), diagnosis, turn.session.message))
    return key


async def pasted(lines: Lines) -> tuple[str, str]:
    """Return lines up to an empty one, and a sentence about what was left out, or nothing.

    At a terminal an empty line with more right behind it is part of what was pasted, not its end.

    Raises:
        Ended: nothing comes any more, and nothing came.
    """
    kept: list[str] = []
    size, left_out = 0, ""
    while True:
        try:
            line = await lines.read()
        except EOFError:
            if not kept:
                raise Ended("What does an error message mean?") from None
            break
        except ValueError as wrong:
            # The other lines still tell.
            left_out = str(wrong)
            continue
        if not line.strip() and not (lines.terminal and await _goes_on(lines)):
            break
        size += len(line) + 1
        if size <= LIMIT:
            kept.append(line)
    return "\n".join(kept), left_out if size <= LIMIT else f"Only the first {LIMIT // 1000} kB are read."


async def _goes_on(lines: Lines) -> bool:
    """Return whether more stands behind the line that was just read."""
    await asyncio.sleep(TOGETHER)
    return lines.waits or bool(select.select([lines.descriptor], [], [], 0)[0])

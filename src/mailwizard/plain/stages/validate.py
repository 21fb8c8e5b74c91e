"""Does it work? A line for each step, then what it means and what can be done, asked again until it is enough."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from mailwizard.draft import Draft
from mailwizard.draft.depth import unasked
from mailwizard.faces.check import LIMITS, Check, Opening, checked_before
from mailwizard.faces.choice import Move
from mailwizard.faces.consents import offers_again
from mailwizard.faces.help import Page, page_of_check
from mailwizard.faces.steps import steps_of
from mailwizard.faces.verdict import running
from mailwizard.model import Diagnosis, Evidence, State
from mailwizard.plain import asides
from mailwizard.plain.moving import Moving
from mailwizard.plain.panels import WHAT_NOW
from mailwizard.plain.rungs import Rungs, all_of
from mailwizard.plain.talk import Back
from mailwizard.plain.telling import verdict
from mailwizard.plain.turn import Turn
from mailwizard.plain.working import Stopped


async def ask(turn: Turn) -> Draft:
    """Check the servers, explain what is wrong, and do what the person chooses until they go on or back."""
    return await Validation(turn).ask()


class Validation:
    """One visit to the check."""

    def __init__(self, turn: Turn) -> None:
        self.turn, self.talk = turn, turn.talk
        self.check = Check(turn.draft, turn.session, self._heard)
        self.moving = Moving(turn, self.check)
        self._rungs = Rungs(turn.talk, turn.draft.chosen)

    async def ask(self) -> Draft:
        """Begin as the draft wants it, then ask what now until an answer leads out of here."""
        self.talk.aside = asides.for_turn(self.turn, self.check)
        await self._open()
        while True:
            moves = self.check.moves()
            self.talk.say("")
            page = page_of_check(proven=self.check.draft.state is State.VERIFIED)
            question, told = f"{WHAT_NOW} (page {page.code})", explained(page, moves)
            key = await self.talk.choose(question, moves, default=moves[0].id, about=told)
            if key == "back":
                raise Back
            draft = None
            with suppress(Back):
                draft = await self.moving.leads_to(key)
            if draft is not None:
                return draft
            if self.check.running:
                await self._run()
            elif self.moving.changed:
                self.check.explain()
                self._say_verdict()

    async def _open(self) -> None:
        check = self.check
        check.explain()
        opening = check.opening
        if opening is Opening.OLD or (opening is Opening.ANEW and check.refused):
            all_of(self.talk, check.draft.chosen, check.draft.evidence)
            self._say_verdict()
        if opening is Opening.OLD or (opening is Opening.ANEW and not await offers_again(check, self.talk.consents)):
            await self._look_for_remedies()
            self.talk.say("", f"{checked_before(check.draft)}. Nothing was asked of the servers just now.")
            return
        check.begin(check.draft.unchecked or check.draft.unproven, unasked(check.draft.until))
        await self._run()

    async def _run(self) -> None:
        """Run what was begun, and explain it, also where Ctrl+C stopped it."""
        check = self.check
        self._rungs = Rungs(self.talk, check.draft.chosen)
        self.talk.say("", running(LIMITS, check.draft.until).title)
        try:
            ended = await self.turn.working.do(self._rungs.during(check.run()))
        except Stopped:
            check.explain()
            self._say_verdict(stopped=True)
            self.talk.say("", check.stopped)
            return
        check.explain()
        if ended:
            await self._look_for_remedies()
        self._say_verdict(stopped=not ended)
        if check.said:
            self.talk.say("", check.said)
        self.talk.lines.drop()

    async def _look_for_remedies(self) -> None:
        """Find out what would work instead, where something does not work."""
        if not self.check.failed:
            return
        self.talk.say("Looking, without your secret, for what would work instead. Ctrl+C leaves that out.")
        try:
            await self.turn.working.do(self.check.look_for_remedies())
        except Stopped:
            self.talk.say("Left out.")

    def _say_verdict(self, *, stopped: bool = False) -> None:
        self.turn.draft = self.check.draft
        verdict(self.talk, self.check.verdict(stopped=stopped), names(self.check.explained))

    def _heard(self, seen: Evidence) -> None:
        self.turn.draft = self.check.draft
        self._rungs.heard(seen)


def explained(page: Page, moves: Sequence[Move]) -> str:
    """Return what a page explains: its words, and of its moves those that there are, each kind once."""
    told = {text: word for word, text in page.notes}
    for move in moves:
        if found := page.of(move.id):
            told.setdefault(found.text, move.label)
    return "\n".join(f"{word}: {text}" for text, word in told.items())


def names(diagnosis: Diagnosis | None) -> tuple[str, ...]:
    """Return the ids under which the steps of a fix are found again; a guide has ids of its own."""
    if diagnosis is None or diagnosis.guide:
        return ()
    return tuple(step.id for step in steps_of(diagnosis, None))

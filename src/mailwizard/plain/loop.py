"""Asks for what the draft lacks, again and again, until nothing is lacking; keeps the draft after each answer."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence

from mailwizard.draft import Draft, Stage
from mailwizard.faces.endings import HANGUP, watched
from mailwizard.faces.keeping import Keeper
from mailwizard.faces.session import Session
from mailwizard.faces.words import STAGE_WORDS
from mailwizard.plain import asides, stages
from mailwizard.plain.talk import Back, Ended, Leave, Talk
from mailwizard.plain.turn import Turn
from mailwizard.plain.working import Stopped, Working

CANCELLED = 130
UNANSWERED = 2


class Loop:
    """One run of the plain face."""

    def __init__(self, session: Session, draft: Draft, talk: Talk, door: Sequence[str] = ()) -> None:
        session.door = tuple(door)
        self.keeper = Keeper(session)
        self.turn = Turn(draft, session, talk, Working())
        self.code = 0
        self._asked_to_leave = False
        self._task: asyncio.Task[None] | None = None

    async def run(self, why: str = "") -> int:
        """Ask until the account is saved or the person leaves; return the exit code."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self._interrupt)
        self._task = asyncio.create_task(self._walk(why))
        try:
            with watched(self._end, terminal=self.turn.talk.lines.terminal):
                await asyncio.gather(self._task, return_exceptions=False)
        except asyncio.CancelledError:
            if not self.code:
                raise
        finally:
            loop.remove_signal_handler(signal.SIGINT)
        # What was saved was said by the last stage.
        if self.code != HANGUP and self.turn.session.saved is None:
            self.turn.talk.say("", *self.keeper.last_words(self.turn.draft))
        return self.code

    async def _walk(self, why: str) -> None:
        turn = self.turn
        await self.keeper.resume(turn.draft)
        asides.welcome(turn, why)
        try:
            while turn.draft.stage is not Stage.DONE:
                await self._one()
            await stages.ask(turn)
        except Leave:
            self._leave(CANCELLED)
        except Ended as ended:
            if turn.talk.lines.terminal:
                self._leave(CANCELLED)
            else:
                self._leave(UNANSWERED)
                turn.talk.say("", f"The answers ended where this was asked: {ended.question}")

    async def _one(self) -> None:
        """Ask for one answer and keep the draft."""
        turn = self.turn
        order = list(Stage)
        turn.talk.heading(f"{STAGE_WORDS[turn.draft.stage]}, {order.index(turn.draft.stage) + 1} of {len(order)}")
        turn.talk.aside = asides.for_turn(turn)
        if turn.session.notice:
            turn.talk.say(turn.session.notice)
            turn.session.notice = ""
        self._asked_to_leave = False
        try:
            turn.draft = await stages.ask(turn)
            turn.session.went_back = False
        except Back:
            if not turn.draft.answered:
                turn.talk.say("This is the first question.")
            turn.draft, turn.session.went_back = turn.draft.back(), True
        except Stopped:
            turn.talk.say("Stopped.")
        await self.keeper.keep(turn.draft)

    def _interrupt(self) -> None:
        """Stop what runs; with nothing running say how to leave, and at the second time leave."""
        if self.turn.working.stop():
            return
        if self._asked_to_leave:
            self._end(CANCELLED)
            return
        self._asked_to_leave = True
        words = self.keeper.leave_words(self.turn.draft)
        self.turn.talk.say("", f"Leave? {words} Ctrl+C once more leaves; an answer goes on.")

    def _leave(self, code: int) -> None:
        self.keeper.keep_now(self.turn.draft)
        self.code = code

    def _end(self, code: int) -> None:
        """End at once: the person, a signal, or a lost terminal wants it."""
        self._leave(code)
        if self._task is not None:
            self._task.cancel()

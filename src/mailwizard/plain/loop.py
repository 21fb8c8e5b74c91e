"""Asks for what the draft lacks, again and again, until nothing is lacking; keeps the draft after each answer."""

from __future__ import annotations

import asyncio
import errno
import sys
from collections.abc import Sequence
from contextlib import suppress

from mailwizard.draft import Draft, Stage
from mailwizard.faces import fault
from mailwizard.faces.choosing import typed_at_once
from mailwizard.faces.endings import HANGUP, end_in_time, leave_behind, terminal_gone, watched
from mailwizard.faces.help import page_of, page_of_servers, typed_help, typed_moves
from mailwizard.faces.keeping import Keeper
from mailwizard.faces.practice import cue
from mailwizard.faces.session import Session
from mailwizard.faces.words import STAGE_WORDS, fit
from mailwizard.plain import asides, stages
from mailwizard.plain.stopping import Interrupts
from mailwizard.plain.talk import Back, Ended, Leave, Talk, Unheard
from mailwizard.plain.turn import Turn
from mailwizard.plain.working import Stopped, Working

BUG = 70
CANCELLED = 130
FULL = 30
UNANSWERED = 2
INSTEAD = (
    "Without a terminal use the commands: mailwizard accounts add ADDRESS, mailwizard discover ADDRESS, mailwizard "
    "check --address ADDRESS (mailwizard --help lists them all)."
)
"""What to do where nobody answers."""


class Loop:
    """One run of the plain face."""

    def __init__(
        self, session: Session, draft: Draft, talk: Talk, door: Sequence[str] = (), instead: str = INSTEAD
    ) -> None:
        session.door = tuple(door)
        self.instead = instead
        self.keeper = Keeper(session)
        self.turn = Turn(draft, session, talk, Working())
        self.code = 0
        self._begun = False
        self._noticed = ""
        self._task: asyncio.Task[None] | None = None
        self._interrupts = Interrupts(self.turn, self.keeper, self._end)

    async def run(self, why: str = "") -> int:
        """Ask until the account is saved or the person leaves; return the exit code."""
        terminal = self.turn.talk.lines.terminal
        self._task = asyncio.create_task(self._walk(why))
        with watched(self._end, terminal=terminal), self._interrupts.heeded():
            try:
                await asyncio.wait({self._task})
            finally:
                self.turn.looking.stop()
        error = None if self._task.cancelled() else self._task.exception()
        if isinstance(error, Unheard):
            self._leave(self._unheard(error.__cause__))
        elif error is not None:
            self._leave(BUG)
            broken = fault.sentence(fault.place(error), kept=self.turn.session.keeps_for_later(self.turn.draft))
            leave_behind(sys.stderr, fit(broken))
        self._say_last_words()
        return self.code

    def _unheard(self, why: BaseException | None) -> int:
        """Return the exit code where nothing that is said arrives; say why where it is not that nobody reads it."""
        if not isinstance(why, OSError) or why.errno in {errno.EPIPE, errno.EIO}:
            return HANGUP
        leave_behind(sys.stderr, fit(f"mailwizard: what is said cannot be written: {why.strerror}."))
        return FULL

    def _say_last_words(self) -> None:
        """Say what stays, where somebody reads it; what was saved was said by the last stage."""
        terminal = self.turn.talk.lines.terminal
        told = not self._begun or self.turn.session.saved
        words = () if told else self.keeper.last_words(self.turn.draft)
        if not (terminal and terminal_gone()) and (words or terminal):
            with suppress(Unheard):
                self.turn.talk.say("", *words)
        leave_behind(sys.stdout)

    async def _walk(self, why: str) -> None:
        turn = self.turn
        try:
            if sys.stdout is None or turn.talk.lines.nobody_there():
                self.code = UNANSWERED
                self._complain("the wizard asks questions, and there is nobody here to answer them.")
                return
            self._begun = True
            await self.keeper.resume(turn.draft)
            asides.welcome(turn, why)
            while turn.draft.stage is not Stage.DONE:
                await self._one()
            await stages.ask(turn)
        except Leave:
            self._leave(CANCELLED)
        except Ended as ended:
            if not turn.talk.lines.terminal:
                turn.talk.say("")
                self._leave(UNANSWERED)
                self._complain(f"the answers ended where this was asked: {ended.question.rstrip('?.')}.")
            else:
                self._leave(HANGUP if terminal_gone() else CANCELLED)

    async def _one(self) -> None:
        """Ask for one answer and keep the draft."""
        turn = self.turn
        order = list(Stage)
        page = page_of(turn.draft.stage)
        if turn.draft.stage is Stage.SERVERS:
            page = page_of_servers(by_hand=typed_at_once(turn.draft, turn.session.search))
        place = f"{order.index(turn.draft.stage) + 1} of {len(order)}, page {page.code}"
        turn.talk.heading(f"{STAGE_WORDS[turn.draft.stage]}, {place}")
        turn.talk.about, turn.talk.moves = typed_help(page), typed_moves(page)
        turn.talk.aside = asides.for_turn(turn)
        if turn.session.practice and turn.draft.stage is not Stage.SERVICE:
            switched = not turn.session.open_switches
            hint = cue(turn.session.practice, turn.draft.stage, switched=switched, plain=True)
            turn.talk.say(*filter(None, (hint,)))
        if turn.session.notice not in {"", self._noticed}:
            turn.talk.say(turn.session.notice)
            self._noticed = turn.session.notice
        turn.session.notice = ""
        stage = turn.draft.stage
        try:
            turn.draft = await stages.ask(turn)
            turn.session.forget(stage)
            turn.session.went_back = False
        except Back:
            if not turn.draft.answered:
                turn.talk.say("This is the first question.")
            turn.draft, turn.session.went_back = turn.draft.back(), True
        except Stopped:
            turn.talk.say("Stopped.")
        turn.unanswered = None
        await self.keeper.keep(turn.draft)

    def _complain(self, sentence: str) -> None:
        """Say why a run had to end where nobody answers, and how that can be mended."""
        leave_behind(sys.stderr, fit(f"mailwizard: {sentence} {self.instead}"))

    def _leave(self, code: int) -> None:
        self.keeper.keep_now(self.turn.unanswered or self.turn.draft)
        self.code = self.code or code

    def _end(self, code: int) -> None:
        """End at once: the person, a signal, or a lost terminal wants it."""
        end_in_time(code)
        self._leave(code)
        if self._task is not None:
            self._task.cancel()

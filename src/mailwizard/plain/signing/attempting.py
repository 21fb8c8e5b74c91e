"""A sign-in at an issuer while it runs: what is typed meanwhile, what went wrong, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from typing import ClassVar, TypeVar

from mailwizard.faces import words
from mailwizard.faces.choice import Move
from mailwizard.faces.help import about, pages
from mailwizard.faces.note_text import note_for, request_for
from mailwizard.faces.signing.attempting import (
    AGAIN,
    CONSENT,
    Ways,
    after_refusal,
    anew,
    causes,
    consent_links,
    granted_rows,
    refused,
    time_left,
)
from mailwizard.faces.signing.program import KEEP, can_be_kept, keep
from mailwizard.faces.signing.ways import CHECK
from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Candidate, Diagnosis, Evidence, Failure
from mailwizard.plain import panels, telling
from mailwizard.plain.passphrase import passphrase
from mailwizard.plain.picking import lines, picked
from mailwizard.plain.talk import Back
from mailwizard.plain.turn import Turn
from mailwizard.signin.oauth.attempt import Attempt
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.registration import Registration

T = TypeVar("T")
MARKS = (600.0, 300.0, 120.0, 60.0, 30.0)
"""Seconds before the end at which it is said how much time is left."""
CANCEL = Move("Cancel", id="cancel")
WHAT_NOW = "What now?"
PIPED = "Where answers are piped in, an empty line waits for what comes by itself."
WAITING = "Still waiting. Ctrl+C stops."


class Attempting:
    """Runs one attempt at a time; a new one takes the place of one that failed."""

    AGAIN: ClassVar[str] = AGAIN
    """What beginning again is called."""
    PAGE: ClassVar[str] = ""
    """The page's id in the help."""
    PROMPT: ClassVar[str] = "Type a number, or wait"
    ABOUT: ClassVar[str] = PIPED

    def __init__(self, turn: Turn, card: IssuerCard, registration: Registration) -> None:
        self.turn, self.talk, self.session = turn, turn.talk, turn.session
        self.card, self.registration, self.address = card, registration, turn.draft.address
        self.draft = turn.draft
        """The draft with what was seen of this sign-in, which ends with it."""
        self.attempt: Attempt
        self.ends = 0.0
        """When what is waited for ends, by :func:`words.clock` in seconds."""

    async def run(self) -> Grant | Ways | None:
        """Sign in until it is done or the person wants something else; nothing where they give up.

        Raises:
            Back, Leave, Ended, Stopped: as the person wants.
        """
        while (done := await self._once()) == "again":
            continue
        return done if isinstance(done, Grant | Ways) else None

    async def _once(self) -> Grant | Ways | str:
        """Make one attempt; ``again`` where another is wanted, nothing where none is."""
        self.draft = anew(self.draft, self.card)
        protocols = tuple(dict.fromkeys(candidate.endpoint.protocol for candidate in self.draft.chosen))
        self.attempt = Attempt(self.registration, self.card, self.address, protocols, self.session.net, self._learn)
        try:
            done = await self.turn.working.do(self.sign_in())
        except Failure as failure:
            before, self.turn.draft = self.turn.draft, self.draft
            try:
                return await self._refused(failure)
            finally:
                self.turn.draft = before
        return await self._granted(done) if isinstance(done, Grant) else done or ""

    def _learn(self, seen: Candidate | Evidence) -> None:
        if isinstance(seen, Evidence):
            self.draft = self.draft.learn(seen)

    async def sign_in(self) -> Grant | Ways | None:
        """Go through the steps; another way where the person wants it, nothing where they give up.

        Raises:
            Failure: what the attempt raised; it has been told as evidence.
        """
        raise NotImplementedError

    def moves(self) -> list[Move]:
        """Return what can be done while the answer is waited for."""
        return [CANCEL]

    def other_ways(self) -> list[Move]:
        """Return the next ways of signing in."""
        return []

    @property
    def usual(self) -> str:
        """Return the number that Enter alone types: the practice world's move; nothing where there is none."""
        return "1" if self.moves()[0].id == "practice" else ""

    @property
    def prompt(self) -> str:
        """Return what is asked while the answer is waited for."""
        return f"{self.PROMPT} [{self.usual}]" if self.usual else self.PROMPT

    async def reads(self) -> str:
        """Return the next line that is typed while the answer is waited for."""
        return await self.talk.ask(self.prompt, about=self.about)

    @property
    def about(self) -> str:
        """Return what ``?`` says while the answer is waited for: what can be typed, and what can be done."""
        told = [about(self.PAGE, move.id) for move in self.moves()]
        return "\n".join([self.ABOUT, *map(" ".join, zip(lines(self.moves(), stop="."), told, strict=True))])

    def begins(self, sentence: str) -> None:
        """Say where this is, and what is asked for."""
        self.talk.say("", f"Sign-in at {self.card.name}, page {pages()[self.PAGE].code}", sentence)

    async def waits(self, answer: Awaitable[T], seconds: float) -> T | Ways | None:
        """Take what is typed until the answer is there; another way where the person wants that instead."""
        self.ends = words.clock().timestamp() + seconds
        waiting = asyncio.ensure_future(answer)
        self.talk.say(*lines(self.moves()))
        try:
            while not waiting.done():
                text = await self._line(waiting)
                if text is None:
                    continue
                move = picked(text or self.usual, self.moves())
                if move is not None:
                    self.talk.say(move.label)
                if move is not None and move.id in {"cancel", *Ways}:
                    return Ways(move.id) if move.id in set(Ways) else None
                await (self.does(move.id, waiting) if move else self.takes(text, waiting))
            return await waiting
        finally:
            waiting.cancel()
            with suppress(asyncio.CancelledError, Failure):
                await asyncio.gather(waiting, return_exceptions=True)

    async def does(self, move: str, waiting: asyncio.Future[T]) -> None:
        """Do what was picked."""

    async def takes(self, text: str, waiting: asyncio.Future[T]) -> None:
        """Take what was typed and is no move; Enter alone, where answers are piped in, waits for the answer."""
        if not text and not self.talk.lines.terminal:
            await asyncio.wait((waiting,))
        else:
            self.talk.say(WAITING if not text else f"Type a number from 1 to {len(self.moves())}.")

    def next_pause(self) -> float | None:
        """Return the seconds after which something is to be said although nothing is typed."""
        left = self.ends - words.clock().timestamp()
        mark = next((mark for mark in MARKS if mark < left - 1), None)
        return None if mark is None else left - mark

    def says_now(self) -> None:
        """Say what is to be said after the pause: how much time is left."""
        self.talk.say("", f"Left: {time_left(self.ends - words.clock().timestamp()).strip()}")

    async def _line(self, waiting: asyncio.Future[T]) -> str | None:
        """Return what was typed; nothing where the answer came first, or something was to be said first."""
        reading = asyncio.ensure_future(self.reads())
        try:
            await asyncio.wait((reading, waiting), timeout=self.next_pause(), return_when=asyncio.FIRST_COMPLETED)
            if reading.done():
                text = reading.result()
                if not waiting.done():
                    return text
                self.talk.lines.give_back(text)
                return None
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        if waiting.done():
            self.talk.lines.drop()
            self.talk.say("")
        else:
            self.says_now()
        return None

    async def _refused(self, failure: Failure) -> Ways | str:
        """Explain why it did not come about, and do what the person wants; return how to go on."""
        diagnoses = causes(self.draft)
        said = refused(diagnoses, self.draft, failure)
        self.talk.lines.drop()
        if isinstance(said, str):
            self.talk.say("", said)
        else:
            telling.verdict(self.talk, said)
        if links := consent_links(diagnoses, self.draft.evidence):
            self.talk.say(CONSENT)
            self.talk.whole(*links)
        while True:
            moves = after_refusal(self.session, diagnoses, self.other_ways(), self.AGAIN)
            self.talk.say("")
            done = await self.talk.choose(WHAT_NOW, moves, default="again")
            if done == "again":
                return "again"
            if done == "cancel" or done in set(Ways):
                return Ways(done) if done in set(Ways) else ""
            with suppress(Back):
                await self._helps(done, diagnoses)

    async def _helps(self, move: str, diagnoses: Sequence[Diagnosis]) -> None:
        """Do what helps whoever mends it."""
        if move.startswith("switch-"):
            for index, switch in self.session.open_switches[:1]:
                await switch.flip()
                self.session.switched.add(index)
                self.talk.say(f"{switch.label} Now begin again.")
        elif move == "steps":
            await panels.one_by_one(self.talk, diagnoses[0], self.address)
        elif move == "note":
            await panels.note(self.talk, note_for(self.draft, diagnoses[0]), request_for(self.draft, diagnoses))

    async def _granted(self, grant: Grant) -> Grant | str:
        """Say for whom it is, what it allows and when it ends; return it where it is to be used."""
        self.talk.say("")
        self.talk.rows(granted_rows(grant, self.card))
        while True:
            keeps = await can_be_kept(self.registration, self.session)
            program = [Move(KEEP, id="keep")] if keeps else []
            done = await self.talk.choose(WHAT_NOW, [Move(CHECK, id="take"), *program, CANCEL], default="take")
            if done != "keep":
                return grant if done == "take" else ""
            self.talk.say(await keep(self.registration, self._passphrase))

    async def _passphrase(self, *, new: bool) -> str:
        return await passphrase(self.talk, new=new)

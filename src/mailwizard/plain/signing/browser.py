"""A sign-in with a browser: its page's address first, and every way in which the answer can come back."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import ClassVar, TypeVar

from mailwizard.faces.choice import Move
from mailwizard.faces.signing.attempting import (
    ANOTHER_MACHINE,
    BACK_TO_ADDRESS,
    ELSEWHERE,
    LINES_BACK,
    OPEN_HERE,
    OPEN_PAGE,
    OTHER_WAY,
    PASTE_BACK,
    PRACTICE_BROWSER,
    Ways,
    arrival,
    as_whom,
)
from mailwizard.faces.signing.opening import NO_BROWSER, open_page
from mailwizard.model import Failure
from mailwizard.plain.picking import lines
from mailwizard.plain.signing.attempting import CANCEL, PIPED, Attempting
from mailwizard.signin.oauth.authorization import Authorization, CallbackAnswer
from mailwizard.signin.oauth.browser import LIMIT
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.place import here

T = TypeVar("T")
BETWEEN = 0.5
"""Seconds that the next line of one paste may take, before it is said that the lines are not whole."""
TOGETHER = 0.1
"""Seconds within which the lines of one paste follow each other at a terminal."""
BINDING = 0.05
"""Seconds in which a port is usually had, or known to be taken."""
SETTLING = 10.0
"""Seconds in which what was handed on is read."""


class Browser(Attempting):
    """Says the address, listens and takes a paste at the same time."""

    PAGE: ClassVar[str] = "sign-in.browser"
    PROMPT: ClassVar[str] = "Paste the address, or type a number (not shown)"
    ABOUT: ClassVar[str] = (
        "What you type is not shown, because the address is worth something until it is used. Paste it whole and press "
        f"Enter; or type the number of something else that can be done. {PIPED}"
    )
    handing = False
    """Whether the lines for another machine were said last."""
    _wrong: asyncio.Event
    """Set where what was handed on is named as wrong."""
    _incomplete = ""
    """Why the lines that came so far are no whole answer."""
    port_taken = ""
    _said = False
    """Whether it was said where somebody listens."""

    async def sign_in(self) -> Grant | Ways | None:
        """Say the page's address, wait for the answer, and take the grant.

        Raises:
            Failure: as the attempt.
        """
        self.handing = self._said = False
        self.port_taken, self._incomplete, self._wrong = "", "", asyncio.Event()
        self.begins(f"Asking {self.card.name} for its sign-in page …")
        asked = await self.attempt.begin()
        listening = asyncio.ensure_future(self.attempt.answer(self._tell_wrong, self._tell_port))
        try:
            await asyncio.wait((listening,), timeout=BINDING)
            self._say_address(asked)
            with self.talk.lines.unseen():
                answer = await self.waits(listening, LIMIT)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        if not isinstance(answer, CallbackAnswer):
            return answer
        self.talk.say("The answer has come; asking for the token …")
        return await self.attempt.redeem(answer)

    def _say_address(self, asked: Authorization) -> None:
        """Say what to open where, and how the answer comes back."""
        self._said = True
        self.talk.say("", f"{OPEN_PAGE}{as_whom(self.address)}:", "")
        self.talk.whole(asked.url)
        self.talk.say("", f"{PASTE_BACK}.")
        kept = self.session.keeps_for_later(self.turn.draft)
        self._say_arrival(kept=kept)
        self.talk.rows([("Left", f"{LIMIT / 60:.0f} minutes. Ctrl+C stops.")])

    def _say_arrival(self, *, kept: bool) -> None:
        place = here()
        for word, text in arrival(self.registration, place, self.port_taken, kept=kept):
            if text.startswith("ssh "):
                self.talk.whole(f"  {text}")
            else:
                self.talk.rows([(word, text)])

    def moves(self) -> list[Move]:
        """Return what can be done while the answer is waited for, the usual first."""
        practice = [Move(PRACTICE_BROWSER, id="practice")] if self.session.practice else []
        opens = [Move(OPEN_HERE, id="open")] if here().opens and not practice else []
        other = Move(BACK_TO_ADDRESS if self.handing else ANOTHER_MACHINE, id="handover")
        return [*practice, *opens, other, *self.other_ways(), CANCEL]

    def other_ways(self) -> list[Move]:
        """Return the short code, where the issuer gives out any."""
        return [Move(OTHER_WAY[Ways.SHORT_CODE], id=Ways.SHORT_CODE)] if self.card.device else []

    async def reads(self) -> str:
        """Return the next line that is pasted, unseen; of lines that are not whole the next one."""
        return await self.talk.paste("Next line" if self._incomplete else self.prompt, about=self.about)

    def next_pause(self) -> float | None:
        """Return how long to wait for the rest of a paste, else for the next word about the time."""
        return BETWEEN if self._incomplete else super().next_pause()

    def says_now(self) -> None:
        """Say that the lines are not whole, else how much time is left."""
        if not self._incomplete:
            super().says_now()
            return
        self.talk.say("", self._incomplete)
        self._incomplete = ""

    async def does(self, move: str, waiting: asyncio.Future[T]) -> None:
        """Do what was picked."""
        asked = self.attempt.authorization
        if asked is None:
            return
        if move == "practice":
            await self._practise(asked, waiting)
        elif move == "open":
            if not await open_page(here(), asked.url):
                self.talk.say(NO_BROWSER)
        elif self.handing:
            self.handing = False
            self._say_address(asked)
            self.talk.say(*lines(self.moves()))
        else:
            await self._hand_over()

    async def takes(self, text: str, waiting: asyncio.Future[T]) -> None:
        """Hand on what was pasted, and wait until it was read."""
        if not text:
            await super().takes(text, waiting)
            return
        self._incomplete = ""
        self._wrong.clear()
        try:
            self.attempt.paste(await self._whole(text))
        except ValueError as wrong:
            self._incomplete = str(wrong)
            return
        await self._settles(waiting)

    async def _whole(self, text: str) -> str:
        """Return a paste with all its lines; at a terminal they come together, from a pipe each is an answer."""
        pasted = [text]
        with suppress(TimeoutError, EOFError, ValueError):
            while self.talk.lines.terminal:
                pasted.append(await asyncio.wait_for(self.talk.lines.read(), TOGETHER))
        return "\n".join(pasted)

    async def _settles(self, waiting: asyncio.Future[T]) -> None:
        told = asyncio.ensure_future(self._wrong.wait())
        try:
            await asyncio.wait((waiting, told), timeout=SETTLING, return_when=asyncio.FIRST_COMPLETED)
        finally:
            told.cancel()

    async def _hand_over(self) -> None:
        """Say the lines for another machine."""
        try:
            given = await asyncio.to_thread(self.attempt.hand_over)
        except Failure as failure:
            self.talk.say(failure.detail)
            return
        self.handing = True
        self.talk.say("", f"{ELSEWHERE}:", "")
        self.talk.whole(*given)
        self.talk.say("", f"{LINES_BACK}.")
        self.talk.say(*lines(self.moves()))

    async def _practise(self, asked: Authorization, waiting: asyncio.Future[T]) -> None:
        """Let the practice browser sign in, at the port where somebody listens, else as a paste."""
        if self.session.practice is None:
            return
        self._wrong.clear()
        try:
            dead = await self.session.practice.browse(asked.url, visit=not self.port_taken)
        except ValueError as page:
            self.attempt.read_page(str(page))
        else:
            if self.port_taken:
                self.attempt.paste(dead)
        await self._settles(waiting)

    def _tell_wrong(self, sentence: str) -> None:
        self.talk.say(sentence)
        self._wrong.set()

    def _tell_port(self, failure: Failure) -> None:
        """Keep why nobody listens; where the opposite was said already, say it."""
        self.port_taken = failure.detail or failure.code
        if self._said:
            self.talk.say("")
            self._say_arrival(kept=False)
            self.talk.ask_again()

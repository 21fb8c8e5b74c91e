"""A sign-in with a short code on another device (RFC 8628), with the warning that belongs to it."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import ClassVar, TypeVar

from mailwizard.faces.choice import Move
from mailwizard.faces.signing.attempting import (
    NEW_CODE,
    OTHER_WAY,
    PRACTICE_PERSON,
    WARNING,
    Ways,
    as_whom,
    short_code_rows,
    time_left,
)
from mailwizard.faces.square import NO_ROOM, square
from mailwizard.faces.words import speaks_unicode
from mailwizard.plain.picking import lines
from mailwizard.plain.signing.attempting import CANCEL, PIPED, Attempting
from mailwizard.signin.oauth.authorization import DeviceCode
from mailwizard.signin.oauth.grant import Grant

T = TypeVar("T")
ENDS = "with this wait: who stops it drops the code."
QR, OTHER_QR = "QR code", "QR code for dark letters on a light ground"


class ShortCode(Attempting):
    """Says a code that lives as long as this wait, and waits until it was typed."""

    PAGE: ClassVar[str] = "sign-in.short-code"
    AGAIN: ClassVar[str] = NEW_CODE
    ABOUT: ClassVar[str] = f"{WARNING} {PIPED}"
    code: DeviceCode | None = None
    entered = False
    """Whether the practice person has typed it."""
    drawn = False
    """Whether the QR code was drawn for light letters."""

    async def sign_in(self) -> Grant | Ways | None:
        """Say a code, and wait until it was typed.

        Raises:
            Failure: as the attempt.
        """
        self.entered = self.drawn = False
        self.begins(f"Asking {self.card.name} for a code …")
        self.code = code = await self.attempt.short_code()
        left = max(code.expires_at - time.time(), 0)
        self.talk.say("", f"!! {WARNING}", "", f"Open {code.url} on any device.")
        self.talk.say(f"Type the code {code.user_code} there, and sign in{as_whom(self.address)}.", "")
        self.talk.rows([*short_code_rows(code, self.card, ENDS), ("Left", time_left(left).strip())])
        try:
            return await self.waits(self.attempt.typed(code), left)
        finally:
            self.code = None

    def moves(self) -> list[Move]:
        """Return what can be done while the code is waited for."""
        practice = [Move(PRACTICE_PERSON, id="practice")] if self.session.practice and not self.entered else []
        qr = [Move(OTHER_QR if self.drawn else QR, id="picture")] if sys.stdout.isatty() else []
        return [*practice, *qr, *self.other_ways(), CANCEL]

    def other_ways(self) -> list[Move]:
        """Return the browser."""
        return [Move(OTHER_WAY[Ways.BROWSER], id=Ways.BROWSER)]

    async def does(self, move: str, waiting: asyncio.Future[T]) -> None:
        """Do what was picked."""
        if move == "practice":
            await self._practise(waiting)
        elif move == "picture" and self.code is not None:
            drawing = square(self.code.url, halves=speaks_unicode(), inverted=not self.drawn)
            self.drawn = not self.drawn
            fits = max(map(len, drawing)) <= self.talk.width
            self.talk.whole(*(drawing if fits else [NO_ROOM]))
            self.talk.say(*lines(self.moves()))

    async def _practise(self, waiting: asyncio.Future[T]) -> None:
        """Let the practice world's person type the code."""
        if self.session.practice is None or self.code is None:
            return
        try:
            await self.session.practice.enter_device_code(self.code.user_code)
        except ValueError as page:
            self.talk.say(f"The page says: {' '.join(str(page).split())}")
        else:
            self.entered = True
            self.talk.say(f"The code was typed. {self.card.name} tells it within a few seconds.")
            await asyncio.wait((waiting,))

"""A sign-in with a short code on another device (RFC 8628), with the warning that belongs to it."""

from __future__ import annotations

import time
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from mailwizard.faces.choice import Move
from mailwizard.faces.signing.attempting import (
    NEW_CODE,
    OTHER_WAY,
    PRACTICE_PERSON,
    WARNING,
    Ways,
    as_whom,
    short_code_rows,
)
from mailwizard.signin.oauth.attempt import Attempt
from mailwizard.signin.oauth.authorization import DeviceCode
from mailwizard.signin.oauth.grant import Grant
from mailwizard.tui.outside import copy, print_outside
from mailwizard.tui.screens.signing_in import Other, SigningIn
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.facts import Facts
from mailwizard.tui.widgets.left import Left
from mailwizard.tui.widgets.plain import Plain


class ShortCode(SigningIn):
    """Shows a code that lives as long as this screen, and waits until it was typed."""

    DEFAULT_CSS = """
    ShortCode #asking > * { margin: 0 1; }
    ShortCode #asking > .part { margin: 0 1 1 1; }
    """
    KEYS = (("c", "copy the address"), ("p", "print outside"), ("q", "QR code"), ("Esc", "cancel"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "Copy"),
        Binding("p", "print", "Print outside the screen"),
        Binding("q", "picture", "QR code"),
    ]
    AGAIN = NEW_CODE
    given: DeviceCode | None = None

    def asking(self) -> ComposeResult:
        """Draw the warning, the page, the code, and what it allows to whom."""
        yield Plain(("!! ", "bold $error"), (WARNING, "bold"), classes="part", id="warning")
        yield Plain(id="where", classes="part")
        yield Facts(id="facts")
        yield Left("Left", id="left")

    async def sign_in(self, attempt: Attempt) -> Grant:
        """Show a code, and wait until it was typed.

        Raises:
            Failure: as the attempt.
        """
        self.given = None
        self.query_one("#where", Plain).say(f"Asking {self.card.name} for a code …")
        await self.offer([Move("Cancel", "Esc", id="cancel")], focus=False)
        self.focus_page()
        self.given = code = await attempt.short_code()
        self._show(code)
        practice = [Move(PRACTICE_PERSON, id="practice")] if self.session.practice else []
        out = [Move("Copy the address", "c", id="copy"), Move("Print outside", "p", id="print")]
        qr = [Move("QR code", "q", id="picture")]
        await self.offer(
            [*practice, *out, *qr, *self.other_ways(), Move("Cancel", "Esc", id="cancel")], focus=bool(practice)
        )
        self.start_clock(max(code.expires_at - time.time(), 0))
        try:
            return await attempt.typed(code)
        finally:
            self.given = None

    def _show(self, code: DeviceCode) -> None:
        self.query_one("#where", Plain).say(
            ("1  Open ", "bold"), (code.url, "bold underline"), (" on any device.\n2  Type the code  ", "bold"),
            (f" {code.user_code} ", "bold reverse"), (f"  there, and sign in{as_whom(self.address)}.", "bold"),
        )  # fmt: skip
        ends = "with this page: who leaves it drops the code."
        self.query_one("#facts", Facts).show(short_code_rows(code, self.card, ends))

    def other_ways(self) -> list[Move]:
        """Return the browser."""
        return [Move(OTHER_WAY[Ways.BROWSER], id=Ways.BROWSER)]

    @on(Action.Pressed, "#copy")
    def action_copy(self) -> None:
        """Send the page's address to the terminal's clipboard; the code is typed by hand."""
        if self.given:
            self.say(copy(self.app, self.given.url))

    @on(Action.Pressed, "#print")
    def action_print(self) -> None:
        """Print the page's address outside the screen."""
        if self.given:
            self.say(print_outside(self.app, self.given.url))

    @on(Action.Pressed, "#picture")
    def action_picture(self) -> None:
        """Show the page's address as a QR code."""
        from mailwizard.tui.screens.square import Square

        if self.given:
            self.app.push_screen(Square(self.given.url))

    @on(Action.Pressed, "#browser")
    def _browser(self) -> None:
        self.dismiss(Other(Ways.BROWSER))

    @on(Action.Pressed, "#practice")
    @work(exclusive=True, group="practice")
    async def _practise(self) -> None:
        """Let the practice world's person type the code."""
        if self.session.practice is None or self.given is None:
            return
        try:
            await self.session.practice.enter_device_code(self.given.user_code)
        except ValueError as page:
            self.say(f"The page says: {' '.join(str(page).split())}")
        else:
            self.query("#practice").remove()
            self.say(f"The code was typed. {self.card.name} tells it within a few seconds.")

"""A sign-in with a browser: its page's address first, and every way in which the answer can come back."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from mailwizard.draft import Draft
from mailwizard.faces.choice import Move
from mailwizard.faces.session import Session
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
from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Address, Failure
from mailwizard.signin.oauth.attempt import Attempt
from mailwizard.signin.oauth.browser import LIMIT
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.place import Place, here
from mailwizard.signin.oauth.registration import Registration
from mailwizard.tui.outside import copy, print_outside
from mailwizard.tui.screens.panel import Page
from mailwizard.tui.screens.signing_in import Other, SigningIn
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.facts import Facts
from mailwizard.tui.widgets.field import Field
from mailwizard.tui.widgets.left import Left
from mailwizard.tui.widgets.paste import PasteEntry
from mailwizard.tui.widgets.plain import Plain
from mailwizard.tui.widgets.whole import Whole

BACK = f"2  {PASTE_BACK}:"
THERE = f"1  {ELSEWHERE}:"
LINES = f"2  {LINES_BACK}:"
KEYS_HERE = frozenset("cop")
"""Letters that do something on the page."""


class Browser(SigningIn):
    """Shows the address, listens and takes a paste at the same time."""

    DEFAULT_CSS = """
    Browser #asking > * { margin: 0 1; }
    Browser #asking > Whole { margin: 1 0; }
    """
    KEYS = (("c", "copy"), ("p", "print outside"), ("F9", "error message"), ("Tab", "on"), ("Esc", "cancel"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "Copy"),
        Binding("p", "print", "Print outside the screen"),
        Binding("o", "open", "Open here"),
    ]

    def __init__(
        self,
        draft: Draft,
        session: Session,
        card: IssuerCard,
        registration: Registration,
        address: Address | None,
        place: Place | None = None,
    ) -> None:
        super().__init__(draft, session, card, registration, address)
        self.where = place or here()
        self.text = ""
        """What is to be copied: the page's address, or the lines for another machine."""
        self.handing = False
        self.port_taken = ""

    def asking(self) -> ComposeResult:
        """Draw the address, the field for what comes back, and what is listened to."""
        yield Plain(id="first")
        yield Whole(id="text")
        yield Plain(id="second")
        yield Field("Answer", PasteEntry(id="answer-entry"), id="answer")
        yield Facts(id="ways")
        yield Left("Left", id="left")

    async def sign_in(self, attempt: Attempt) -> Grant:
        """Show the page's address, wait for the answer, and take the grant.

        Raises:
            Failure: as the attempt.
        """
        self.text, self.handing, self.port_taken = "", False, ""
        self.show_way()
        await self.offer([Move("Cancel", "Esc", id="cancel")], focus=False)
        self.focus_page()
        asked = await attempt.begin()
        self.text = asked.url
        self.show_way()
        await self.offer(self.possible(), focus=False)
        self.start_clock(LIMIT)
        answer = await attempt.answer(self.tell_wrong, self.tell_port)
        self.stop_clock()
        self.query_one(Left).show("the answer has come; asking for the token …")
        return await attempt.redeem(answer)

    def show_way(self) -> None:
        """Show what is to be done where, and how the answer comes back."""
        first = f"1  {OPEN_PAGE}{as_whom(self.address)}:"
        if not self.text:
            first = f"Asking {self.card.name} for its sign-in page …"
        self.query_one("#first", Plain).say((THERE if self.handing else first, "bold" if self.text else ""))
        self.query_one("#text", Whole).show(self.text)
        self.query_one("#second", Plain).say((LINES if self.handing else BACK, "bold"))
        self.query_one("#ways", Facts).show([] if self.handing else self.ways())
        for name in ("#second", "#answer", "#ways", "#left"):
            self.query_one(name).display = bool(self.text)
        self.query_one("#answer", Field).wrong("")

    def ways(self) -> list[tuple[str, str]]:
        """Return how the answer comes back by itself."""
        kept = self.session.keeps_for_later(self.draft)
        return arrival(self.registration, self.where, self.port_taken, kept=kept)

    def possible(self) -> list[Move]:
        """Return what can be done while the answer is waited for, the usual first."""
        practice = [Move(PRACTICE_BROWSER, id="practice")] if self.session.practice else []
        opens = [Move(OPEN_HERE, "o", id="open")] if self.where.opens and not practice else []
        other = Move(BACK_TO_ADDRESS if self.handing else ANOTHER_MACHINE, id="handover")
        out = [Move("Copy", "c", id="copy"), Move("Print outside", "p", id="print")]
        return [*practice, *opens, *out, other, *self.other_ways(), Move("Cancel", "Esc", id="cancel")]

    def other_ways(self) -> list[Move]:
        """Return the short code, where the issuer gives out any."""
        return [Move(OTHER_WAY[Ways.SHORT_CODE], id=Ways.SHORT_CODE)] if self.card.device else []

    def tell_wrong(self, sentence: str) -> None:
        """Say what is wrong with a paste."""
        field = self.query_one("#answer", Field)
        field.wrong(sentence)
        if sentence:
            self.call_after_refresh(self.query_one(Page).scroll_end, animate=False)

    def tell_port(self, failure: Failure) -> None:
        """Say that nobody listens."""
        self.port_taken = failure.detail or failure.code
        self.show_way()

    @on(PasteEntry.Pasted)
    def _pasted(self, event: PasteEntry.Pasted) -> None:
        self.take(event.text)

    @on(Input.Submitted, "#answer-entry")
    def _typed(self) -> None:
        self.query_one(PasteEntry).take("")

    @on(Input.Changed, "#answer-entry")
    def _changed(self, event: Input.Changed) -> None:
        if event.value:
            self.query_one("#answer", Field).wrong("")

    def on_paste(self, event: events.Paste) -> None:
        """Take a paste wherever the focus is."""
        if self.text and not self.has_class("-over"):
            event.stop()
            self.query_one(PasteEntry).take(event.text)

    def on_key(self, event: events.Key) -> None:
        """Let what is typed on the page go into the field, also a paste that a terminal types."""
        typed = event.character if event.is_printable and event.character not in KEYS_HERE else None
        if typed and self.text and isinstance(self.focused, Page) and not self.has_class("-over"):
            event.stop()
            entry = self.query_one(PasteEntry)
            entry.focus()
            entry.insert_text_at_cursor(typed)

    def take(self, text: str) -> None:
        """Read what was pasted."""
        self.tell_wrong("")
        if self.attempt is not None:
            try:
                self.attempt.paste(text)
            except ValueError as wrong:
                self.tell_wrong(str(wrong))

    @on(Action.Pressed, "#copy")
    def action_copy(self) -> None:
        """Send the address to the terminal's clipboard."""
        if self.text:
            self.say(copy(self.app, self.text))

    @on(Action.Pressed, "#print")
    def action_print(self) -> None:
        """Print the address on one line outside the screen."""
        if self.text:
            self.say(print_outside(self.app, self.text))

    @on(Action.Pressed, "#open")
    @work(exclusive=True, group="open")
    async def action_open(self) -> None:
        """Open the page in this machine's own browser; never over SSH."""
        if not self.where.opens or not self.text or self.handing:
            return
        if not await open_page(self.where, self.text):
            self.say(NO_BROWSER)

    @on(Action.Pressed, "#handover")
    @work(exclusive=True, group="handover")
    async def _hand_over(self) -> None:
        asked = self.attempt.authorization if self.attempt else None
        if self.attempt is None or asked is None:
            return
        try:
            lines = () if self.handing else await asyncio.to_thread(self.attempt.hand_over)
        except Failure as failure:
            self.say(failure.detail)
            return
        self.handing = not self.handing
        self.text = "\n".join(lines) if self.handing else asked.url
        self.show_way()
        await self.offer(self.possible(), focus=False)
        self.focus_page()

    @on(Action.Pressed, "#short-code")
    def _short(self) -> None:
        self.dismiss(Other(Ways.SHORT_CODE))

    @on(Action.Pressed, "#practice")
    @work(exclusive=True, group="practice")
    async def _practise(self) -> None:
        """Let the practice browser sign in, at the port where somebody listens, else as a paste."""
        asked = self.attempt.authorization if self.attempt else None
        if self.session.practice is None or self.attempt is None or asked is None:
            return
        try:
            dead = await self.session.practice.browse(asked.url, visit=not self.port_taken)
        except ValueError as page:
            self.attempt.read_page(str(page))
        else:
            if self.port_taken:
                self.attempt.paste(dead)

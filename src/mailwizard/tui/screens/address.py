"""Whose mail account it is."""

from __future__ import annotations

import time
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from mailwizard.draft import Draft, Stage
from mailwizard.draft.display_name import name_doubt, read_display_name
from mailwizard.faces.finding import MEANT, answered, did_you_mean, nothing
from mailwizard.faces.finding import progress as how_far
from mailwizard.model import Address
from mailwizard.tui.screens.question import Question
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.entry import Entry
from mailwizard.tui.widgets.field import Field
from mailwizard.tui.widgets.plain import Plain

AT_A_STROKE = 0.3
"""Seconds in which nobody reads a sentence and answers it."""


class Ask(Question):
    """Address and display name; the servers are looked for while the name is typed."""

    STAGE = Stage.ADDRESS
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "look_again", "Look again")]

    def body(self) -> ComposeResult:
        """Draw the two fields and how far the search is."""
        address = self.draft.address.display if self.draft.address else ""
        yield Plain("Whose mail account is it?", classes="title")
        yield Field("Address", Entry(self.recall("address", address), id="address-entry"), id="address")
        yield Field(
            "Name",
            Entry(self.recall("name", self.draft.display_name), id="name-entry"),
            hint="Others see it beside the address. May stay empty.",
            id="name",
        )
        yield Plain(id="progress", classes="gap")

    def begin(self) -> None:
        """Wait for nothing yet."""
        self.waiting = False
        self.asked_at = 0.0
        self.warned = False

    def holds(self, moment: float) -> bool:
        """Return whether a key was typed right behind the Enter that waits for the search."""
        return self.ready and self.waiting and moment < self.asked_at + AT_A_STROKE

    @property
    def standing(self) -> Draft:
        """Return the draft with the typed address and name, where both can be read."""
        address = self.read_address(blame=False) if self.ready else None
        if address is None:
            return self.draft
        try:
            name = read_display_name(self.query_one("#name", Field).value)
        except ValueError:
            name = self.draft.display_name
        return self.draft.naming(address, name)

    def remember(self) -> None:
        """Note both fields."""
        self.note("address", self.query_one("#address", Field).value)
        self.note("name", self.query_one("#name", Field).value)

    def read_address(self, *, blame: bool) -> Address | None:
        """Return the typed address; ``blame`` says below the field what is wrong with it."""
        field = self.query_one("#address", Field)
        try:
            address = Address.parse(field.value)
        except ValueError as wrong:
            if blame:
                field.wrong(str(wrong))
            return None
        field.wrong("")
        return address

    @on(events.DescendantFocus)
    def _left_address(self, event: events.DescendantFocus) -> None:
        """Look for the servers once the person is at something else here, not while half of the address is typed.

        A terminal that loses the focus, and a page that is opened over this one, take the focus away as well.
        """
        if event.widget.id != "address-entry" and self.query_one("#address", Field).value:
            self.look(self.read_address(blame=True))

    def look(self, address: Address | None) -> None:
        """Let the servers be looked for, where they are wanted."""
        if address and self.draft.service.discovers:
            self.post_message(self.AddressRead(address, self.draft.service))

    @on(Input.Changed)
    def _typed(self) -> None:
        self.query("#meant").remove()
        self.waiting = self.warned = False
        self.query_one("#address", Field).wrong("")
        self.query_one("#address", Field).doubt("")

    @on(Input.Submitted, "#address-entry")
    def _to_name(self) -> None:
        if self.warned:
            self._go_on()
        elif self.read_address(blame=True):
            self.query_one("#name-entry").focus()

    @on(Input.Submitted, "#name-entry")
    @on(Action.Pressed, "#continue")
    def _go_on(self) -> None:
        address = self.read_address(blame=True)
        name = self.read_name(address)
        if address is None:
            self.query_one("#address-entry").focus()
        elif name is not None:
            self.leave_when_found(address, name)

    def read_name(self, address: Address | None) -> str | None:
        """Return the display name, or ``None`` with what is wrong said below it."""
        field = self.query_one("#name", Field)
        try:
            name = read_display_name(field.value)
        except ValueError as wrong:
            field.wrong(str(wrong))
            return None
        field.wrong("")
        return name

    def leave_when_found(self, address: Address, name: str) -> None:
        """Go on; the first time only once the search has found something, so that a mistyped domain is seen here."""
        search = self.session.search
        if self.draft.service.discovers and not self.warned:
            if not search.fits(address, self.draft.service):
                self.look(address)
            if not answered(search, address, self.draft.service):
                if not self.waiting:
                    self.waiting, self.asked_at = True, time.monotonic()
                    self.found()
                    return
            elif not search.candidates:
                self.say_nothing_found()
                return
        doubt = name_doubt(name, address)
        if doubt and not self.warned:
            self.warned = True
            self.query_one("#name", Field).doubt(f"{doubt} Press Enter again to keep it.")
            return
        draft = self.draft.with_address(address, name)
        self.reply(search.into(draft))

    def say_nothing_found(self) -> None:
        """Say why nothing was found; going on again leads to typing the servers."""
        self.warned = True
        search = self.session.search
        way = "F5 looks again once the network works" if search.unheard else "Correct the address"
        self.query_one("#address", Field).doubt(f"{nothing(search)} {way}, or press Enter again to type the servers.")
        self.name_keys()
        slip = did_you_mean(search)
        if slip and not self.query("#meant"):
            self.query_one("#actions").mount(Action(slip.label, id=MEANT), before=0)
        self.query_one("#address-entry").focus()

    @on(Action.Pressed, "#meant")
    def _take_meant(self) -> None:
        entry = self.query_one("#address-entry", Entry)
        entry.value = self.session.search.meant
        entry.focus()
        self.look(self.read_address(blame=True))

    def action_look_again(self) -> None:
        """Look for the servers a second time, such as once the network works."""
        search = self.session.search
        if search.done and self.read_address(blame=True):
            search.address = None
            self.waiting = self.warned = False
            self.query_one("#address", Field).doubt("")
            self.name_keys()
            self._go_on()

    @property
    def seen(self) -> Draft:
        """Return the draft with what the search for the typed address saw; it is not answered yet."""
        return self.session.search.seen(self.draft)

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys, the one that looks again only after a search that heard nothing."""
        again = (("F5", "look again"),) if self.warned and self.session.search.unheard else ()
        return (*self.KEYS[:-1], *again, self.KEYS[-1])

    def found(self) -> None:
        """Say how far the search is; where the person waits for it, go on."""
        address = self.read_address(blame=False)
        search, progress = self.session.search, self.query_one("#progress", Plain)
        if address is None or not search.fits(address, self.draft.service):
            progress.say("")
            return
        impatient = self.waiting and not search.done
        progress.say(how_far(search, address) + (" Press Enter to go on without waiting." if impatient else ""))
        if search.done or search.settled:
            self.go_on_if_waiting()

    def go_on_if_waiting(self) -> None:
        """Go on where the person waits for an answer."""
        if self.waiting:
            self.waiting = False
            self._go_on()

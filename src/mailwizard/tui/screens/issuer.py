"""Who signs people in where no card says so: a sign-in service by its own https address, asked about itself."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from mailwizard.faces.session import Session
from mailwizard.faces.signing.issuer import ADDRESS_HINT, QUESTION, RIGHTS_HINT, WHY, WrongAddress, WrongRights, named
from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Address
from mailwizard.tui.screens.aside import Aside
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.entry import Entry
from mailwizard.tui.widgets.field import Field
from mailwizard.tui.widgets.plain import Plain


class NamedIssuer(Aside[IssuerCard]):
    """Asks for the address of a sign-in service, and takes what that says of itself and nothing else."""

    DEFAULT_CSS = "NamedIssuer #page > .part { margin: 0 1 1 1; }"
    AUTO_FOCUS = "Entry"
    KEYS = (("Tab", "next field"), ("Enter", "go on"), ("Esc", "back"))
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, session: Session, address: Address | None) -> None:
        super().__init__(address.display if address else "", "Sign-in service")
        self.session = session

    def page(self) -> ComposeResult:
        """Draw what is needed, and why."""
        yield Plain(QUESTION, classes="head")
        yield Plain(WHY, classes="part")
        yield Field("Address", Entry(limit=1000, id="address-entry"), id="address", hint=ADDRESS_HINT)
        yield Field(
            "Rights",
            Entry(limit=1000, id="rights-entry"),
            id="rights",
            hint=RIGHTS_HINT,
        )

    def actions(self) -> ComposeResult:
        """Draw what can be done."""
        yield Action("Go on", id="continue")
        yield Action("Back", "Esc", id="cancel")

    @on(Input.Changed)
    def _typed(self) -> None:
        for field in self.query(Field):
            field.wrong("")

    @on(Input.Submitted, "#address-entry")
    def _next(self) -> None:
        self.focus_next()

    @on(Input.Submitted, "#rights-entry")
    @on(Action.Pressed, "#continue")
    def _continue(self) -> None:
        self.run_worker(self.go_on(), group="issuer", exclusive=True)

    async def go_on(self) -> None:
        """Ask the service about itself; what is wrong is said under the field that it is about."""
        address, rights = (self.query_one(name, Field) for name in ("#address", "#rights"))
        self.say("Asking it about itself …")
        try:
            card = await named(address.value, rights.value, self.session.net)
        except (WrongAddress, WrongRights) as wrong:
            self.say("")
            blamed = address if isinstance(wrong, WrongAddress) else rights
            blamed.wrong(str(wrong))
            blamed.entry.focus()
            return
        self.say("")
        self.dismiss(card)

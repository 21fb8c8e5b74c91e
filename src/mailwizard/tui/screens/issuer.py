"""Who signs people in where no card says so: a sign-in service by its own https address, asked about itself."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from mailwizard.faces.session import Session
from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Address, Failure, Protocol
from mailwizard.signin.oauth.issuers import card_of
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
        yield Plain("Which service signs you in?", classes="head")
        yield Plain(
            "Your provider or administrator names it. It is asked about itself at this very address, encrypted; you "
            "then sign in on its own page. Whoever runs it learns your password: type no address that a mail sent you.",
            classes="part",
        )
        yield Field("Address", Entry(limit=1000, id="address-entry"), id="address", hint="Such as https://id.example")
        yield Field(
            "Rights",
            Entry(limit=1000, id="rights-entry"),
            id="rights",
            hint="What it calls the use of mail, with blanks between; empty for what it says itself.",
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
            card = await card_of(address.value.strip(), self.session.net, scopes=tuple(rights.value.split()))
        except Failure as wrong:
            self.say("")
            address.wrong(f"Not taken: {wrong.detail or wrong.code}.")
            address.entry.focus()
            return
        self.say("")
        blamed = ""
        if not card.authorize and not card.device:
            blamed = f"{card.name} has neither a sign-in page nor short codes."
        elif not card.scope(tuple(Protocol)):
            blamed = f"{card.name} does not say what it calls the use of mail: type that."
        if blamed:
            rights.wrong(blamed)
            rights.entry.focus()
        else:
            self.dismiss(card)

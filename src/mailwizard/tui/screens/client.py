"""Under which registration mailwizard signs in: a file of the issuer's, or what is typed off its page."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from mailwizard.faces.session import Session
from mailwizard.faces.signing import program
from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Address
from mailwizard.signin.oauth.registration import Registration
from mailwizard.tui.screens.aside import Aside
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.entry import Entry, SecretEntry
from mailwizard.tui.widgets.field import Field
from mailwizard.tui.widgets.plain import Plain
from mailwizard.tui.widgets.steps import Steps


class Client(Aside[Registration]):
    """Asks for the registration, with the guide for making one below."""

    DEFAULT_CSS = """
    Client #page > .part { margin: 0 1 1 1; }
    Client #page > Steps { margin: 1 1 0 1; }
    """
    AUTO_FOCUS = "Entry"
    KEYS = (("Tab", "next field"), ("F4", "show secret"), ("Enter", "go on"), ("Esc", "back"))
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f4", "reveal", "Show")]

    def __init__(
        self, session: Session, card: IssuerCard, address: Address | None, before: Registration | None = None
    ) -> None:
        super().__init__(address.display if address else "", f"Program at {card.name}")
        self.session, self.card, self.address, self.before = session, card, address, before
        self.ready = program.practised(session, card)

    def page(self) -> ComposeResult:
        """Draw what is needed and why, the fields, and the guide."""
        head, why = program.question(self.card)
        yield Plain(head, classes="head")
        yield Plain(why, classes="part")
        if program.takes_file(self.card):
            yield Field("JSON file", Entry(limit=4096, id="file-entry"), id="file", hint="or type both of these:")
        yield Field("Client ID", Entry(self.before.client_id if self.before else "", id="number-entry"), id="number")
        if self.card.client_secret != "none":
            yield Field(
                "Its secret",
                SecretEntry(self.before.client_secret if self.before else "", id="secret-entry"),
                id="secret",
                hint=program.secret_hint(self.card),
            )
        if self.card.tenants:
            yield Field(
                "Directory",
                Entry(self.before.tenant if self.before else "", id="tenant-entry"),
                id="tenant",
                hint=program.tenant_hint(self.card),
            )
        yield Steps(program.guide_for(self.card, self.address))

    def actions(self) -> ComposeResult:
        """Draw what can be done."""
        if self.ready:
            yield Action(program.TAKE_PRACTICE, id="practice")
        yield Action("Go on", id="continue")
        yield Action("Back", "Esc", id="cancel")

    def on_mount(self) -> None:
        """Begin with what is at hand."""
        super().on_mount()
        if self.ready:
            self.query_one("#practice").focus()

    def action_reveal(self) -> None:
        """Show the secret, or hide it again."""
        for entry in self.query(SecretEntry):
            entry.action_reveal()

    @on(Input.Changed)
    def _typed(self) -> None:
        for field in self.query(Field):
            field.wrong("")

    @on(Action.Pressed, "#practice")
    def _practice(self) -> None:
        self.dismiss(self.ready)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        fields = list(self.query(Entry))
        last = event.input is fields[-1] or (event.input.id == "file-entry" and bool(event.value.strip()))
        if last:
            self.run_worker(self.go_on(), group="read", exclusive=True)
        else:
            self.focus_next()

    @on(Action.Pressed, "#continue")
    def _continue(self) -> None:
        self.run_worker(self.go_on(), group="read", exclusive=True)

    async def go_on(self) -> None:
        """Read what was typed; what is wrong is said under its field."""
        path = self.value("file").strip()
        blamed = self.query_one("#file" if path else "#number", Field)
        try:
            if path:
                registration = await asyncio.to_thread(program.read_file, path)
            else:
                typed = (self.value(name) for name in ("number", "secret", "tenant"))
                registration = program.read_typed(self.card, *typed)
        except ValueError as wrong:
            blamed.wrong(str(wrong))
            blamed.entry.focus()
        else:
            self.dismiss(registration)

    def value(self, name: str) -> str:
        """Return what was typed into a field; nothing where there is no such field."""
        return next((field.value for field in self.query(f"#{name}").results(Field)), "")

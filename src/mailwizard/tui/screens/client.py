"""Under which registration mailwizard signs in: a file of the issuer's, or what is typed off its page."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from mailwizard.faces.session import Session
from mailwizard.knowledge.guidance import Guide
from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Address
from mailwizard.signin.oauth.registering import FILE_LIMIT, read_google, typed
from mailwizard.signin.oauth.registration import Registration, RegistrationKind
from mailwizard.tui.screens.aside import Aside
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.entry import Entry, SecretEntry
from mailwizard.tui.widgets.field import Field
from mailwizard.tui.widgets.plain import Plain
from mailwizard.tui.widgets.steps import Steps

WITHOUT_A_PERSON = (
    "This is a service account, which signs in without a person: mailwizard sign-in --service-account FILE."
)
GUIDES = {"google": "make-client", "microsoft": "register-app"}
"""The guide for making a registration, by flow."""


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
        self.ready = practised(session, card)

    @property
    def takes_file(self) -> bool:
        """Return whether the issuer hands out a file."""
        return self.card.flow == "google"

    def page(self) -> ComposeResult:
        """Draw what is needed and why, the fields, and the guide."""
        yield Plain(f"Under which registration may mailwizard sign in at {self.card.name}?", classes="head")
        yield Plain(
            f"{self.card.name} lets in only programs that somebody has registered: you, or your administrator. "
            "It is asked once; none is built in.",
            classes="part",
        )
        if self.takes_file:
            yield Field("JSON file", Entry(limit=4096, id="file-entry"), id="file", hint="or type both of these:")
        yield Field("Client ID", Entry(self.before.client_id if self.before else "", id="number-entry"), id="number")
        if self.card.client_secret != "none":
            optional = "" if self.card.client_secret == "required" else "Most programs here have none."
            yield Field(
                "Its secret",
                SecretEntry(self.before.client_secret if self.before else "", id="secret-entry"),
                id="secret",
                hint=optional,
            )
        if self.card.tenants:
            usual = f"Its ID or a domain of it; empty for {self.card.tenants[0]}."
            yield Field(
                "Directory",
                Entry(self.before.tenant if self.before else "", id="tenant-entry"),
                id="tenant",
                hint=usual,
            )
        yield Steps(self.guide())

    def guide(self) -> Guide | None:
        """Return how a registration is made."""
        slug = GUIDES.get(self.card.flow, "")
        found = self.card.guide(slug) or next(iter(self.card.guides), None)
        return found.fill(self.address) if found else None

    def actions(self) -> ComposeResult:
        """Draw what can be done."""
        if self.ready:
            yield Action("Take the practice registration", id="practice")
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
                registration = await asyncio.to_thread(read_file, path)
            else:
                registration = typed(self.card, self.value("number"), self.value("secret"), self.value("tenant"))
            if registration.kind is not RegistrationKind.PUBLIC:
                raise ValueError(WITHOUT_A_PERSON)
        except ValueError as wrong:
            blamed.wrong(str(wrong))
            blamed.entry.focus()
        else:
            self.dismiss(registration)

    def value(self, name: str) -> str:
        """Return what was typed into a field; nothing where there is no such field."""
        return next((field.value for field in self.query(f"#{name}").results(Field)), "")


def read_file(path: str) -> Registration:
    """Read the file of an issuer.

    Raises:
        ValueError: with one sentence that says what is wrong with it.
    """
    place = Path(path.strip("'\"")).expanduser()
    try:
        with place.open(encoding="utf-8") as file:
            text = file.read(FILE_LIMIT + 1)
    except UnicodeDecodeError:
        raise ValueError("This is no text file; the JSON file is one.") from None
    except (OSError, RuntimeError) as wrong:
        reason = getattr(wrong, "strerror", None) or "there is no such home folder"
        raise ValueError(f"This file cannot be read: {reason.lower()}.") from None
    return read_google(text, place.name)


def practised(session: Session, card: IssuerCard) -> Registration | None:
    """Return the registration that a practice world's story names, or has for the issuer at all."""
    known = getattr(session.practice, "registrations", {}) if session.practice else {}
    here = [one for one in known.values() if one.issuer == card.id]
    story = " ".join(session.practice.story) if session.practice else ""
    return next((one for one in here if one.client_id in story), next(iter(here), None))

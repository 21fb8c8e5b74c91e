"""Signing in to an Exchange server: domain, user name and password, and the address of its web services."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from mailwizard.faces.signing.exchange import Closed, ExchangeWaysIn, read_name, read_place
from mailwizard.faces.signing.ways import read_secret
from mailwizard.model import Credential
from mailwizard.signin import Way
from mailwizard.tui.screens import sign_in
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.entry import Entry, SecretEntry
from mailwizard.tui.widgets.field import Field

NAMES = ("service", "domain", "username", "secret")
"""What is typed, in its order."""


class Ask(sign_in.Ask):
    """The four things that an administrator hands out, a mistake in one of them said below it."""

    WAYS = ExchangeWaysIn
    how: ExchangeWaysIn

    def fields(self) -> ComposeResult:
        """Draw the four lines to type in."""
        domain, user = self.how.parts
        yield Field("Service", Entry(self.recall("service", self.how.service), id="service-entry"), id="service")
        yield Field("Domain", Entry(self.recall("domain", domain), id="domain-entry"), id="domain")
        yield Field("User name", Entry(self.recall("username", user), id="username-entry"), id="username")
        secret = SecretEntry(self.recall("secret", self.how.secret), id="secret-entry")
        yield Field("Secret", secret, beside=Action("Show", "F4", id="reveal"), id="secret")

    def show_fields(self) -> None:
        """Leave out what a sign-in in a browser does not ask for."""
        self.query_one("#domain").display = not self.in_browser
        name = self.query_one("#username", Field).entry
        if self.in_browser and isinstance(name, Entry) and name.value == self.how.parts[1]:
            name.value = self.how.browser_name

    def remember(self) -> None:
        """Note what was typed, the secret for this run only."""
        super().remember()
        for name in ("service", "domain") if self.offered else ():
            self.note(name, self.query_one(f"#{name}", Field).value)

    @on(Input.Changed)
    def _corrected(self, event: Input.Changed) -> None:
        for field in self.query(Field):
            if field.entry is event.input and field.id != "secret":
                field.wrong("")
                field.doubt("")

    @on(Input.Submitted, "#service-entry,#domain-entry")
    def _to_next(self) -> None:
        self.focus_next()

    def read(self, way: Way) -> Credential | None:
        """Return what was typed; nothing where something is wrong with it, which then stands below its line."""
        service, domain, username, secret = (self.query_one(f"#{name}", Field) for name in NAMES)
        blamed = service
        try:
            self.how.read_service(service.value)
            blamed = domain
            place = read_place(domain.value)
            blamed = username
            name = read_name(place, username.value)
            blamed = secret
            credential = read_secret(way, secret.value, name, self.how)
        except Closed as gone:
            self.blame(blamed, f"{gone} F3 goes back: what to take instead is offered there.")
            return None
        except ValueError as wrong:
            self.blame(blamed, str(wrong))
            return None
        return None if self.doubted(way) else credential

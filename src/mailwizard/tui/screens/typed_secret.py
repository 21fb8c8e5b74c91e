"""A user name and a secret, typed or pasted."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from mailwizard.faces.signing.ways import doubts, read_secret
from mailwizard.model import Credential
from mailwizard.signin import Way
from mailwizard.tui.screens.at_issuer import AtIssuer
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.entry import Entry, SecretEntry
from mailwizard.tui.widgets.field import Field


class TypedSecret(AtIssuer):
    """Reads what is typed to sign in, and says what is wrong or odd about it below its line."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f4", "reveal", "Show")]
    warned = ""
    """The odd secret of which the person was warned."""

    def fields(self) -> ComposeResult:
        """Draw the lines to type in."""
        yield Field("User name", Entry(self.recall("username", self.how.username), id="username-entry"), id="username")
        secret = SecretEntry(self.recall("secret", self.how.secret), id="secret-entry")
        yield Field("Secret", secret, beside=Action("Show", "F4", id="reveal"), id="secret")

    def read(self, way: Way) -> Credential | None:
        """Return what was typed; nothing where something is wrong with it, which then stands below its line."""
        username, secret = self.query_one("#username", Field), self.query_one("#secret", Field)
        try:
            credential = read_secret(way, secret.value, username.value, self.how)
        except ValueError as wrong:
            self.blame(secret if username.value.strip() else username, str(wrong))
            return None
        return None if self.doubted(way) else credential

    def blame(self, field: Field, sentence: str) -> None:
        """Say what is wrong below a line, and go there."""
        field.wrong(sentence)
        field.entry.focus()

    def doubted(self, way: Way) -> bool:
        """Return whether the secret looks like a slip, which is said once."""
        secret = self.query_one("#secret", Field)
        doubt = doubts(way, secret.value, self.how)
        if not doubt or self.warned == secret.value:
            return False
        self.warned = secret.value
        secret.doubt(f"{doubt} Press Enter again to use it all the same.")
        secret.entry.focus()
        return True

    @on(Action.Pressed, "#reveal")
    def action_reveal(self) -> None:
        """Show the secret, or hide it again."""
        entry = self.query_one("#secret-entry", SecretEntry)
        entry.action_reveal()
        self.query_one("#reveal", Action).rename("Show" if entry.password else "Hide", "F4")

    @on(Input.Changed, "#secret-entry")
    def _typed(self) -> None:
        field = self.query_one("#secret", Field)
        field.wrong("")
        field.doubt("")
        if field.value != self.how.secret:
            field.hint("")

"""A user name and a secret, typed or pasted."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from mailwizard.draft import Draft
from mailwizard.model import Credential
from mailwizard.signin import SignIn
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
        yield Field("User name", Entry(self.recall("username", self.username), id="username-entry"), id="username")
        secret = SecretEntry(self.recall("secret", self.secret), id="secret-entry")
        yield Field("Secret", secret, beside=Action("Show", "F4", id="reveal"), id="secret")

    @property
    def username(self) -> str:
        """Return the user name to suggest."""
        return next((one.username for one in self.draft.chosen if one.username), "") or str(self.draft.address or "")

    @property
    def secret(self) -> str:
        """Return the secret that was typed earlier in this run."""
        credential = self.session.credential
        return credential.secret if credential and credential.kind.typed else ""

    def read(self, module: SignIn) -> Credential | None:
        """Return what was typed; nothing where something is wrong with it, which then stands below its line."""
        username, secret = self.query_one("#username", Field), self.query_one("#secret", Field)
        try:
            credential = module.read(secret.value, username.value, self.card)
        except ValueError as wrong:
            self.blame(secret if username.value.strip() else username, str(wrong))
            return None
        return None if self.doubted(module) else credential

    def blame(self, field: Field, sentence: str) -> None:
        """Say what is wrong below a line, and go there."""
        field.wrong(sentence)
        field.entry.focus()

    def doubted(self, module: SignIn) -> bool:
        """Return whether the secret looks like a slip, which is said once."""
        secret = self.query_one("#secret", Field)
        doubt = module.doubts(secret.value, self.card)
        if not doubt or self.warned == secret.value:
            return False
        self.warned = secret.value
        secret.doubt(f"{doubt} Press Enter again to use it all the same.")
        secret.entry.focus()
        return True

    def placed(self, draft: Draft) -> Draft:
        """Return the draft with the servers that are signed in to."""
        return draft

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
        if field.value != self.secret:
            field.hint("")

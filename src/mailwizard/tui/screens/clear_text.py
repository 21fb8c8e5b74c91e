"""The consent to send a secret unencrypted: the server's name, typed."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from mailwizard.tui.screens.dialog import Dialog
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.entry import Entry
from mailwizard.tui.widgets.field import Field
from mailwizard.tui.widgets.flow import Flow
from mailwizard.tui.widgets.plain import Plain


class ClearText(Dialog[bool]):
    """Asks for the server's name, so that nobody consents by a stray key; it holds for one check."""

    TYPE_AHEAD = False
    AUTO_FOCUS = "Entry"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", show=False)]

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def compose(self) -> ComposeResult:
        """Draw the warning, the field and its answers."""
        host = self.place.rpartition(":")[0]
        with Vertical(id="ask"):
            yield Plain(("!! Send the secret unencrypted?", "bold $error"), classes="title")
            yield Plain(
                f"Nothing is encrypted on the way to {self.place}. Whoever is on it can read your user name and your "
                "secret, and use them. It holds for this one check, and is asked again the next time.",
                classes="paragraph",
            )
            yield Plain(f"To consent type the server's name: {host}", classes="paragraph")
            yield Field("Server", Entry(id="name-entry"), id="name")
            with Flow(id="actions"):
                yield Action("Keep it back", "Esc", id="cancel")
                yield Action("Send it unencrypted", id="consent")

    @on(Input.Changed)
    def _typed(self) -> None:
        self.query_one("#name", Field).wrong("")

    @on(Input.Submitted)
    @on(Action.Pressed, "#consent")
    def _consent(self) -> None:
        typed = self.query_one("#name", Field).value.strip().lower().rstrip(".")
        host = self.place.rpartition(":")[0].strip("[]").lower()
        if typed.strip("[]") in {host, self.place.lower()}:
            self.dismiss(True)
            return
        self.query_one("#name", Field).wrong("Another name; the secret is kept back.")
        self.query_one("#name-entry").focus()

    @on(Action.Pressed, "#cancel")
    def action_give_up(self) -> None:
        """Keep the secret back."""
        self.dismiss(False)

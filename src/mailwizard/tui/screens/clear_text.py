"""The consent to send a secret unencrypted: the server's name, typed."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from mailwizard.faces.consents import CLEAR_TITLE, OTHER_NAME, clear_about, clear_question, names_place
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
        with Vertical(id="ask"):
            yield Plain((CLEAR_TITLE, "bold $error"), classes="title")
            yield Plain(clear_about(self.place), classes="paragraph")
            yield Plain(clear_question(self.place), classes="paragraph")
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
        if names_place(self.place, self.query_one("#name", Field).value):
            self.dismiss(True)
            return
        self.query_one("#name", Field).wrong(OTHER_NAME)
        self.query_one("#name-entry").focus()

    @on(Action.Pressed, "#cancel")
    def action_give_up(self) -> None:
        """Keep the secret back."""
        self.dismiss(False)

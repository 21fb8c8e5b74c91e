"""Which message came? The person looks where we cannot, and types its mark."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from mailwizard.checks.confirming import confirm
from mailwizard.draft import Draft
from mailwizard.faces.consents import MARK_TITLE, mark_about
from mailwizard.model import Evidence
from mailwizard.tui.screens.dialog import Dialog
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.entry import Entry
from mailwizard.tui.widgets.field import Field
from mailwizard.tui.widgets.flow import Flow
from mailwizard.tui.widgets.plain import Plain


class Mark(Dialog[Evidence | None]):
    """Asks for the mark that stands in the message; nothing means that it was not seen."""

    TYPE_AHEAD = False
    AUTO_FOCUS = "Entry"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", show=False)]

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft

    def compose(self) -> ComposeResult:
        """Draw where to look, the field and its answers."""
        with Vertical(id="ask"):
            yield Plain(MARK_TITLE, classes="title")
            yield Plain(mark_about(self.draft), classes="paragraph")
            yield Field("Its mark", Entry(id="mark-entry"), id="mark")
            with Flow(id="actions"):
                yield Action("It is this one", id="confirm")
                yield Action("Not there yet", "Esc", id="cancel")

    @on(Input.Changed)
    def _typed(self) -> None:
        self.query_one("#mark", Field).wrong("")

    @on(Input.Submitted)
    @on(Action.Pressed, "#confirm")
    def _confirm(self) -> None:
        field = self.query_one("#mark", Field)
        try:
            seen = confirm(self.draft, field.value)
        except ValueError as wrong:
            field.wrong(str(wrong))
            field.entry.focus()
        else:
            self.dismiss(seen)

    @on(Action.Pressed, "#cancel")
    def action_give_up(self) -> None:
        """Leave it open whether it arrived."""
        self.dismiss(None)

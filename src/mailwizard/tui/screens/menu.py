"""The menu: all that can be done on the page under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input

from mailwizard.faces.choice import Choice
from mailwizard.faces.menu import fitting
from mailwizard.tui.screens.quiet import QuietScreen
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.bars import KeyBar, TopBar
from mailwizard.tui.widgets.choices import Choices
from mailwizard.tui.widgets.entry import Entry
from mailwizard.tui.widgets.field import Field
from mailwizard.tui.widgets.flow import Flow
from mailwizard.tui.widgets.plain import Plain

TITLE = "All that can be done here"
AROUND = 9
"""Rows of the screen that are not the list's."""


class Menu(QuietScreen[str]):
    """Asks what to do; typing narrows the list, the answer is the key of a line, or nothing."""

    DEFAULT_CSS = """
    #menu-page { height: 1fr; padding: 0 1; }
    Menu #entries { margin-top: 1; }
    Menu > #actions { margin: 0 1; }
    """
    AUTO_FOCUS = "Entry"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+o,f3", "close", "Close", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("f10", "app.leave", show=False),
    ]

    def __init__(self, choices: Sequence[Choice]) -> None:
        super().__init__()
        self.choices = tuple(choices)

    def compose(self) -> ComposeResult:
        """Draw the field to type in, and the list."""
        yield TopBar(TITLE, "", code=self.code)
        with VerticalScroll(id="menu-page", can_focus=False):
            yield Field("Find", Entry(limit=60, id="filter-entry"), id="filter")
            yield Choices(self.choices, rows=max(4, self.app.size.height - AROUND), id="entries")
            yield Plain(id="nothing")
        with Flow(id="actions"):
            yield Action("Close", "Esc", id="close")
        yield KeyBar((("F1", "help"), ("Arrows", "choose"), ("Enter", "do it"), ("Esc", "close")))

    def on_resize(self) -> None:
        """Let the list take the room that there is."""
        entries = self.query_one(Choices)
        entries.rows = max(4, self.app.size.height - AROUND)
        entries.refresh(layout=True)

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        found = fitting(self.choices, event.value)
        entries = self.query_one(Choices)
        entries.offer(found, entries.key)
        entries.display = bool(found)
        self.query_one("#nothing", Plain).say("" if found else "Nothing fits; take letters back with Backspace.")

    def action_move(self, by: int) -> None:
        """Choose another line while the field keeps the focus."""
        self.query_one(Choices).action_move(by)

    def action_menu(self) -> None:
        """Stay: this is the menu."""

    @on(Input.Submitted)
    @on(Choices.Submitted)
    def _take(self) -> None:
        if key := self.query_one(Choices).key:
            self.dismiss(key)

    @on(Action.Pressed, "#close")
    def action_close(self) -> None:
        """Go back without doing anything."""
        self.dismiss("")

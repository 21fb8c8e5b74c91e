"""Something that can be done, as a word in brackets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import RenderResult
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from mailwizard.faces.choice import Move
from mailwizard.faces.words import fit
from mailwizard.tui.shown import cut, said


class Action(Widget, can_focus=True):
    """A button of one line; the focus is marked by signs and by reversed colours."""

    DEFAULT_CSS = """
    Action { width: auto; height: 1; }
    Action:focus { text-style: bold reverse; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [("enter,space", "press", "Press")]

    class Pressed(Message):
        """The action was asked for."""

        def __init__(self, action: Action) -> None:
            super().__init__()
            self.action = action

        @property
        def control(self) -> Action:
            """The action, for ``@on`` with a selector."""
            return self.action

    def __init__(self, label: str, key: str = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.label, self.key = label, key

    @property
    def text(self) -> str:
        """Return the label with its key."""
        return f"{self.label} {self.key}".rstrip()

    def rename(self, label: str, key: str = "") -> None:
        """Give it another label."""
        self.label, self.key = label, key
        self.refresh(layout=True)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Return the label's width and the brackets around it."""
        return said(self.text).cell_length + 4

    def render(self) -> RenderResult:
        """Draw the label between its brackets."""
        marks = ("[>", "<]") if self.has_focus else ("[ ", " ]")
        room = self.size.width - 4
        fits = said(self.text).cell_length <= room
        text = self.text if fits else f"{cut(self.label, room - len(self.key) - 1)} {self.key}"
        return said(marks[0], fit(text.rstrip()), marks[1])

    def action_press(self) -> None:
        """Tell that it was pressed."""
        self.post_message(self.Pressed(self))

    def on_click(self) -> None:
        """Press it with the mouse, where the mouse is on."""
        self.action_press()


def buttons(moves: Iterable[Move]) -> list[Action]:
    """Return what can be done as buttons."""
    return [Action(move.label, move.key, id=move.id or None) for move in moves]

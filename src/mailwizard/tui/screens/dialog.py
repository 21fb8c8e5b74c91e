"""A small window over the question."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from mailwizard.tui.screens.quiet import QuietScreen

T = TypeVar("T")


class Dialog(ModalScreen[T], QuietScreen[T], Generic[T]):
    """A window in the middle of the screen; the arrows move between what is in it."""

    DEFAULT_CSS = """
    #ask { width: 58; height: auto; border: solid ansi_default; padding: 1 2; }
    #ask { max-height: 100%; overflow-y: auto; scrollbar-size-vertical: 1; }
    #ask Flow { margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
    ]

    def on_mount(self) -> None:
        """Name the window on its border, where it takes no room."""
        self.query_one("#ask").border_title = self.code

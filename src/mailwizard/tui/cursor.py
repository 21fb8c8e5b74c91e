"""Where the terminal's own cursor stands: on what has the focus, so that braille displays and magnifiers follow it."""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import App
from textual.geometry import Offset
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

SHOWN = "\x1b[?25h"
"""Shows the cursor, which Textual hides (DECTCEM)."""


def place(app: App[int], screen: Screen[object]) -> Offset:
    """Return the column and row of what has the focus: the letter to come in a field, else the line that is marked."""
    focused = screen.focused
    if focused is None:
        return Offset(0, 0)
    if isinstance(focused, Input):
        typed = focused.value[: focused.cursor_position]
        before = len(typed) if focused.password else cell_len(typed)
        return focused.content_region.offset + Offset(before - focused.scroll_offset.x, 0)
    if getattr(focused, "places_cursor", False):
        return app.cursor_position
    return focused.content_region.offset + Offset(0, marked_row(focused))


def marked_row(widget: Widget) -> int:
    """Return which row of a widget is marked, counted from its first one in sight."""
    return int(getattr(widget, "marked_row", 0))

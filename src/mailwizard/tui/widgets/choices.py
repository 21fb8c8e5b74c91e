"""One of several, each with a line that says when to take it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import RenderResult
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from mailwizard.faces.choice import Choice
from mailwizard.faces.words import signs
from mailwizard.tui.shown import cut, said

TITLE_LIMIT = 38


class Choices(Widget, can_focus=True):
    """A list of which one line is chosen; arrows choose, Enter goes on."""

    DEFAULT_CSS = "Choices { width: 1fr; height: auto; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("up", "move(-1)", "Up"),
        ("down", "move(1)", "Down"),
        ("home", "first", "First"),
        ("end", "last", "Last"),
        ("enter", "submit", "Choose"),
    ]

    index: reactive[int] = reactive(0)
    """Which line is chosen."""

    class Chosen(Message):
        """Another line is chosen now."""

        def __init__(self, choices: Choices) -> None:
            super().__init__()
            self.choices = choices

        @property
        def control(self) -> Choices:
            """The list, for ``@on`` with a selector."""
            return self.choices

    class Submitted(Chosen):
        """The person wants to go on with the chosen line."""

    def __init__(self, choices: Sequence[Choice], key: str = "", *, rows: int = 8, id: str | None = None) -> None:
        super().__init__(id=id)
        self.choices, self.rows = tuple(choices), rows
        self.column = 0
        """The least width of the titles, so that two lists can share a column."""
        self.set_reactive(Choices.index, self._index_of(key))

    def _index_of(self, key: str) -> int:
        return next((index for index, choice in enumerate(self.choices) if choice.key == key), 0)

    @property
    def key(self) -> str:
        """Return the chosen line's key, or nothing where there is no line."""
        return self.choices[self.index].key if self.choices else ""

    def offer(self, choices: Sequence[Choice], key: str) -> None:
        """Show other lines, with one of them chosen."""
        if (self.choices, self.key) != (tuple(choices), key):
            self.choices = tuple(choices)
            self.set_reactive(Choices.index, self._index_of(key))
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return one row for each line that is in sight."""
        return max(1, min(self.rows, len(self.choices)))

    def render(self) -> RenderResult:
        """Draw the lines in sight, the chosen one marked."""
        width = self.content_size.width
        titles = min(TITLE_LIMIT, max((len(choice.title) for choice in self.choices), default=0))
        titles = max(titles, self.column)
        shown = list(enumerate(self.choices))[self.first : self.first + self.rows]
        return Content("\n").join(self._line(choice, index == self.index, titles, width) for index, choice in shown)

    @property
    def first(self) -> int:
        """Return which line is the first in sight."""
        return max(0, min(self.index - self.rows // 2, len(self.choices) - self.rows))

    @property
    def marked_row(self) -> int:
        """Return in which row in sight the chosen line stands."""
        return self.index - self.first

    def _line(self, choice: Choice, chosen: bool, titles: int, width: int) -> Content:
        focused = chosen and self.has_focus
        mark = signs().chosen if chosen else signs().free
        title = cut(choice.title, titles).ljust(titles)
        note = cut(choice.note, max(0, width - titles - 8))
        head = f"{signs().here if focused else ' '} {mark} {title}"
        style = "bold reverse" if focused else "bold" if chosen else ""
        return said((head, style), ("  " + note, "" if chosen else "dim")) if note else said((head, style))

    def watch_index(self) -> None:
        """Tell that another line is chosen."""
        self.post_message(self.Chosen(self))

    def action_move(self, by: int) -> None:
        """Choose the next or previous line."""
        self.index = max(0, min(self.index + by, len(self.choices) - 1))

    def action_first(self) -> None:
        """Choose the first line."""
        self.index = 0

    def action_last(self) -> None:
        """Choose the last line."""
        self.index = max(0, len(self.choices) - 1)

    def action_submit(self) -> None:
        """Go on with the chosen line."""
        self.post_message(self.Submitted(self))

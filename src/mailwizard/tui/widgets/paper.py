"""A sheet to paste onto: several lines, as long as it takes, written at its end."""

from __future__ import annotations

from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Offset, Region
from textual.message import Message
from textual.widget import Widget

from mailwizard.tui.bracketed import plain
from mailwizard.tui.shown import said, wrapped

LIMIT = 1_000_000
"""Characters that are kept."""
TAIL = 6000
"""Characters at the end that are looked at to draw the last lines."""


class Paper(Widget, can_focus=True):
    """Text that is pasted or typed; only its last lines are drawn, and nothing in it is acted on."""

    DEFAULT_CSS = "Paper { width: 1fr; height: 8; border-left: solid ansi_bright_black; padding-left: 1; }"

    class Changed(Message):
        """The text is another one."""

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.text = text[:LIMIT]
        self.selected = bool(text)
        """Whether all of it is replaced by what comes next."""
        self.full = False
        """Whether something was left out because there was too much."""
        self._drawn: list[Content] = []

    places_cursor = True
    """It says itself where the terminal's cursor stands."""

    @property
    def _kept(self) -> str:
        return "" if self.selected else self.text

    def select(self, selected: bool = True) -> None:
        """Let all of it be replaced by what comes next, or nothing of it."""
        self.selected = selected and bool(self.text)
        self.refresh()

    def write(self, text: str) -> None:
        """Put text behind what is there, as far as there is room."""
        joined = self._kept + plain(text).replace("\r\n", "\n").replace("\r", "\n")
        self.full = len(joined) > LIMIT
        self._show(joined[:LIMIT])

    def _show(self, text: str) -> None:
        self.text, self.selected = text, False
        before, self._drawn = self._drawn, self._lines()
        if len(before) == len(self._drawn):
            pairs = enumerate(zip(before, self._drawn, strict=True))
            changed = [row for row, (old, new) in pairs if not old.is_same(new)]
            self.refresh(*(Region(0, row, self.size.width, 1) for row in changed))
        else:
            self.refresh()
        self.post_message(self.Changed())

    def _lines(self) -> list[Content]:
        """Return the lines in sight, the last ones of the text."""
        width, rows = max(10, self.content_size.width - 1), max(2, self.content_size.height)
        tail, style = self.text[-TAIL:], "reverse" if self.selected else ""
        lines = [piece for line in tail.split("\n") for piece in (wrapped(said((line, style)), width) or [said("")])]
        above = self.text[:-TAIL].count("\n") + max(0, len(lines) - rows)
        if above:
            lines = lines[len(lines) - rows + 1 :]
            lines.insert(0, said((f"… {above} more lines above", "dim")))
        if self.has_focus:
            lines[-1] = said(lines[-1], (" ", "reverse"))
        return lines

    def render(self) -> RenderResult:
        """Draw the last lines, the cursor at their end."""
        self._drawn = self._lines()
        last = self._drawn[-1]
        if self.has_focus:
            self.app.cursor_position = self.content_region.offset + Offset(last.cell_length - 1, len(self._drawn) - 1)
        return Content("\n").join(self._drawn)

    def on_key(self, event: events.Key) -> None:
        """Write what is typed; take back the last character, word or all of it."""
        if event.is_printable and event.character:
            self.write(event.character)
        elif event.key == "enter":
            self.write("\n")
        elif event.key == "backspace":
            self._show(self._kept[:-1])
        elif event.key == "ctrl+w":
            self._show(_without_last_word(self._kept))
        elif event.key == "ctrl+u":
            self.full = False
            self._show("")
        elif event.key == "end" and self.selected:
            self.select(False)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Write what is pasted."""
        event.stop()
        self.write(event.text)


def _without_last_word(text: str) -> str:
    """Return text without its last word and the blanks behind it."""
    words = text.rstrip()
    return words[: max(words.rfind(blank) for blank in " \t\n") + 1]

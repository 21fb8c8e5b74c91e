"""A short address as a QR code, black on white whatever the terminal's colours are."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content

from mailwizard.faces.square import NO_ROOM, square
from mailwizard.faces.words import speaks_unicode
from mailwizard.tui.screens.panel import Panel
from mailwizard.tui.shown import said
from mailwizard.tui.widgets.lines import Lines

INK = "#000000 on #ffffff"


class Picture(Lines):
    """The modules of a code, two rows in a line of text where the terminal has half blocks."""

    DEFAULT_CSS = "Picture { width: auto; height: auto; margin: 1 0; }"

    def __init__(self, text: str) -> None:
        super().__init__()
        self.drawn = square(text, halves=speaks_unicode())

    def lines(self, width: int) -> list[Content]:
        """Return the code, or a sentence where there is no room for it."""
        if len(self.drawn[0]) > width:
            return [said(NO_ROOM)]
        return [said((line, INK)) for line in self.drawn]

    def get_content_width(self, container: object, viewport: object) -> int:
        """Return the columns that it takes."""
        return len(self.drawn[0])


class Square(Panel):
    """The code, with the address it stands for."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def page(self) -> ComposeResult:
        """Draw the code."""
        yield Picture(self.text)

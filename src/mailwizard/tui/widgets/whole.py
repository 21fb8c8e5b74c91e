"""A long address, shown whole."""

from __future__ import annotations

from textual.content import Content

from mailwizard.tui.links import pieces
from mailwizard.tui.shown import said
from mailwizard.tui.widgets.lines import Lines


class Whole(Lines):
    """Text from edge to edge without anything around it, so that a terminal's selection holds nothing else."""

    DEFAULT_CSS = "Whole { width: 1fr; height: auto; }"

    def __init__(self, text: str = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.text = text

    def show(self, text: str) -> None:
        """Show another text; line ends in it stay."""
        if text != self.text:
            self.text = text
            self.refresh(layout=True)

    def lines(self, width: int) -> list[Content]:
        """Return what is to be drawn in so many columns."""
        room = max(10, width)
        lines = self.text.split("\n") if self.text else []
        drawn = [said(line[at : at + room]) for line in lines for at in range(0, max(1, len(line)), room)]
        return pieces(self.text, drawn)

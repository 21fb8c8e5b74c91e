"""How much time is left, in a row of its own, so that nothing else is drawn again."""

from __future__ import annotations

from textual.app import RenderResult
from textual.widget import Widget

from mailwizard.tui.shown import said


class Left(Widget):
    """One word and its text; it never changes its size."""

    DEFAULT_CSS = "Left { width: 1fr; height: 1; }"

    def __init__(self, word: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.word, self.text = word, ""

    def show(self, text: str) -> None:
        """Show another text; the same one draws nothing."""
        if text != self.text:
            self.text = text
            self.refresh()

    def render(self) -> RenderResult:
        """Draw the row."""
        return said((f"{self.word:<11}", "bold"), self.text) if self.text else said("")

"""A short address as a QR code, black on white whatever the terminal's colours are."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content

from mailwizard.faces.words import speaks_unicode
from mailwizard.tui.screens.panel import Panel
from mailwizard.tui.shown import said
from mailwizard.tui.widgets.lines import Lines

BORDER = 2
"""Light modules around it; four are the standard's (ISO/IEC 18004), two scan and fit."""
INK = "#000000 on #ffffff"


class Picture(Lines):
    """The modules of a code, two rows in a line of text where the terminal has half blocks."""

    DEFAULT_CSS = "Picture { width: auto; height: auto; margin: 1 0; }"

    def __init__(self, text: str) -> None:
        super().__init__()
        import segno

        code = segno.make(text, error="l", micro=False)
        self.rows = [[bool(module) for module in row] for row in code.matrix_iter(border=BORDER)]

    def lines(self, width: int) -> list[Content]:
        """Return the code, or a sentence where there is no room for it."""
        half = speaks_unicode()
        if len(self.rows) * (1 if half else 2) > width:
            return [said("This terminal is too narrow for the code.")]
        return [said((line, INK)) for line in (self._halves() if half else self._blocks())]

    def get_content_width(self, container: object, viewport: object) -> int:
        """Return the columns that it takes."""
        return len(self.rows) * (1 if speaks_unicode() else 2)

    def _halves(self) -> list[str]:
        blank = [False] * len(self.rows)
        pairs = zip(self.rows[::2], [*self.rows[1::2], blank], strict=False)
        signs = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
        return ["".join(signs[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in pairs]

    def _blocks(self) -> list[str]:
        return ["".join("##" if module else "  " for module in row) for row in self.rows]


class Square(Panel):
    """The code, with the address it stands for."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def page(self) -> ComposeResult:
        """Draw the code."""
        yield Picture(self.text)

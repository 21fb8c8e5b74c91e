"""A small table: a word, and what is to be said of it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from mailwizard.tui.shown import Part, said, wrapped
from mailwizard.tui.widgets.lines import Lines

GAP = 2


class Facts(Lines):
    """Words in a column, their texts beside them, wrapped so that the column stays clear."""

    DEFAULT_CSS = "Facts { width: 1fr; height: auto; }"

    def __init__(
        self, rows: Sequence[tuple[Part, Part]] = (), *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.rows = _said(rows)

    def show(self, rows: Sequence[tuple[Part, Part]]) -> None:
        """Show other rows."""
        new = _said(rows)
        if new != self.rows:
            self.rows = new
            self.refresh(layout=True)

    def lines(self, width: int) -> list[Content]:
        """Return what is to be drawn in so many columns."""
        column = max((word.cell_length for word, _ in self.rows), default=0) + GAP
        lines: list[Content] = []
        before = Content()
        for word, text in self.rows:
            head = Content() if word == before else word
            head = head.pad_right(column - head.cell_length)
            for part in wrapped(text, max(10, width - column)):
                lines.append(said(head, part))
                head = said(" " * column)
            before = word
        return lines


def _said(rows: Sequence[tuple[Part, Part]]) -> list[tuple[Content, Content]]:
    """Make rows ready to be drawn; a word without a style of its own is bold."""
    return [(said((word, "bold") if isinstance(word, str) else word), said(text)) for word, text in rows]

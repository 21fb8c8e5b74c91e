"""Where a report was made, what would have worked instead, and what was said."""

from __future__ import annotations

from textual.app import ComposeResult

from mailwizard.faces.opened import AROUND, Opened
from mailwizard.tui.screens.panel import Panel
from mailwizard.tui.shown import said
from mailwizard.tui.widgets.facts import Facts
from mailwizard.tui.widgets.plain import Plain

MOST = 5000
"""Lines of the conversations that are shown."""


class Around(Panel):
    """The machine, the remedies and the conversations of a report."""

    def __init__(self, opened: Opened) -> None:
        super().__init__(AROUND)
        self.opened = opened

    def page(self) -> ComposeResult:
        """Draw a block each."""
        for heading, rows in self.opened.around:
            yield Plain((heading, "bold"))
            yield Facts([(said(f"  {word}"), said(text)) for word, text in rows], classes="paragraph")
        lines = self.opened.conversations_told
        yield Plain(("What was said" if lines else "What was said is not in this report.", "bold"))
        if lines:
            yield Plain("\n".join(lines[:MOST]))

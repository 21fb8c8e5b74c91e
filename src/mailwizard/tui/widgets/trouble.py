"""What the check means: the verdict first, then why, who, what to do, and what the server said."""

from __future__ import annotations

from textual.content import Content

from mailwizard.faces.verdict import Verdict
from mailwizard.tui.shown import said, wrapped
from mailwizard.tui.widgets.lines import Lines
from mailwizard.tui.widgets.steps import step_lines

COLUMN = 6
LOUD = "!!"
"""The word before what nobody may overlook."""


class Trouble(Lines):
    """The panel below the rungs, or beside them on a wide terminal."""

    DEFAULT_CSS = "Trouble { width: 1fr; height: auto; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.verdict: Verdict | None = None

    def show(self, verdict: Verdict | None) -> None:
        """Show another verdict, or none."""
        if verdict != self.verdict:
            self.verdict = verdict
            self.refresh(layout=True)

    def lines(self, width: int) -> list[Content]:
        """Return what is to be drawn in so many columns."""
        verdict, room = self.verdict, max(10, width - COLUMN)
        if verdict is None:
            return []
        lines = wrapped(said((verdict.title, verdict.style)), max(10, width))
        for word, text in verdict.rows:
            lines += _labelled(word, wrapped(said(text), room))
        steps = [line for number, text in enumerate(verdict.fix, 1) for line in step_lines(number, text, room)]
        lines += _labelled("Fix", [line[1:] for line in steps])
        for word, text in verdict.after:
            lines += _labelled(word, wrapped(said(text), room))
        if verdict.guide:
            lines += _labelled("Guide", [said(verdict.guide)])
        if verdict.said:
            lines += _labelled("Said", wrapped(said((verdict.said, "dim")), room))
        return lines


def _labelled(word: str, texts: list[Content]) -> list[Content]:
    """Put a word before the first of some lines, and room before the others."""
    heads = [word, *[""] * len(texts)]
    style = "bold $error" if word == LOUD else "bold"
    return [said((f"{head:<{COLUMN}}", style), text) for head, text in zip(heads, texts, strict=False)]

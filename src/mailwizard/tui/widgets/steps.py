"""A provider's guide, step by step."""

from __future__ import annotations

from textual.content import Content

from mailwizard.knowledge.guidance import Guide
from mailwizard.tui.links import linked
from mailwizard.tui.shown import said, wrapped
from mailwizard.tui.widgets.lines import Lines

CODE = "    "


class Steps(Lines):
    """The title, the lead and the numbered steps of a guide; links as they are written, commands whole."""

    DEFAULT_CSS = "Steps { width: 1fr; height: auto; }"

    def __init__(self, guide: Guide | None = None, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.guide = guide

    def show(self, guide: Guide | None) -> None:
        """Show another guide, or none."""
        if guide != self.guide:
            self.guide = guide
            self.refresh(layout=True)

    def lines(self, width: int) -> list[Content]:
        """Return what is to be drawn in so many columns."""
        if self.guide is None:
            return []
        lines = [said((self.guide.title, "bold"), (f"   {self.guide.id}", "dim"))]
        if self.guide.lead:
            lines += wrapped(linked(self.guide.lead), max(10, width))
        for number, step in enumerate(self.guide.steps, 1):
            lines += step_lines(number, step.text, width)
        return lines


def step_lines(number: int, text: str, width: int) -> list[Content]:
    """Return one numbered step, wrapped; a command in it is never broken by us."""
    lines: list[Content] = []
    head = said((f"{number:>2}  ", "bold"))
    for part in text.split("\n"):
        if not part.strip():
            continue
        if part.startswith(CODE):
            lines.append(said("      ", (part.strip(), "bold")))
        else:
            for piece in wrapped(linked(part), max(10, width - 4)):
                lines.append(said(head, piece))
                head = said("    ")
    return lines

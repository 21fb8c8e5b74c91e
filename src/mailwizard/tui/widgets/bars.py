"""The lines at the top and the bottom of every screen."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from mailwizard.faces.words import signs
from mailwizard.tui.shown import cut, said

PROGRAM = "mailwizard"
_TITLE = 20
"""Cells that the name of an application may have at the top."""


class TopBar(Widget):
    """The program or the application it works for, and the account; in a practice world also what to do there."""

    DEFAULT_CSS = "TopBar { height: auto; width: 1fr; }"

    def __init__(self, subject: str, place: str, practice: str = "", *, title: str = PROGRAM) -> None:
        super().__init__()
        self.title = cut(title, _TITLE)
        self.subject, self.place, self.practice = subject, place, practice

    def say(self, practice: str) -> None:
        """Say something else in the practice line."""
        if practice != self.practice:
            self.practice = practice
            self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return two lines, or three with the practice line."""
        return 3 if self.practice else 2

    def render(self) -> RenderResult:
        """Draw the title line, the practice line, and the rule below."""
        width = self.size.width
        named = f" {self.title}  "
        taken = Content(named).cell_length + 1
        subject = cut(self.subject, max(0, width - len(self.place) - taken - 3))
        gap = " " * max(1, width - taken - Content(subject).cell_length - len(self.place) - 1)
        lines = [said((named, "bold"), subject, gap, (self.place, "bold"))]
        if self.practice:
            lines.append(said((" Practice  ", "bold $warning"), cut(self.practice, max(0, width - 12))))
        lines.append(said((signs().rule * width, "dim")))
        return Content("\n").join(lines)


class KeyBar(Widget):
    """The keys that do something here."""

    DEFAULT_CSS = "KeyBar { height: 2; width: 1fr; }"

    def __init__(self, keys: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.keys = tuple(keys)

    def show(self, keys: Sequence[tuple[str, str]]) -> None:
        """Name other keys."""
        if tuple(keys) != self.keys:
            self.keys = tuple(keys)
            self.refresh()

    def render(self) -> RenderResult:
        """Draw the rule and as many keys as fit, the last one always among them."""
        width = self.size.width
        keys = list(self.keys)
        while len(keys) > 2 and sum(len(key) + len(word) + 3 for key, word in keys) > width:
            del keys[-2]
        line: list[str | tuple[str, str]] = [" "]
        for key, word in keys:
            line += [(key, "bold"), f" {word}  "]
        return Content("\n").join([said((signs().rule * width, "dim")), said(*line)])

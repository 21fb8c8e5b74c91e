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
HELP = ("F1", "help")
MENU = ("^O", "menu")
EVIDENCE = ("F2", "evidence")
_TITLE = 20
"""Cells that the name of an application may have at the top."""


class TopBar(Widget):
    """The program or the application it works for, and the account; in a practice world also what to do there."""

    DEFAULT_CSS = "TopBar { height: auto; width: 1fr; }"

    def __init__(self, subject: str, place: str, practice: str = "", *, title: str = PROGRAM, code: str = "") -> None:
        super().__init__()
        self.title = cut(title, _TITLE)
        self.subject, self.place, self.practice = subject, place, practice
        self.code = code
        """What this page is called on the telephone."""

    def say(self, practice: str) -> None:
        """Say something else in the practice line."""
        if practice != self.practice:
            self.practice = practice
            self.refresh()

    def call(self, code: str) -> None:
        """Give the page another name to say on the telephone."""
        if code != self.code:
            self.code = code
            self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return two lines, or three with the practice line."""
        return 3 if self.practice else 2

    def render(self) -> RenderResult:
        """Draw the title line, the practice line, and the rule below."""
        width = self.size.width
        named = f" {self.title}  "
        taken = Content(named).cell_length + 1
        place = f"{self.place} " if self.place else ""
        right = len(place) + len(self.code) if self.code else len(self.place)
        subject = cut(self.subject, max(0, width - right - taken - 3))
        gap = " " * max(1, width - taken - Content(subject).cell_length - right - 1)
        lines = [said((named, "bold"), subject, gap, (place if self.code else self.place, "bold"), self.code)]
        if self.practice:
            lines.append(said((" Practice  ", "bold $warning"), cut(self.practice, max(0, width - 12))))
        lines.append(said((signs().rule * width, "dim")))
        return Content("\n").join(lines)


def arranged(keys: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the keys of a page with help and menu at the head, and evidence where it gives way first."""
    own = [key for key in keys if key not in {HELP, MENU, EVIDENCE}]
    seen = [EVIDENCE] if EVIDENCE in keys else []
    return (HELP, MENU, *own[:-1], *seen, *own[-1:])


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

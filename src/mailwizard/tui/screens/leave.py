"""A question with two answers, and the one that is asked before leaving."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from mailwizard.faces.help import Page, pages
from mailwizard.tui.screens.dialog import Dialog
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.flow import Flow
from mailwizard.tui.widgets.plain import Plain


class Ask(Dialog[bool]):
    """A question with two answers, the harmless one focused."""

    TYPE_AHEAD = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "answer(False)", show=False),
        Binding("y", "answer(True)", show=False),
    ]

    def __init__(self, question: str, yes: str, no: str) -> None:
        super().__init__()
        self.question, self.yes, self.no = question, yes, no

    @property
    def explained_as(self) -> Page | None:
        """Return the page of any question with two answers."""
        return pages()["question"]

    def compose(self) -> ComposeResult:
        """Draw the question and its answers."""
        with Vertical(id="ask"):
            yield Plain(self.question)
            with Flow(id="actions"):
                yield Action(self.no, id="no")
                yield Action(self.yes, id="yes")

    @on(Action.Pressed, "#yes")
    def _yes(self) -> None:
        self.dismiss(True)

    @on(Action.Pressed, "#no")
    def _no(self) -> None:
        self.dismiss(False)

    def action_answer(self, answer: bool) -> None:
        """Answer by a key."""
        self.dismiss(answer)


class Leave(Ask):
    """Leave? What becomes of the draft is said with it."""

    def __init__(self, draft_words: str) -> None:
        super().__init__(f"Leave? {draft_words}", "Leave", "Stay")

    @property
    def explained_as(self) -> Page | None:
        """Return the page of this question."""
        return pages()["leave"]

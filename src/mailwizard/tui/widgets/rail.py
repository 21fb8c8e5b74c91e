"""The stages at the side."""

from __future__ import annotations

from typing import ClassVar

from textual.app import RenderResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from mailwizard.draft import Draft, Stage
from mailwizard.faces.words import STAGE_WORDS, signs
from mailwizard.tui.shown import said


class Rail(Widget, can_focus=True):
    """Which stages are done, which one is asked, which are to come; a done one can be gone back to."""

    DEFAULT_CSS = """
    Rail { dock: left; width: 16; height: 1fr; border-right: solid ansi_bright_black; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        ("up", "move(-1)", "Up"),
        ("down", "move(1)", "Down"),
        ("enter", "go", "Go there"),
    ]

    pointed: reactive[int] = reactive(0)
    """The stage that the arrows point at."""

    class Wanted(Message):
        """A done stage is to be asked again."""

        def __init__(self, stage: Stage) -> None:
            super().__init__()
            self.stage = stage

    def __init__(self, draft: Draft, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.draft = draft
        self.set_reactive(Rail.pointed, max(0, len(self.open) - 1))

    @property
    def open(self) -> tuple[Stage, ...]:
        """Return the stages that can be gone back to."""
        if self.draft.stage is Stage.DONE:
            return ()
        return tuple(stage for stage in Stage if stage in self.draft.answered)

    @property
    def marked_row(self) -> int:
        """Return in which row the stage stands that is pointed at."""
        return list(Stage).index(self.open[min(self.pointed, len(self.open) - 1)]) if self.open else 0

    def render(self) -> RenderResult:
        """Draw one line a stage."""
        return Content("\n").join(self._line(stage) for stage in Stage)

    def _line(self, stage: Stage) -> Content:
        draft, word = self.draft, STAGE_WORDS[stage]
        pointed = self.has_focus and self.open and self.open[min(self.pointed, len(self.open) - 1)] is stage
        if stage is draft.stage:
            return said((f" {signs().here:<5}", "bold $secondary"), (f"{word:<9}", "bold"))
        if draft.skips(stage):
            return said((f" {'SKIP':<5}{word:<9}", "dim"))
        if stage in draft.answered:
            mark = (f" {signs().done:<4}", "$success")
            return said(mark, (f">{word:<9}", "bold reverse")) if pointed else said(mark, f" {word:<9}")
        return said((f"      {word:<9}", "dim"))

    def action_move(self, by: int) -> None:
        """Point at another done stage."""
        self.pointed = max(0, min(self.pointed + by, len(self.open) - 1))

    def action_go(self) -> None:
        """Ask for the stage that is pointed at."""
        if self.open:
            self.ask(self.open[min(self.pointed, len(self.open) - 1)])

    def ask(self, stage: Stage) -> None:
        """Ask for a stage that is done."""
        self.post_message(self.Wanted(stage))

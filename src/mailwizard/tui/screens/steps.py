"""What to do, one step at a time."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from mailwizard.model import Diagnosis
from mailwizard.tui.screens.panel import Panel
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.plain import Plain


class OneByOne(Panel):
    """One step of what mends a problem, with its id, which can be said on the telephone."""

    KEYS = (("n", "next step"), ("b", "step before"), ("Esc", "close"))
    BINDINGS: ClassVar[list[BindingType]] = [Binding("n,right,enter", "turn(1)"), Binding("b,left", "turn(-1)")]

    def __init__(self, diagnosis: Diagnosis) -> None:
        super().__init__(diagnosis.title)
        self.diagnosis = diagnosis
        self.step = 0

    def page(self) -> ComposeResult:
        """Draw the step."""
        yield Plain(id="count", classes="title")
        yield Plain(id="step")

    def actions(self) -> ComposeResult:
        """Draw both directions."""
        yield Action("Next step", "n", id="next")
        yield Action("Step before", "b", id="before")

    def on_mount(self) -> None:
        """Begin with the first step."""
        self.action_turn(0)

    def action_turn(self, by: int) -> None:
        """Show the next step, or the one before."""
        steps = self.diagnosis.fix
        self.step = max(0, min(self.step + by, len(steps) - 1))
        guide = f"   {self.diagnosis.guide}.{self.step + 1}" if self.diagnosis.guide else ""
        self.query_one("#count", Plain).say(f"Step {self.step + 1} of {len(steps)}", (guide, "dim"))
        self.query_one("#step", Plain).say(steps[self.step])

    @on(Action.Pressed, "#next")
    def _next(self) -> None:
        self.action_turn(1)

    @on(Action.Pressed, "#before")
    def _before(self) -> None:
        self.action_turn(-1)

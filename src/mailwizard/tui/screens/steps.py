"""What to do, one step at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from mailwizard.faces.steps import steps_of
from mailwizard.knowledge.guidance import Guide
from mailwizard.model import Address, Diagnosis
from mailwizard.tui.links import linked
from mailwizard.tui.screens.panel import Panel
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.plain import Plain


class OneByOne(Panel):
    """One step of what mends a problem, with the id under which ``mailwizard guide`` prints the same step."""

    KEYS: tuple[tuple[str, str], ...] = (("n", "next step"), ("b", "step before"), ("Esc", "close"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,right,enter", "turn(1)"),
        Binding("b,left", "turn(-1)"),
        Binding("o", "other", "Other way"),
    ]

    def __init__(self, diagnosis: Diagnosis, address: Address | None = None, guides: Sequence[Guide] = ()) -> None:
        super().__init__(diagnosis.title)
        first = guides[0].title if guides else ""
        self.ways = [(first, steps_of(diagnosis, address))]
        self.ways += [(guide.title, guide.fill(address).steps) for guide in guides[1:]]
        self.way = self.step = 0
        if len(self.ways) > 1:
            self.KEYS = (*self.KEYS[:2], ("o", "other way"), *self.KEYS[2:])

    def page(self) -> ComposeResult:
        """Draw the step."""
        yield Plain(id="count", classes="title")
        yield Plain(id="step")

    def actions(self) -> ComposeResult:
        """Draw both directions, and the other way where there is one."""
        yield Action("Next step", "n", id="next")
        yield Action("Step before", "b", id="before")
        if len(self.ways) > 1:
            yield Action(f"Other way: {self.ways[1][0]}", "o", id="other")

    def on_mount(self) -> None:
        """Begin with the first step."""
        super().on_mount()
        self.action_turn(0)

    def action_turn(self, by: int) -> None:
        """Show the next step, or the one before."""
        title, steps = self.ways[self.way]
        self.step = max(0, min(self.step + by, len(steps) - 1))
        shown = steps[self.step]
        name = f"   {shown.id}" if shown.id else ""
        way = f"\n{title}" if title else ""
        self.query_one("#count", Plain).say(f"Step {self.step + 1} of {len(steps)}", (name, "dim"), (way, "not bold"))
        self.query_one("#step", Plain).say(linked(shown.text))

    def action_other(self) -> None:
        """Show the first step of the other way, the next of several."""
        if len(self.ways) > 1:
            self.way, self.step = (self.way + 1) % len(self.ways), 0
            self.action_turn(0)
            self.query_one("#other", Action).rename(f"Other way: {self.ways[(self.way + 1) % len(self.ways)][0]}", "o")

    @on(Action.Pressed, "#next")
    def _next(self) -> None:
        self.action_turn(1)

    @on(Action.Pressed, "#before")
    def _before(self) -> None:
        self.action_turn(-1)

    @on(Action.Pressed, "#other")
    def _other(self) -> None:
        self.action_other()

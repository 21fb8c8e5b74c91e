"""What to do, one step at a time."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from mailwizard import knowledge
from mailwizard.knowledge.guidance import Guide, GuideStep
from mailwizard.model import Address, Diagnosis
from mailwizard.tui.screens.panel import Panel
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.plain import Plain


class OneByOne(Panel):
    """One step of what mends a problem, with the id under which ``mailwizard guide`` prints the same step."""

    KEYS = (("n", "next step"), ("b", "step before"), ("Esc", "close"))
    BINDINGS: ClassVar[list[BindingType]] = [Binding("n,right,enter", "turn(1)"), Binding("b,left", "turn(-1)")]

    def __init__(self, diagnosis: Diagnosis, address: Address | None = None, guide: Guide | None = None) -> None:
        super().__init__(guide.title if guide else diagnosis.title)
        self.steps = guide.fill(address).steps if guide else steps_of(diagnosis, address)
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
        self.step = max(0, min(self.step + by, len(self.steps) - 1))
        shown = self.steps[self.step]
        name = f"   {shown.id}" if shown.id else ""
        self.query_one("#count", Plain).say(f"Step {self.step + 1} of {len(self.steps)}", (name, "dim"))
        self.query_one("#step", Plain).say(shown.text)

    @on(Action.Pressed, "#next")
    def _next(self) -> None:
        self.action_turn(1)

    @on(Action.Pressed, "#before")
    def _before(self) -> None:
        self.action_turn(-1)


def steps_of(diagnosis: Diagnosis, address: Address | None) -> tuple[GuideStep, ...]:
    """Return the guide's steps where there is one, else the fix's; what the guides do not have carries no id."""
    guide = knowledge.guide(diagnosis.guide) if diagnosis.guide else None
    if guide is not None:
        return guide.fill(address).steps
    card = knowledge.problems().get(diagnosis.cause)
    same_everywhere = card is not None and not any(fix.provider for fix in card.fixes)
    return tuple(
        GuideStep(f"{diagnosis.cause}.{number}" if same_everywhere else "", text)
        for number, text in enumerate(diagnosis.fix, start=1)
    )

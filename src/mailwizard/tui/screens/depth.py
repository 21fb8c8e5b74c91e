"""How deep to check: four depths, each with what it costs."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from mailwizard.draft import Draft
from mailwizard.faces.depth_words import about, choices, cost
from mailwizard.model import Until
from mailwizard.tui.screens.quiet import QuietScreen
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.bars import KeyBar, TopBar, arranged
from mailwizard.tui.widgets.choices import Choices
from mailwizard.tui.widgets.flow import Flow
from mailwizard.tui.widgets.plain import Plain


class HowDeep(QuietScreen[Until | None]):
    """Asks how deep to check; nothing means as it was."""

    TYPE_AHEAD = False
    DEFAULT_CSS = """
    #depths-page { height: 1fr; padding: 0 1; }
    HowDeep #actions { margin: 0 1; }
    """
    AUTO_FOCUS = "Choices"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f3,f7", "close", "Close"),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
        Binding("f10", "app.leave", show=False),
    ]

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft

    def compose(self) -> ComposeResult:
        """Draw the depths, and what the chosen one does."""
        address = self.draft.address
        yield TopBar(address.display if address else "", "How deep", code=self.code)
        with VerticalScroll(id="depths-page", can_focus=False):
            yield Plain("How deep shall it be checked?", classes="title")
            yield Choices(choices(self.draft), self.draft.until, id="depths")
            yield Plain(id="about", classes="gap")
            yield Plain("Deeper includes what stands above it, where that was not proven yet.", classes="story")
        with Flow(id="actions"):
            yield Action("Check it", id="continue")
            yield Action("Close", "Esc", id="close")
        yield KeyBar(arranged((("Arrows", "choose"), ("Enter", "check it"), ("Esc", "close"))))

    def on_mount(self) -> None:
        """Explain the depth that is chosen already."""
        self._explain()

    @on(Choices.Chosen)
    def _explain(self) -> None:
        until = Until(self.query_one(Choices).key)
        self.query_one("#about", Plain).say((f"It costs {cost(self.draft, until)}. ", "bold"), about(self.draft, until))

    @on(Choices.Submitted)
    @on(Action.Pressed, "#continue")
    def _take(self) -> None:
        self.dismiss(Until(self.query_one(Choices).key))

    @on(Action.Pressed, "#close")
    def action_close(self) -> None:
        """Go back to the check as it is."""
        self.dismiss(None)

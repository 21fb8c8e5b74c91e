"""What is set up now."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from mailwizard.draft import Draft, Stage
from mailwizard.tui.screens.question import EVIDENCE, HELP, ORIGINS, Question
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.facts import Facts
from mailwizard.tui.widgets.plain import Plain


class Ask(Question):
    """The summary; it is printed again after the screen is left."""

    STAGE = Stage.DONE
    TYPE_AHEAD = False
    KEYS = (HELP, EVIDENCE, ORIGINS, ("F10", "leave"))
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f4", "origins", "Where from")]

    def body(self) -> ComposeResult:
        """Draw the summary."""
        saved = self.session.saved
        if saved is None:
            return
        yield Plain((saved.head, "bold $success"), classes="title")
        yield Facts(saved.rows)
        yield Plain(("Next", "bold"), classes="gap")
        yield Plain("\n".join(f"  {command}" for command in saved.commands))

    def actions(self) -> ComposeResult:
        """Draw what can be done."""
        yield Action("Leave", "F10", id="leave")
        yield Action("Set up another account", id="another")

    def action_origins(self) -> None:
        """Show where every value comes from."""
        from mailwizard.tui.screens.origins import Origins

        self.post_message(self.Wanted(Origins(self.draft)))

    def action_back(self) -> None:
        """Stay: what is saved is saved."""

    @on(Action.Pressed, "#leave")
    def _leave(self) -> None:
        self.app.exit(0, return_code=0)

    @on(Action.Pressed, "#another")
    def _another(self) -> None:
        self.session.credential = self.session.grant = self.session.stored = None
        self.session.typed.clear()
        self.reply(Draft())

"""Where every value of the account comes from."""

from __future__ import annotations

from textual.app import ComposeResult

from mailwizard.draft import Draft
from mailwizard.faces.origins import answers, files
from mailwizard.tui.screens.panel import Panel
from mailwizard.tui.widgets.facts import Facts
from mailwizard.tui.widgets.plain import Plain


class Origins(Panel):
    """What this run's answers come from, and which file says what of a saved account."""

    BINDINGS = [("f4", "close", "Close")]  # noqa: RUF012

    def __init__(self, draft: Draft) -> None:
        super().__init__("Where every value comes from")
        self.draft = draft

    def page(self) -> ComposeResult:
        """Draw a line for each value, then the files of a saved account."""
        yield Plain(("In this run", "bold"))
        yield Facts(answers(self.draft))
        saved = files(self.draft)
        if saved:
            yield Plain(("Saved", "bold"), classes="gap")
            yield Facts(saved)

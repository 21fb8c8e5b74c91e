"""Show a report on a terminal: one page of the wizard, read only, with no network."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.screen import Screen

from mailwizard.faces.opened import Nowhere, Opened
from mailwizard.tui.app import WizardApp
from mailwizard.tui.running import run_app
from mailwizard.tui.screens.opened import Ask

if TYPE_CHECKING:
    from mailwizard.report import Report


class ReportApp(WizardApp):
    """The wizard with a report in the place of a draft."""

    def __init__(self, report: Report) -> None:
        self.opened = Opened(report)
        super().__init__(Nowhere(), draft=self.opened.draft, keep=False)

    def get_default_screen(self) -> Screen[None]:
        """Return the check as it was."""
        self.question = Ask(self.opened)
        return self.question

    def action_leave(self) -> None:
        """Close it: there is nothing to lose."""
        self.exit(0, return_code=0)

    @property
    def last_words(self) -> tuple[str, ...]:
        """Return nothing: nothing was done."""
        return ()


def show_report(report: Report) -> int:
    """Show a report until it is closed; return the exit code."""
    return asyncio.run(run_app(ReportApp(report)), debug=False)

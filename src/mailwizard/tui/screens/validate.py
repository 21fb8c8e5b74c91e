"""Does it work? Live rungs, and an explanation of the first thing that matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from mailwizard.draft import Stage
from mailwizard.draft.depth import unasked
from mailwizard.faces.check import Opening, checked_before
from mailwizard.faces.consents import offers_again
from mailwizard.faces.help import Page, page_of_check
from mailwizard.faces.moves import guides_for
from mailwizard.faces.note_text import note_for, request_for
from mailwizard.faces.reporting import Reporting
from mailwizard.model import Diagnosis, State, Until
from mailwizard.tui.screens.costly import Costly
from mailwizard.tui.screens.question import BACK, EVIDENCE, HELP, LEAVE
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.rungs import Rungs
from mailwizard.tui.widgets.trouble import Trouble

ROOMY = 36
"""Rows of a terminal on which nothing has to be folded."""


class Ask(Costly):
    """Check the servers, show every step, explain what is wrong, and try again only what changed."""

    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (HELP, EVIDENCE, BACK, ("F5", "again"), ("F7", "deeper"), LEAVE)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "again", "Again"),
        Binding("f6", "other", "Other"),
        Binding("f7", "deeper", "Deeper"),
        Binding("f8", "switch", "Switch"),
        Binding("f12", "report", "Save report"),
    ]

    @property
    def explained_as(self) -> Page | None:
        """Return the page of the help: while a check runs, after one that failed, and after one that passed."""
        return page_of_check(proven=self.draft.state is State.VERIFIED, running=self.checking is not None)

    def begin(self) -> None:
        """Check what was not checked yet or failed, no deeper than a sign-in; what passed costs no further login."""
        self.checkup.explain()
        opening = self.checkup.opening
        if opening is Opening.CHECK:
            self.check(self.draft.unchecked, unasked(self.draft.until))
        elif opening is Opening.OLD:
            self._show_old()
        else:
            self._show_verdict()
            self.check_anew()

    @work(exclusive=True, group="again")
    async def check_anew(self) -> None:
        """Check what was checked before; a refused secret is offered again only with the person's consent."""
        if await offers_again(self.checkup, self.consents):
            self.check(self.draft.unproven, unasked(self.draft.until))
        else:
            self._show_old()

    def _show_old(self) -> None:
        """Show what an earlier check found, as what it is."""
        self.explain()
        self.notice(f"{checked_before(self.draft)}; F5 checks again.")

    def explain(self, *, stopped: bool = False) -> None:
        """Show what the evidence means, and what can be done."""
        self.checkup.explain()
        self._show_verdict(stopped=stopped)
        self._offer_actions()
        if self.checkup.failed and not stopped:
            self.look_for_remedies()

    def _show_verdict(self, *, stopped: bool = False) -> None:
        deep, failed = self.draft.until.includes(Until.SENDER), self.checkup.failed
        folded = (failed or deep) and self.app.size.height < ROOMY
        self.query_one(Rungs).show(self.draft, folded=folded)
        self.query_one(Trouble).set_class(folded and failed, "-close")
        self.query_one(Trouble).show(self.checkup.verdict(stopped=stopped))

    @work(exclusive=True, group="remedies")
    async def look_for_remedies(self) -> None:
        """Try, without a secret, what would work instead; how that answered may tell more of the cause."""
        if await self.checkup.look_for_remedies():
            self._show_verdict()
            self._offer_actions()

    def _offer_actions(self) -> None:
        self.run_worker(self.offer(self.checkup.moves()), group="actions", exclusive=True)

    @property
    def explained(self) -> Diagnosis | None:
        """Return what is explained now."""
        return self.checkup.explained

    def action_other(self) -> None:
        """Explain the next problem."""
        if self.checking is None and self.checkup.diagnoses:
            self.checkup.next()
            self._show_verdict()
            self._offer_actions()

    @work(exclusive=True, group="switch")
    async def action_switch(self) -> None:
        """Let happen in the practice world what somebody else does in real life."""
        if happened := await self.checkup.flip():
            self.notice(f"{happened} Press F5 to check again.")
            if self.checking is None:
                self._offer_actions()

    @on(Action.Pressed)
    def _pressed(self, event: Action.Pressed) -> None:
        name, _, number = (event.action.id or "").partition("-")
        if name == "remedy":
            self.choose(self.checkup.remedies[int(number)])
        elif handler := self._handlers().get(name):
            handler()

    def _handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each action does."""
        return {
            "again": self.action_again,
            "deeper": self.action_deeper,
            "continue": lambda: self.reply(self.draft.answer(Stage.VALIDATE)),
            "stop": self.stop,
            "switch": self.action_switch,
            "other": self.action_other,
            "insist": self.insist,
            "confirm": self.confirm,
            "clear": self.send_in_clear,
            "compare": self.compare,
            "servers": lambda: self.go_back(self.draft.back_to(Stage.SERVERS)),
            "secret": self.to_sign_in,
            "steps": self.show_steps,
            "note": self.show_note,
            "report": self.action_report,
        }

    def show_steps(self) -> None:
        """Show what to do step by step, one at a time, each of the provider's guides in its turn."""
        from mailwizard.tui.screens.steps import OneByOne

        if self.explained:
            self.post_message(self.Wanted(OneByOne(self.explained, self.draft.address, guides_for(self.explained))))

    def show_note(self) -> None:
        """Show a note for whoever can mend it."""
        from mailwizard.tui.screens.note import Note

        if self.explained:
            request = request_for(self.draft, self.checkup.diagnoses)
            self.post_message(self.Wanted(Note(note_for(self.draft, self.explained), request)))

    def action_report(self) -> None:
        """Show what a report of this check would hold, and write it where that is wanted."""
        from mailwizard.tui.screens.report import SaveReport

        if self.checking is None:
            self.post_message(self.Wanted(SaveReport(Reporting(self.draft, self.session, self.checkup))))

"""A check while it runs: live rungs, a clock, and a way to stop it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from textual import work
from textual.app import ComposeResult
from textual.containers import Container
from textual.timer import Timer
from textual.worker import Worker

from mailwizard.draft import Draft, Stage
from mailwizard.faces.check import LIMITS, Check
from mailwizard.faces.choice import Move
from mailwizard.faces.session import Session
from mailwizard.faces.verdict import running
from mailwizard.model import Evidence, Until
from mailwizard.tui.screens.question import BACK, EVIDENCE, HELP, Question
from mailwizard.tui.widgets.action import Action, buttons
from mailwizard.tui.widgets.flow import Flow
from mailwizard.tui.widgets.rungs import Rungs
from mailwizard.tui.widgets.trouble import Trouble

CLOCK = 0.5
"""Seconds between two looks at the time while something runs."""


class Checking(Question):
    """Checks servers as deep as it is told, and shows every step as it happens."""

    STAGE = Stage.VALIDATE
    TYPE_AHEAD = False
    DEFAULT_CSS = """
    #validation { height: auto; }
    #trouble { margin-top: 1; }
    #trouble.-close { margin-top: 0; }
    """

    def __init__(self, draft: Draft, session: Session) -> None:
        self.checkup = Check(draft, session, self._heard)
        super().__init__(draft, session)
        self.checking: Worker[None] | None = None
        self.clock: Timer | None = None

    @property
    def draft(self) -> Draft:
        """Return the draft with what was seen so far."""
        return self.checkup.draft

    @draft.setter
    def draft(self, draft: Draft) -> None:
        self.checkup.draft = draft

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys; while a check runs Ctrl+C stops it."""
        return self.KEYS if self.checking is None else (HELP, EVIDENCE, BACK, ("^C", "stop"))

    def body(self) -> ComposeResult:
        """Draw the rungs and the panel."""
        with Container(id="validation"):
            yield Rungs(self.draft, LIMITS.step, id="rungs")
            yield Trouble(id="trouble")

    def actions(self) -> ComposeResult:
        """Draw nothing yet: what can be done depends on the check."""
        yield Action("Stop", "^C", id="stop")

    def check(
        self,
        subjects: Collection[str],
        until: Until | None = None,
        *,
        clear_text: Collection[str] = (),
    ) -> None:
        """Check some servers anew, as deep as before unless told otherwise, and explain what was seen."""
        self.stop()
        self.checkup.begin(subjects, until, clear_text=clear_text)
        self.go()

    def go(self) -> None:
        """Check what was begun."""
        self.stop()
        self.notice("")
        self.checking = self._check()

    @work(exclusive=True, group="check")
    async def _check(self) -> None:
        self.query_one(Rungs).show(self.draft, live=True)
        self.query_one(Trouble).show(running(LIMITS, self.draft.until))
        self.clock = self.set_interval(CLOCK, self.query_one(Rungs).tick)
        try:
            await self.offer([Move("Stop", "^C", id="stop")])
            ended = await self.checkup.run()
        except asyncio.CancelledError:
            self.checking = None
            if self.is_attached and self.is_current:
                self.call_later(self.stopped)
            raise
        finally:
            self.clock.stop()
        self.checking = None
        self.notice(self.checkup.said)
        self.explain(stopped=not ended)

    def _heard(self, seen: Evidence) -> None:
        """Show one more thing that was seen of the servers."""
        if self.checkup.running:
            self.query_one(Rungs).show(self.draft, live=True)

    def stop(self) -> bool:
        """Stop the check that runs; return whether one did."""
        if self.checking is None or self.checking.is_finished:
            return False
        self.checking.cancel()
        return True

    def stopped(self) -> None:
        """Say what had happened when the check was stopped."""
        self.explain(stopped=True)
        self.notice(self.checkup.stopped)

    def explain(self, *, stopped: bool = False) -> None:
        """Show what the evidence means."""

    async def offer(self, actions: list[Move]) -> None:
        """Draw other actions; the focus goes to the first."""
        flow = self.query_one("#actions", Flow)
        await flow.refill(buttons(actions))
        self.name_keys()
        flow.focus_first()

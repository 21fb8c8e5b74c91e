"""A check while it runs: live rungs, a clock, and a way to stop it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from textual import work
from textual.app import ComposeResult
from textual.containers import Container
from textual.timer import Timer
from textual.worker import Worker

from mailwizard.checks import Limits, verify
from mailwizard.draft import Draft, Stage, depth
from mailwizard.draft.stopping import what_was_done
from mailwizard.faces.choice import Move
from mailwizard.faces.session import Session
from mailwizard.faces.verdict import running
from mailwizard.faces.words import now
from mailwizard.model import Candidate, Diagnosis, Evidence, Failure, Remedy, Until
from mailwizard.signin.oauth.audience import strangers
from mailwizard.tui.screens.question import BACK, EVIDENCE, HELP, Question
from mailwizard.tui.widgets.action import Action, buttons
from mailwizard.tui.widgets.flow import Flow
from mailwizard.tui.widgets.rungs import Rungs
from mailwizard.tui.widgets.trouble import Trouble

LIMITS = Limits()
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
        super().__init__(draft, session)
        self.checking: Worker[None] | None = None
        self.clock: Timer | None = None
        self.diagnoses: tuple[Diagnosis, ...] = ()
        self.remedies: tuple[Remedy, ...] = ()
        self.place_in_diagnoses = 0

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
        insist: bool = False,
        clear_text: Collection[str] = (),
    ) -> None:
        """Check some servers anew, as deep as before unless told otherwise, and explain what was seen.

        ``clear_text`` names the places (``host:port``) to which the secret may go unencrypted, this once.
        """
        self.stop()
        self.notice("")
        self.session.flipped = False
        self.draft = replace(self.draft, until=until or self.draft.until)
        if self.draft.until.includes(Until.DELIVERY):
            subjects = depth.subjects(self.draft, self.draft.until)
        ways: dict[str, Any] = {"insist": insist, **({"clear_text": clear_text} if clear_text else {})}
        if self.draft.before and self.draft.before.server.mechanism:
            ways["mechanism"] = self.draft.before.server.mechanism
        self.checking = self._check(frozenset(subjects), ways)

    @work(exclusive=True, group="check")
    async def _check(self, subjects: frozenset[str], ways: dict[str, Any]) -> None:
        asked = depth.sending_only(self.draft, self.draft.until)
        self.draft = self.draft.forget_check(subjects)
        self.diagnoses, self.remedies, self.place_in_diagnoses = (), (), 0
        self.query_one(Rungs).show(self.draft, live=True)
        self.query_one(Trouble).show(running(LIMITS, self.draft.until))
        await self.offer([Move("Stop", "^C", id="stop")])
        self.clock = self.set_interval(CLOCK, self.query_one(Rungs).tick)
        try:
            await self._verify(replace(asked, evidence=self.draft.evidence), subjects, ways)
        finally:
            self.clock.stop()

    async def _verify(self, asked: Draft, subjects: frozenset[str], ways: dict[str, Any]) -> None:
        try:
            credential = await self.session.fresh()
        except Failure as failure:
            self.checking = None
            self.notice(f"The sign-in could not be renewed: {failure.detail or failure.code}. Sign in again.")
            self.explain(stopped=True)
            return
        if self.session.grant is not None and (
            hosts := strangers(self.session.grant.registration.issuer, asked.chosen)
        ):
            self.checking = None
            self.notice(
                f"No token goes to {' and '.join(hosts)}, which its issuer does not know. Type it if it is right."
            )
            self.explain(stopped=True)
            return
        try:
            await verify(
                asked, credential, self.session.net, self.tell, asked.until,
                limits=LIMITS, only=subjects, shown=self.session.shown, **ways,
            )  # fmt: skip
        except ValueError as wrong:
            self.notice(str(wrong))
        except asyncio.CancelledError:
            self.checking = None
            if self.is_attached and self.is_current:
                self.call_later(self.stopped)
            raise
        self.draft = replace(self.draft, verified_at=now())
        self.checking = None
        self.explain()

    def tell(self, seen: Candidate | Evidence) -> None:
        """Show one more thing that was seen."""
        if isinstance(seen, Evidence):
            self.draft = self.draft.learn(seen)
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
        places = {str(candidate.endpoint): candidate.endpoint.place for candidate in self.draft.chosen}
        self.notice(f"Stopped. {what_was_done(self.draft.evidence, places)}")

    def explain(self, *, stopped: bool = False) -> None:
        """Show what the evidence means."""

    async def offer(self, actions: list[Move]) -> None:
        """Draw other actions; the focus goes to the first."""
        flow = self.query_one("#actions", Flow)
        async with flow.batch():
            await flow.remove_children()
            await flow.mount(*buttons(actions))
        self.name_keys()
        flow.children[0].focus()

"""Does it work? Live rungs, and an explanation of the first thing that matters."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.timer import Timer
from textual.worker import Worker

from mailwizard.checks import Limits, verify
from mailwizard.checks.remedies import remedies
from mailwizard.diagnosis import diagnose
from mailwizard.diagnosis.blame import is_of_the_secret, refused
from mailwizard.draft import Draft, Stage
from mailwizard.model import Candidate, Diagnosis, Evidence, Outcome, Remedy, State
from mailwizard.tui.moves import after_failure, after_success, far_question, moves_away
from mailwizard.tui.note_text import note_for
from mailwizard.tui.screens.question import BACK, EVIDENCE, HELP, LEAVE, Question
from mailwizard.tui.session import Session
from mailwizard.tui.shown import day, now
from mailwizard.tui.verdict import Verdict, passed, running, verdict_of
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.flow import Flow
from mailwizard.tui.widgets.rungs import Rungs
from mailwizard.tui.widgets.trouble import Trouble

LIMITS = Limits()
ROOMY = 36
"""Rows of a terminal on which nothing has to be folded."""
AGAIN = "This secret was refused. Offer it again? It costs one more login and may lock the account."
CLOCK = 0.5
"""Seconds between two looks at the time while something runs."""


class Ask(Question):
    """Check the servers, show every step, explain what is wrong, and try again only what changed."""

    STAGE = Stage.VALIDATE
    TYPE_AHEAD = False
    DEFAULT_CSS = """
    #validation { height: auto; }
    #trouble { margin-top: 1; }
    #trouble.-close { margin-top: 0; }
    """
    KEYS = (HELP, EVIDENCE, BACK, ("F5", "again"), LEAVE)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "again", "Again"),
        Binding("f8", "switch", "Switch"),
        Binding("f6", "other", "Other"),
    ]
    HELP_TEXT = (
        ("Steps", "resolve: the name has an address. connect: something answers there. encrypt: TLS, and the "
                  "certificate is for this name. sign in: the server takes the user name and secret."),
        ("OK WARN FAIL SKIP", "Works, works with something to know, does not work, was not needed or not possible."),
        ("Logins", "Each check signs in once to each server. A refused secret is not offered to the other server."),
        ("Fix", "What to do, in order, and who can do it. A change that was tried is a button."),
        ("Again", "F5 checks again what did not pass. What passed is kept."),
    )  # fmt: skip

    def __init__(self, draft: Draft, session: Session) -> None:
        super().__init__(draft, session)
        self.checking: Worker[None] | None = None
        self.clock: Timer | None = None
        self.diagnoses: tuple[Diagnosis, ...] = ()
        self.remedies: tuple[Remedy, ...] = ()
        self.place_in_diagnoses = 0
        self.flipped = False
        """Whether something was switched in the practice world since the last check."""

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys; while a check runs Ctrl+C stops it."""
        return self.KEYS if self.checking is None else (HELP, EVIDENCE, BACK, ("^C", "stop"))

    def body(self) -> ComposeResult:
        """Draw the rungs and the panel."""
        with Container(id="validation"):
            yield Rungs(self.draft, id="rungs")
            yield Trouble(id="trouble")

    def actions(self) -> ComposeResult:
        """Draw nothing yet: what can be done depends on the check."""
        yield Action("Stop", "^C", id="stop")

    def begin(self) -> None:
        """Check what was not checked yet."""
        if self.draft.unchecked:
            self.check(self.draft.unchecked)
        else:
            self.explain()

    def check(self, subjects: Collection[str], *, insist: bool = False) -> None:
        """Check some servers anew, and explain what was seen."""
        self.stop(quietly=True)
        self.notice("")
        self.flipped = False
        self.checking = self._check(frozenset(subjects), insist)

    @work(exclusive=True, group="check")
    async def _check(self, subjects: frozenset[str], insist: bool) -> None:
        self.draft = self.draft.forget_check(subjects)
        self.diagnoses, self.remedies, self.place_in_diagnoses = (), (), 0
        self.query_one(Rungs).show(self.draft, live=True)
        self.query_one(Trouble).show(running(LIMITS))
        await self._offer([Action("Stop", "^C", id="stop")])
        self.clock = self.set_interval(CLOCK, self.query_one(Rungs).tick)
        try:
            await self._verify(subjects, insist)
        finally:
            self.clock.stop()

    async def _verify(self, subjects: frozenset[str], insist: bool) -> None:
        try:
            await verify(
                self.draft, self.session.credential, self.session.net, self.tell, self.draft.until,
                limits=LIMITS, only=subjects, insist=insist,
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

    def stop(self, *, quietly: bool = False) -> bool:
        """Stop the check that runs; return whether one did."""
        if self.checking is None or self.checking.is_finished:
            return False
        self.checking.cancel()
        return True

    def stopped(self) -> None:
        """Say what had been done when the check was stopped."""
        sent = " and ".join(self.draft.offered)
        self.explain(stopped=True)
        self.notice(f"Stopped. The secret had been sent to {sent}." if sent else "Stopped. No secret had been sent.")

    def explain(self, *, stopped: bool = False) -> None:
        """Show what the evidence means, and what can be done."""
        self.diagnoses = diagnose(
            self.draft.evidence, provider=self.draft.provider, address=self.draft.address, today=day().isoformat()
        )
        self._show_verdict(stopped=stopped)
        self._offer_actions()
        if self.failed and not stopped:
            self.look_for_remedies()

    def _show_verdict(self, *, stopped: bool = False) -> None:
        folded = self.failed and self.app.size.height < ROOMY
        self.query_one(Rungs).show(self.draft, folded=folded)
        self.query_one(Trouble).set_class(folded, "-close")
        more = len(self.diagnoses) - self.place_in_diagnoses - 1
        if self.diagnoses and (self.failed or stopped):
            verdict = verdict_of(self.diagnoses[self.place_in_diagnoses], self.draft.evidence, max(0, more))
        elif stopped:
            verdict = Verdict("The check was stopped before it ended.", "bold $warning")
        else:
            verdict = passed(self.draft, self.diagnoses)
        self.query_one(Trouble).show(verdict)

    @property
    def failed(self) -> bool:
        """Return whether something does not work."""
        return any(self.draft.outcome(candidate) is Outcome.FAIL for candidate in self.draft.chosen)

    @work(exclusive=True, group="remedies")
    async def look_for_remedies(self) -> None:
        """Try, without a secret, what would work instead."""
        found = await remedies(self.draft, self.session.net)
        if found and self.checking is None:
            self.remedies = found
            self._offer_actions()

    def _offer_actions(self) -> None:
        self.run_worker(self._offer(list(self.possible())), group="actions", exclusive=True)

    async def _offer(self, actions: list[Action]) -> None:
        """Draw other actions; the focus goes to the first."""
        flow = self.query_one("#actions", Flow)
        async with flow.batch():
            await flow.remove_children()
            await flow.mount(*actions)
        self.name_keys()
        actions[0].focus()

    def possible(self) -> list[Action]:
        """Return what can be done now, the most helpful first."""
        switches = [Action(switch.label, "F8", id=f"switch-{index}") for index, switch in self.session.open_switches][
            :1
        ]
        if self.draft.state is State.VERIFIED:
            return after_success(self.remedies, switches)
        diagnosis = self.diagnoses[self.place_in_diagnoses] if self.failed and self.diagnoses else None
        return after_failure(
            self.draft, diagnosis, self.remedies, switches, several=len(self.diagnoses) > 1, blamed=self.blames_secret
        )

    @property
    def blames_secret(self) -> bool:
        """Return whether another secret may mend what is explained."""
        return bool(self.refused and self.diagnoses) and is_of_the_secret(self.diagnoses[self.place_in_diagnoses])

    @property
    def refused(self) -> tuple[str, ...]:
        """Return the servers that refused this very secret, and would do so again."""
        return () if self.flipped else refused(self.draft.evidence, self.diagnoses)

    @work(exclusive=True, group="again")
    async def action_again(self) -> None:
        """Check again what did not pass; a secret that was refused only with the person's consent."""
        if self.checking is None and not (self.refused and not await self.consents(AGAIN, "Offer it again", "No")):
            self.check(self.draft.unproven)

    def action_other(self) -> None:
        """Explain the next problem."""
        if self.checking is None and self.diagnoses:
            self.place_in_diagnoses = (self.place_in_diagnoses + 1) % len(self.diagnoses)
            self._show_verdict()
            self._offer_actions()

    @work(exclusive=True, group="switch")
    async def action_switch(self) -> None:
        """Let happen in the practice world what somebody else does in real life."""
        for index, switch in self.session.open_switches[:1]:
            await switch.flip()
            self.session.switched.add(index)
            self.flipped = True
            self.notice(f"{switch.label} Press F5 to check again.")
            if self.checking is None:
                self._offer_actions()

    @on(Action.Pressed)
    def _pressed(self, event: Action.Pressed) -> None:
        name, _, number = (event.action.id or "").partition("-")
        if name == "remedy":
            self.choose(self.remedies[int(number)])
        elif handler := self._handlers().get(name):
            handler()

    def _handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each action does."""
        return {
            "again": self.action_again,
            "continue": lambda: self.reply(self.draft.answer(Stage.VALIDATE)),
            "stop": self.stop,
            "switch": self.action_switch,
            "other": self.action_other,
            "insist": lambda: self.check(self.draft.unproven, insist=True),
            "servers": lambda: self.go_back(self.draft.back_to(Stage.SERVERS)),
            "secret": lambda: self.go_back(self.draft.back_to(Stage.SIGN_IN)),
            "steps": self.show_steps,
            "note": self.show_note,
        }

    @work(exclusive=True, group="again")
    async def choose(self, remedy: Remedy) -> None:
        """Take a remedy; one that leads to another host only with the person's consent."""
        if not moves_away(remedy) or await self.consents(far_question(remedy), "Yes, use it", "No"):
            self.take(remedy)

    def take(self, remedy: Remedy) -> None:
        """Change the draft as proposed, and check only what changed."""
        draft = self.draft
        incoming = remedy.candidate if draft.incoming and draft.incoming.endpoint == remedy.replaces else draft.incoming
        outgoing = remedy.candidate if draft.outgoing and draft.outgoing.endpoint == remedy.replaces else draft.outgoing
        self.draft = draft.with_servers(incoming, outgoing)
        again, self.remedies = set(self.refused), ()
        self.check([subject for subject in self.draft.unproven if subject not in again])

    def show_steps(self) -> None:
        """Show what to do step by step, one at a time."""
        from mailwizard.tui.screens.steps import OneByOne

        self.post_message(self.Wanted(OneByOne(self.diagnoses[self.place_in_diagnoses], self.draft.address)))

    def show_note(self) -> None:
        """Show a note for whoever can mend it."""
        from mailwizard.tui.screens.note import Note

        self.post_message(self.Wanted(Note(note_for(self.draft, self.diagnoses[self.place_in_diagnoses]))))

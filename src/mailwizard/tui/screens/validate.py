"""Does it work? Live rungs, and an explanation of the first thing that matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from mailwizard.checks.remedies import remedies
from mailwizard.diagnosis import diagnose
from mailwizard.diagnosis.blame import is_of_the_secret, refused
from mailwizard.draft import Stage
from mailwizard.draft.depth import unasked
from mailwizard.draft.mending import around
from mailwizard.faces.choice import Move
from mailwizard.faces.moves import after_failure, after_success, guides_for
from mailwizard.faces.note_text import note_for, request_for
from mailwizard.faces.verdict import DOUBTFUL, Verdict, passed, verdict_of
from mailwizard.faces.words import day, moment
from mailwizard.model import Candidate, Diagnosis, Evidence, Outcome, State, Until
from mailwizard.tui.screens.costly import AGAIN, Costly
from mailwizard.tui.screens.question import BACK, EVIDENCE, HELP, LEAVE
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.rungs import Rungs
from mailwizard.tui.widgets.trouble import Trouble

ROOMY = 36
"""Rows of a terminal on which nothing has to be folded."""


class Ask(Costly):
    """Check the servers, show every step, explain what is wrong, and try again only what changed."""

    KEYS = (HELP, EVIDENCE, BACK, ("F5", "again"), ("F7", "deeper"), LEAVE)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "again", "Again"),
        Binding("f6", "other", "Other"),
        Binding("f7", "deeper", "Deeper"),
        Binding("f8", "switch", "Switch"),
    ]
    HELP_TEXT = (
        ("Steps", "resolve: the name has an address. connect: something answers there. encrypt: TLS, and the "
                  "certificate is for this name. sign in: the server takes the user name and secret."),
        ("Go deeper", "F7 offers four depths: only reach the servers, sign in, ask whether this From is let through, "
                      "or send one message to yourself. Each says what it costs before it begins."),
        ("OK WARN FAIL SKIP", "Works, works with something to know, does not work, was not needed or not possible."),
        ("Logins", "Each check signs in once to each server. A refused secret is not offered to the other server."),
        ("Fix", "What to do, in order, and who can do it. A change that was tried is a button."),
        ("Again", "F5 checks again what did not pass. What passed is kept. F6 explains the next problem."),
    )  # fmt: skip

    def begin(self) -> None:
        """Check what was not checked yet or failed, no deeper than a sign-in; what passed costs no further login."""
        self._diagnose()
        if self.draft.unchecked:
            self.check(self.draft.unchecked, unasked(self.draft.until))
        elif self.session.went_back or self.draft.state is State.VERIFIED or self._lacks_secret:
            self._show_old()
        else:
            self._show_verdict()
            self.check_anew()

    @property
    def _lacks_secret(self) -> bool:
        """Return whether a check would end for want of a secret."""
        wanted = self.draft.wants_secret and self.draft.until.includes(Until.SIGN_IN)
        return wanted and self.session.credential is None

    @work(exclusive=True, group="again")
    async def check_anew(self) -> None:
        """Check what was checked before; a refused secret is offered again only with the person's consent."""
        if self.refused and not await self.consents(AGAIN, "Offer it again", "No"):
            self._show_old()
        else:
            self.check(self.draft.unproven, unasked(self.draft.until))

    def _show_old(self) -> None:
        """Show what an earlier check found, as what it is."""
        self.explain()
        checked = moment(self.draft.verified_at)
        found = f"This was checked {checked}" if checked else "This is what an earlier check found"
        self.notice(f"{found}; F5 checks again.")

    def explain(self, *, stopped: bool = False) -> None:
        """Show what the evidence means, and what can be done."""
        self._diagnose()
        self._show_verdict(stopped=stopped)
        self._offer_actions()
        if self.failed and not stopped:
            self.look_for_remedies()

    def _diagnose(self) -> None:
        self.diagnoses = diagnose(
            self.draft.evidence, provider=self.draft.provider, address=self.draft.address, today=day().isoformat()
        )
        self.place_in_diagnoses = min(self.place_in_diagnoses, max(0, len(self.diagnoses) - 1))

    def _show_verdict(self, *, stopped: bool = False) -> None:
        deep = self.draft.until.includes(Until.SENDER)
        folded = (self.failed or deep) and self.app.size.height < ROOMY
        self.query_one(Rungs).show(self.draft, folded=folded)
        self.query_one(Trouble).set_class(folded and self.failed, "-close")
        place = self.place_in_diagnoses
        if self.diagnoses and (self.failed or stopped):
            verdict = verdict_of(self.diagnoses[place], self.draft.evidence, max(0, len(self.diagnoses) - place - 1))
        elif stopped:
            verdict = Verdict("The check was stopped before it ended.", DOUBTFUL)
        else:
            verdict = passed(self.draft, self.diagnoses, place)
        self.query_one(Trouble).show(verdict)

    @property
    def failed(self) -> bool:
        """Return whether something does not work."""
        return any(self.draft.outcome(candidate) is Outcome.FAIL for candidate in self.draft.chosen)

    @work(exclusive=True, group="remedies")
    async def look_for_remedies(self) -> None:
        """Try, without a secret, what would work instead; how that answered may tell more of the cause."""
        told: list[Candidate | Evidence] = []
        found = await remedies(self.draft, self.session.net, told.append)
        if self.checking is not None:
            return
        before, self.draft = self.diagnoses, around(self.draft, told)
        self._diagnose()
        again = [one.title for one in self.diagnoses] != [one.title for one in before]
        if again:
            self._show_verdict()
        if found or again:
            self.remedies = found
            self._offer_actions()

    def _offer_actions(self) -> None:
        self.run_worker(self.offer(list(self.possible())), group="actions", exclusive=True)

    def possible(self) -> list[Move]:
        """Return what can be done now, the most helpful first."""
        switches = [Move(switch.label, "F8", id=f"switch-{index}") for index, switch in self.session.open_switches]
        several = len(self.diagnoses) > 1
        if self.draft.state is State.VERIFIED:
            warned = self.explained if self.draft.until.includes(Until.SENDER) else None
            return after_success(self.draft, self.remedies, switches[:1], warned, several=several)
        return after_failure(
            self.draft, self.explained if self.failed else None, self.remedies, switches[:1],
            several=several, blamed=self.blames_secret, exposed=bool(self.exposed),
        )  # fmt: skip

    @property
    def explained(self) -> Diagnosis | None:
        """Return what is explained now."""
        return self.diagnoses[self.place_in_diagnoses] if self.diagnoses else None

    @property
    def blames_secret(self) -> bool:
        """Return whether another secret may mend what is explained."""
        return bool(self.refused) and self.explained is not None and is_of_the_secret(self.explained)

    @property
    def refused(self) -> tuple[str, ...]:
        """Return the servers that refused this very secret, and would do so again."""
        return () if self.session.flipped else refused(self.draft.evidence, self.diagnoses)

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
            self.session.flipped = True
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
            request = request_for(self.draft, self.diagnoses)
            self.post_message(self.Wanted(Note(note_for(self.draft, self.explained), request)))

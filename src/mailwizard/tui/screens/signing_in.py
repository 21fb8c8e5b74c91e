"""A sign-in at an issuer while it runs: what is waited for, what went wrong, and what came of it."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widget import Widget

from mailwizard.draft import Draft
from mailwizard.faces import words
from mailwizard.faces.choice import Move
from mailwizard.faces.moves import guides_for
from mailwizard.faces.note_text import note_for, request_for
from mailwizard.faces.session import Session
from mailwizard.faces.signing import attempting
from mailwizard.faces.signing.attempting import (
    Ways,
    after_refusal,
    anew,
    causes,
    granted_rows,
    refused,
    time_left,
)
from mailwizard.faces.signing.program import KEEP, can_be_kept, keep
from mailwizard.faces.signing.ways import CHECK
from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Address, Candidate, Diagnosis, Evidence, Failure
from mailwizard.signin.oauth.attempt import Attempt
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.registration import Registration
from mailwizard.tui.screens.aside import Aside
from mailwizard.tui.screens.panel import Page
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.facts import Facts
from mailwizard.tui.widgets.left import Left
from mailwizard.tui.widgets.trouble import Trouble

SECOND = 1.0


class Other:
    """The answer of a sign-in that the person wants to go on in another way."""

    def __init__(self, way: Ways) -> None:
        self.way = way


class SigningIn(Aside[Grant | Other]):
    """Runs one attempt at a time; a new one takes the place of one that failed."""

    DEFAULT_CSS = """
    SigningIn #trouble, SigningIn #done { display: none; }
    SigningIn.-over #asking { display: none; }
    SigningIn.-failed #trouble { display: block; }
    SigningIn.-done #done { display: block; }
    SigningIn #asking { height: auto; margin: 0; }
    """
    AGAIN = attempting.AGAIN
    """What beginning again is called."""
    OVER_KEYS: tuple[tuple[str, str], ...] = (("F5", "begin again"), ("F9", "error message"), ("Esc", "cancel"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "again", "Begin again"),
        Binding("f8", "switch", "Switch"),
        Binding("f9", "message", "Error message"),
    ]

    def __init__(
        self, draft: Draft, session: Session, card: IssuerCard, registration: Registration, address: Address | None
    ) -> None:
        subject = draft.address.display if draft.address else ""
        super().__init__(subject, f"Sign-in at {card.name}", _practice(session))
        self.draft, self.session, self.card, self.registration = draft, session, card, registration
        self.address = address
        self.diagnoses: tuple[Diagnosis, ...] = ()
        self.grant: Grant | None = None
        self.attempt: Attempt | None = None
        self.ends = 0.0
        """When what is waited for ends, by :func:`words.clock` in seconds."""
        self.clock: Timer | None = None

    def page(self) -> ComposeResult:
        """Draw what is asked, and room for what comes of it."""
        with Widget(id="asking"):
            yield from self.asking()
        yield Trouble(id="trouble")
        yield Facts(id="done")

    def asking(self) -> ComposeResult:
        """Draw what the person is to do."""
        yield from ()

    def on_mount(self) -> None:
        """Begin at once."""
        super().on_mount()
        self.begin()

    def begin(self) -> None:
        """Begin a new attempt; what was asked before is dropped."""
        self.remove_class("-over", "-failed", "-done")
        self.call_after_refresh(self.query_one(Page).scroll_home, animate=False)
        self.say("")
        self.draft = anew(self.draft, self.card)
        protocols = tuple(dict.fromkeys(candidate.endpoint.protocol for candidate in self.draft.chosen))
        self.attempt = Attempt(self.registration, self.card, self.address, protocols, self.session.net, self.tell)
        self.run_worker(self._run(self.attempt), group="attempt", exclusive=True)

    async def _run(self, attempt: Attempt) -> None:
        try:
            grant = await self.sign_in(attempt)
        except Failure as failure:
            await self.failed(failure)
        else:
            await self.granted(grant)
        finally:
            self.stop_clock()

    async def sign_in(self, attempt: Attempt) -> Grant:
        """Go through the steps.

        Raises:
            Failure: what the attempt raised; it has been told as evidence.
        """
        raise NotImplementedError

    def tell(self, seen: Candidate | Evidence) -> None:
        """Keep what was seen."""
        if isinstance(seen, Evidence):
            self.draft = self.draft.learn(seen)

    async def failed(self, failure: Failure) -> None:
        """Explain why it did not come about, and offer what can be done."""
        self.diagnoses = causes(self.draft)
        self.show_end("-failed")
        said = refused(self.diagnoses, self.draft, failure)
        if isinstance(said, str):
            self.say(said)
        else:
            self.query_one(Trouble).show(said)
        await self.offer(after_refusal(self.session, self.diagnoses, self.other_ways(), self.AGAIN))

    def show_end(self, name: str) -> None:
        """Show what came of it from its first line on, in the place of what was asked."""
        self.add_class("-over", name)
        self.call_after_refresh(self.query_one(Page).scroll_home, animate=False)

    def other_ways(self) -> list[Move]:
        """Return the next ways of signing in."""
        return []

    async def granted(self, grant: Grant) -> None:
        """Say for whom it is, what it allows and when it ends."""
        self.grant = grant
        self.show_end("-done")
        self.query_one("#done", Facts).show(granted_rows(grant, self.card))
        keeps = await can_be_kept(self.registration, self.session)
        program = [Move(KEEP, id="keep")] if keeps else []
        await self.offer([Move(CHECK, id="take"), *program, Move("Cancel", "Esc", id="cancel")])

    @on(Action.Pressed, "#keep")
    @work(exclusive=True, group="keep")
    async def _keep(self) -> None:
        self.say(await keep(self.registration, self._ask_passphrase))
        if not await can_be_kept(self.registration, self.session):
            self.query("#keep").remove()
            self.query_one("#take").focus()

    async def _ask_passphrase(self, *, new: bool) -> str:
        from mailwizard.tui.screens.passphrase import Passphrase

        return await self.app.push_screen_wait(Passphrase(new=new)) or ""

    @on(Action.Pressed, "#registration")
    def _other_program(self) -> None:
        self.dismiss(Other(Ways.REGISTRATION))

    @on(Action.Pressed, "#take")
    def _take(self) -> None:
        self.dismiss(self.grant)

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys that do something now."""
        return self.OVER_KEYS if self.has_class("-failed") else self.KEYS[-1:] if self.has_class("-done") else self.KEYS

    def start_clock(self, seconds: float) -> None:
        """Show from now on how much time is left; only that row changes, and seldom."""
        self.stop_clock()
        self.ends = words.clock().timestamp() + seconds
        self._tick()
        self.clock = self.set_interval(SECOND, self._tick)

    def stop_clock(self) -> None:
        """Let the time stand."""
        if self.clock is not None:
            self.clock.stop()
            self.clock = None

    def _tick(self) -> None:
        text = time_left(self.ends - words.clock().timestamp())
        for row in self.query(Left):
            row.show(text)

    @on(Action.Pressed, "#again")
    def action_again(self) -> None:
        """Begin again after a failure."""
        if self.has_class("-failed"):
            self.begin()

    @on(Action.Pressed)
    def _switched(self, event: Action.Pressed) -> None:
        if (event.action.id or "").startswith("switch-"):
            self.action_switch()

    @work(exclusive=True, group="switch")
    async def action_switch(self) -> None:
        """Let happen in the practice world what somebody else does in real life."""
        for index, switch in self.session.open_switches[:1]:
            await switch.flip()
            self.session.switched.add(index)
            self.query(f"#switch-{index}").remove()
            self.say(f"{switch.label} Press F5 to begin again.")
            for again in self.query("#again"):
                again.focus()

    def action_message(self) -> None:
        """Explain an error message that the browser shows."""
        from mailwizard.tui.screens.message import ErrorMessage

        self.app.push_screen(ErrorMessage(self.draft, self.session))

    @on(Action.Pressed, "#steps")
    def _steps(self) -> None:
        from mailwizard.tui.screens.steps import OneByOne

        first = self.diagnoses[0]
        self.app.push_screen(OneByOne(first, self.draft.address, guides_for(first)))

    @on(Action.Pressed, "#note")
    def _note(self) -> None:
        from mailwizard.tui.screens.note import Note

        request = request_for(self.draft, self.diagnoses)
        self.app.push_screen(Note(note_for(self.draft, self.diagnoses[0]), request))

    def focus_page(self) -> None:
        """Let the keys of this page count."""
        self.query_one(Page).focus()


def _practice(session: Session) -> str:
    """Return the practice world's line."""
    return f"{session.practice.label}. Nothing here is real." if session.practice else ""

"""An error message that somebody has: what it means, read without any network."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from mailwizard.diagnosis import Explanation, explain
from mailwizard.draft import Draft
from mailwizard.faces.choice import Move
from mailwizard.faces.explained import explained
from mailwizard.faces.moves import about, guides_for
from mailwizard.faces.note_text import note_for
from mailwizard.faces.session import Session
from mailwizard.faces.words import day
from mailwizard.model import Diagnosis
from mailwizard.tui.screens.panel import Panel
from mailwizard.tui.screens.steps import OneByOne
from mailwizard.tui.widgets.action import Action, buttons
from mailwizard.tui.widgets.flow import Flow
from mailwizard.tui.widgets.paper import LIMIT, Paper
from mailwizard.tui.widgets.plain import Plain
from mailwizard.tui.widgets.trouble import Trouble

INTRO = (
    "Paste the message, the log or the stack trace; several lines are fine. It is read on this machine, "
    "and nothing of it goes anywhere."
)
NOTHING = "There is nothing to explain yet. Paste the message, or type its most telling line."
EARLIER = "What you paste or type takes the place of this message; End goes on behind it."
TOO_LONG = f"Only the first {LIMIT // 1000} kB are read."


class ErrorMessage(Panel):
    """A box to paste an error into, and the panel that explains it."""

    DEFAULT_CSS = """
    ErrorMessage #explained { display: none; }
    ErrorMessage.-explained #explained { display: block; }
    ErrorMessage.-explained #asking { display: none; }
    ErrorMessage #asking { height: auto; }
    """
    AUTO_FOCUS = "Paper"
    WRITING = (("Tab", "to the buttons"), ("F5", "explain"), ("Ctrl+U", "empty"), ("Esc", "close"))
    READING = (("F4", "another message"), ("Esc", "close"))
    SEVERAL = (("F4", "another message"), ("F6", "next cause"), ("Esc", "close"))
    KEYS: tuple[tuple[str, str], ...] = WRITING
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f4", "again", "Another message"),
        Binding("f5", "explain", "Explain"),
        Binding("f6", "other", "Next cause"),
        Binding("f9", "close", "Close"),
        Binding("shift+tab", "app.focus_previous", show=False),
    ]

    def __init__(self, draft: Draft, session: Session) -> None:
        super().__init__("What does an error message mean?")
        self.draft, self.session = draft, session
        self.explanation: Explanation | None = None
        self.place = 0

    def on_mount(self) -> None:
        """Say what becomes of an earlier message."""
        if self.query_one(Paper).selected:
            self.say(EARLIER)

    def page(self) -> ComposeResult:
        """Draw the box and, once there is one, the explanation."""
        from textual.containers import Vertical

        with Vertical(id="asking"):
            yield Plain(INTRO, classes="paragraph")
            yield Paper(self.session.message, id="paper")
        yield Trouble(id="explained")

    def actions(self) -> ComposeResult:
        """Draw what can be done."""
        yield Action("Explain", "F5", id="explain")

    @on(Paper.Changed)
    def _typed(self) -> None:
        paper = self.query_one(Paper)
        self.session.message = paper.text
        self.say(TOO_LONG if paper.full else "")

    def say(self, text: str) -> None:
        """Say one sentence, or nothing."""
        self.query(".notice").remove()
        if text:
            self.mount(Plain(text, classes="notice"), before="#actions")

    @property
    def diagnosis(self) -> Diagnosis | None:
        """Return the cause that is explained."""
        return self.explanation.diagnoses[self.place] if self.explanation and self.explanation.diagnoses else None

    @work(exclusive=True, group="explain")
    async def action_explain(self) -> None:
        """Say what the text means."""
        text = self.query_one(Paper).text
        if self.explanation is not None:
            return
        if not text.strip():
            self.say(NOTHING)
            self.query_one(Paper).focus()
            return
        self.say("Reading …")
        self.explanation = await asyncio.to_thread(explain, text, today=day().isoformat())
        self.place = 0
        self.say("")
        self.add_class("-explained")
        self.KEYS = self.SEVERAL if len(self.explanation.diagnoses) > 1 else self.READING
        await self._show()

    async def _show(self) -> None:
        """Show the cause that is looked at, and what can be done about it."""
        if self.explanation is None:
            return
        self.query_one(Trouble).show(explained(self.explanation, self.place, self.draft.address))
        self.query_one("#page").scroll_home(animate=False)
        actions = about(self.diagnosis) if self.diagnosis else []
        if len(self.explanation.diagnoses) > 1:
            actions.append(Move("Next cause", "F6", id="other"))
        await self._offer([*actions, Move("Another message", "F4", id="again")])

    async def _offer(self, actions: list[Move]) -> None:
        """Draw other actions; the focus goes to the first."""
        flow = self.query_one("#actions", Flow)
        await flow.refill(buttons((*actions, Move("Close", "Esc", id="close"))))
        flow.focus_first()
        self.name_keys_soon()

    @work(exclusive=True, group="explain")
    async def action_other(self) -> None:
        """Explain the next cause."""
        if self.explanation and self.explanation.diagnoses:
            self.place = (self.place + 1) % len(self.explanation.diagnoses)
            await self._show()

    @work(exclusive=True, group="explain")
    async def action_again(self) -> None:
        """Go back to the box; what is in it is replaced by what comes next."""
        if self.explanation is None:
            return
        self.explanation = None
        self.remove_class("-explained")
        self.KEYS = self.WRITING
        await self._offer([Move("Explain", "F5", id="explain")])
        self.query_one(Paper).select()
        self.query_one(Paper).focus()
        self.say(EARLIER)

    @on(Action.Pressed)
    def _pressed(self, event: Action.Pressed) -> None:
        name = event.action.id or ""
        if name == "steps" and self.diagnosis:
            self.app.push_screen(OneByOne(self.diagnosis, self.draft.address, guides_for(self.diagnosis)))
        elif name == "note" and self.diagnosis and self.explanation:
            from mailwizard.tui.screens.note import Note

            self.app.push_screen(Note(note_for(Draft(), self.diagnosis, self.session.message)))
        elif name in {"explain", "other", "again"}:
            {"explain": self.action_explain, "other": self.action_other, "again": self.action_again}[name]()

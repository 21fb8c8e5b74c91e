"""The wizard: it asks for what the draft lacks first, until nothing is lacking."""

from __future__ import annotations

import asyncio
import os
from typing import Any, ClassVar

from textual import constants, events, on, work
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.screen import Screen
from textual.worker import WorkerFailed

from mailwizard.draft import Draft, Stage
from mailwizard.faces import fault
from mailwizard.faces.endings import HANGUP, terminal_gone
from mailwizard.faces.keeping import Keeper
from mailwizard.faces.practice import Practice
from mailwizard.faces.session import Session
from mailwizard.net import Net
from mailwizard.tui import cursor
from mailwizard.tui.bracketed import keep_pastes_whole
from mailwizard.tui.difference import Change, Terminal
from mailwizard.tui.screens import question_for
from mailwizard.tui.screens.question import Question
from mailwizard.tui.screens.quiet import QuietScreen
from mailwizard.tui.theme import THEME
from mailwizard.tui.type_ahead import TypeAhead
from mailwizard.tui.widgets.scrolling import choose_bars

AT_ONCE = frozenset({"ctrl+c", "ctrl+q", "ctrl+z"})
"""Keys that wait for no other."""
CANCELLED = 130
BUG = 70


class WizardApp(App[int]):
    """The wizard over a network, real or pretended."""

    CSS_PATH = "mailwizard.tcss"
    TITLE = "mailwizard"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "stop", "Stop", priority=True, show=False),
        Binding("ctrl+q", "leave", "Leave", priority=True, show=False),
        Binding("ctrl+z", "suspend_process", "Suspend", priority=True, show=False),
        Binding("ctrl+l", "redraw", "Redraw", priority=True, show=False),
    ]

    def __init__(
        self, net: Net | None = None, *, draft: Draft | None = None, practice: Practice | None = None, keep: bool = True
    ) -> None:
        constants.LOG_FILE = None  # type: ignore[misc]
        super().__init__(ansi_color=True)
        choose_bars()
        keep_pastes_whole()
        self.register_theme(THEME)
        # Set without being watched: the watcher would have all styles read a second time before the first frame.
        self.set_reactive(App.theme, THEME.name)
        self.stylesheet.set_variables(self.get_css_variables())
        self.animation_level = "none"
        self.draft = draft or Draft()
        self.session = Session(net, practice, keep)
        self.keeper = Keeper(self.session)
        self.terminal = Terminal()
        self.typed = TypeAhead(self, self._wait_for_question, self._heard_since, super().on_event)
        self.moving = False
        """Whether the next question is about to be asked."""
        self._asked = asyncio.Event()
        self.ending: int | None = None
        """The exit code with which the system asked to end."""
        self.fault = ""
        """Where a fault of our own happened, as one plain line."""

    def get_default_screen(self) -> Screen[None]:
        """Return the first question, so that nothing else is drawn before it."""
        self.question = question_for(self.draft, self.session)
        return self.question

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        """Send the terminal only what it does not show yet."""
        drawn = isinstance(renderable, CompositorUpdate) and self._running and not self._batch_count
        if drawn and not self.is_headless and screen is self.screen:
            self.cursor_position = cursor.place(self, screen)
            moved = screen.outer_size.clamp_offset(self.cursor_position) != self._previous_cursor_position
            renderable = self.terminal.change(screen._compositor.render_strips()) or (Change() if moved else None)
        super()._display(screen, renderable)

    def action_suspend_process(self) -> None:
        """Stop until a shell lets this go on; in a session without one nobody would, and the system stops nothing."""
        if os.getpgrp() != os.getsid(0):
            super().action_suspend_process()

    def _take_terminal(self, size: Size) -> None:
        """Draw everything anew in a terminal that says its size: it was resized, or was somebody else's until now."""
        if self.terminal.known and size == self.size:
            self.screen.refresh(layout=True)
        self.terminal.forget()

    def action_redraw(self) -> None:
        """Draw everything anew, such as after another program wrote over it."""
        self.terminal.forget()
        self.screen.refresh(layout=True)

    def on_mount(self) -> None:
        """Begin to ask."""
        self.app_resume_signal.subscribe(self, lambda _: self.terminal.forget())
        self.walk()
        self.heed_keys()
        self.call_after_refresh(self.warm_up)

    async def on_event(self, event: events.Event) -> None:
        """Let keys wait for their turn; the ones that stop or leave do not wait.

        Whether the terminal's window is in front is not heeded: a question that came while it was not would have no
        focus, and take no key.
        """
        if isinstance(event, events.AppBlur | events.AppFocus):
            return
        if isinstance(event, events.Resize):
            self._take_terminal(event.size)
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif isinstance(event, events.Key) and event.key in AT_ONCE:
            self.typed.drop()
            await super().on_event(event)
        else:
            self.typed.put(event)

    @work(group="keys")
    async def heed_keys(self) -> None:
        """Deliver what is typed, one key after the other."""
        await self.typed.run()

    async def _wait_for_question(self, moment: float) -> None:
        """Wait until the question stands for which a key was typed."""
        while self.moving or self.question.answer.done() or self.question.holds(moment):
            self._asked.clear()
            await self._asked.wait()

    def _heard_since(self) -> float:
        return self.screen.since if isinstance(self.screen, QuietScreen) else 0.0

    @work(group="wizard")
    async def walk(self) -> None:
        """Ask for what is lacking, again and again; a screen is a question, and there is one at a time."""
        while True:
            self.draft = await self.question.answer
            self.moving = True
            while self.screen is not self.question:
                self.pop_screen()
            await self.keep_draft()
            self.question = question_for(self.draft, self.session)
            with self.batch_update():
                # The first question is the ground that Textual wants below all screens; it cannot be switched.
                replace = self.push_screen if len(self.screen_stack) == 1 else self.switch_screen
                await replace(self.question)
            self.moving = False
            self._asked.set()

    @work(group="warm-up", exit_on_error=False)
    async def warm_up(self) -> None:
        """Load what the next stages need, and look for a kept draft, while the person reads."""
        await asyncio.to_thread(_load_ahead)
        if await self.keeper.resume(self.draft):
            self.question.hear()

    async def keep_draft(self) -> None:
        """Keep the draft without the secret; where that fails the person is told, and goes on."""
        await self.keeper.keep(self.draft)

    def keep_now(self) -> None:
        """Keep the draft before the program ends, blocking, with what is typed; a failure is said in the last words."""
        self.draft = self.question.standing
        self.keeper.keep_now(self.draft)

    @on(Question.AddressRead)
    def _look(self, event: Question.AddressRead) -> None:
        search = self.session.search
        if not search.fits(event.address, event.service):
            work = search.run(event.address, event.service, self.session.net, self._found)
            self.run_worker(work, group="search", exclusive=True, exit_on_error=True)

    def _found(self) -> None:
        self.question.hear()
        self._asked.set()

    @on(Question.Wanted)
    async def _show(self, event: Question.Wanted) -> None:
        with self.batch_update():
            await self.push_screen(event.panel)

    def action_stop(self) -> None:
        """Stop what runs; with nothing running ask whether to leave, and at the second time leave."""
        from mailwizard.tui.screens.leave import Leave

        if isinstance(self.screen, Leave):
            self.depart(True)
        elif not self.question.stop():
            self.action_leave()

    def action_leave(self) -> None:
        """Ask whether to leave."""
        from mailwizard.tui.screens.leave import Leave

        if self.draft.stage is Stage.DONE:
            self.exit(0, return_code=0)
        elif not isinstance(self.screen, Leave):
            self.push_screen(Leave(self._leave_words), self.depart)

    def depart(self, sure: bool | None) -> None:
        """Leave with the draft kept."""
        if sure:
            self.keep_now()
            self.exit(CANCELLED, return_code=CANCELLED)

    def end(self, code: int) -> None:
        """End at once because the system asks for it: a lost terminal, a shutdown."""
        self.ending = code
        self.keep_now()
        self.exit(code, return_code=code)

    @property
    def last_words(self) -> tuple[str, ...]:
        """Return the lines that are printed after the screen is left."""
        return self.keeper.last_words(self.draft)

    @property
    def kept_words(self) -> str:
        """Return what is said of the draft when the program has to end."""
        return "The draft is kept." if self.draft_stays else ""

    @property
    def draft_stays(self) -> bool:
        """Return whether there is a draft that a later run can go on with; a practice world ends with its run."""
        return self.session.keeps_for_later(self.question.draft)

    @property
    def _leave_words(self) -> str:
        return self.keeper.leave_words(self.question.standing)

    def _fatal_error(self) -> None:
        """Note where a fault of our own happened; Textual would print every local variable."""
        error: BaseException | None = self._exception
        if isinstance(error, WorkerFailed):
            error = error.error
        self._end_faulty(fault.place(error) if error else "?")

    def panic(self, *renderables: object) -> None:
        """End after a fault, without drawing what Textual knows of it; a lost terminal is none."""
        if terminal_gone():
            self.end(HANGUP)
        else:
            self._end_faulty("the screen could not be drawn")

    def _end_faulty(self, fault: str) -> None:
        self.fault = self.fault or fault
        self.keeper.keep_now(self.question.draft)
        if self.ending is None:
            self._return_code = BUG
        self._close_messages_no_wait()


def _load_ahead() -> None:
    """Load modules that the next stages need."""
    import importlib

    for name in (
        "mailwizard.tui.screens.address",
        "mailwizard.discovery",
        "mailwizard.knowledge",
        "email_validator",
        "mailwizard.tui.screens.servers",
        "mailwizard.tui.screens.sign_in",
        "mailwizard.tui.screens.client",
        "mailwizard.tui.screens.browser",
        "mailwizard.tui.screens.validate",
        "mailwizard.checks",
        "mailwizard.diagnosis",
    ):
        importlib.import_module(name)

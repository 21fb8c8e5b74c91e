"""A screen is a question: it is given a draft, and a person's answer makes it the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widget import Widget

from mailwizard.draft import Draft, Service, Stage
from mailwizard.faces.menu import EVIDENCE as EVIDENCE_MOVE
from mailwizard.faces.menu import MESSAGE
from mailwizard.faces.practice import cue
from mailwizard.faces.session import Session
from mailwizard.faces.words import STAGE_WORDS, too_small
from mailwizard.model import Address
from mailwizard.tui.screens.quiet import QuietScreen
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.bars import EVIDENCE as EVIDENCE
from mailwizard.tui.widgets.bars import HELP as HELP
from mailwizard.tui.widgets.bars import PROGRAM, KeyBar, TopBar, arranged
from mailwizard.tui.widgets.flow import Flow
from mailwizard.tui.widgets.plain import Plain
from mailwizard.tui.widgets.rail import Rail

if TYPE_CHECKING:
    from mailwizard.tui.screens.panel import Panel

SMALLEST = (60, 20)
BACK = ("F3", "back")
LEAVE = ("^C", "leave, draft kept")
LEAVE_ONLY = ("^C", "leave")
"""Where no draft is kept."""
ORIGINS = ("F4", "where from")
MORE = ("PgDn", "more")


class Question(QuietScreen[None]):
    """The frame around every stage: what is set up, where we are, what is asked, which keys do what."""

    STAGE: ClassVar[Stage]
    TITLE_TEXT: ClassVar[str] = ""
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (HELP, EVIDENCE, BACK, LEAVE)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (76, "-normal"), (110, "-wide")]  # noqa: RUF012
    AUTO_FOCUS = "#body *, #actions *"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "evidence", "Evidence"),
        Binding("f3", "back", "Back"),
        Binding("f9", "message", "Error message"),
        Binding("shift+tab", "previous", "Previous"),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
        Binding("left", "app.focus_previous", show=False),
        Binding("pageup", "scroll(-1)", show=False),
        Binding("pagedown", "scroll(1)", show=False),
        Binding("q,f10", "app.leave", "Leave"),
    ]

    class AddressRead(Message):
        """An address is known well enough to look for its servers."""

        def __init__(self, address: Address, service: Service) -> None:
            super().__init__()
            self.address, self.service = address, service

    class Wanted(Message):
        """The person wants to read something beside the question."""

        def __init__(self, panel: Panel) -> None:
            super().__init__()
            self.panel = panel

    def __init__(self, draft: Draft, session: Session) -> None:
        super().__init__()
        self.draft, self.session = draft, session
        self.ready = False
        self.before_small: Widget | None = None
        """What had the focus before the terminal became too small."""
        self.answer: asyncio.Future[Draft] = asyncio.get_running_loop().create_future()

    def compose(self) -> ComposeResult:
        """Draw the frame, and the question in it."""
        purpose = self.draft.purpose
        title = purpose.title if purpose else PROGRAM
        yield TopBar(self.subject, self.place, self.practice_line, title=title, code=self.code)
        with Horizontal(id="middle"):
            with Vertical(id="main"):
                with VerticalScroll(id="body", can_focus=False):
                    yield from self.body()
                with Flow(id="actions"):
                    yield from self.actions()
            yield Rail(self.draft, id="rail")
        yield KeyBar(self.footer(self.KEYS))

    def body(self) -> ComposeResult:
        """Draw what is asked."""
        yield from ()

    def actions(self) -> ComposeResult:
        """Draw what can be done, the usual first."""
        yield Action("Continue", id="continue")
        if self.draft.answered:
            yield Action("Back", "F3", id="back")

    @property
    def subject(self) -> str:
        """Return whose account this is about."""
        return self.draft.address.display if self.draft.address else ""

    @property
    def place(self) -> str:
        """Return which stage of how many this is."""
        order = list(Stage)
        return f"{STAGE_WORDS[self.STAGE]} {order.index(self.STAGE) + 1}/{len(order)}"

    @property
    def practice_line(self) -> str:
        """Return what to do here in a practice world, or nothing."""
        if self.session.practice is None:
            return ""
        return cue(self.session.practice, self.STAGE, switched=not self.session.open_switches)

    def on_resize(self) -> None:
        """Say so where the terminal is too small, and stay alive."""
        width, height = self.app.size
        self.call_after_refresh(self.name_keys)
        small = width < SMALLEST[0] or height < SMALLEST[1]
        if small and not self.has_class("-small"):
            self.before_small = self.focused
        self.set_class(small, "-small")
        if not small and self.before_small:
            self.call_after_refresh(self.before_small.focus)
            self.before_small = None
        if small:
            if not self.query("#small"):
                self.mount(Plain(id="small"))
            self.query_one("#small", Plain).say(too_small((width, height), SMALLEST))

    def notice(self, text: str) -> None:
        """Say one sentence above the actions, or nothing."""
        self.query("#main > .notice").remove()
        if text:
            self.warn()
            self.query_one("#main").mount(Plain(text, classes="notice"), before="#actions")

    def reply(self, draft: Draft) -> None:
        """Hand over the answer, and forget what was only typed."""
        if not self.answer.done():
            self.session.forget(self.STAGE)
            self.session.went_back = False
            self.answer.set_result(draft)

    @property
    def standing(self) -> Draft:
        """Return the draft with what was typed and is not answered yet, as far as it can be read."""
        return self.draft

    def remember(self) -> None:
        """Note what was typed and not answered."""

    def recall(self, key: str, default: str) -> str:
        """Return what was typed here before, or what the draft says."""
        return self.session.typed.get((self.STAGE, key), default)

    def note(self, key: str, value: str) -> None:
        """Note one typed value."""
        self.session.typed[self.STAGE, key] = value

    def on_mount(self) -> None:
        """Begin, now that everything can be found on the screen."""
        self.ready = True
        if self.session.notice:
            self.notice(self.session.notice)
            self.session.notice = ""
        self.begin()
        self.found()
        scroller = self.scroller
        for change in ("virtual_size", "scroll_y", "show_vertical_scrollbar"):
            self.watch(scroller, change, self.name_keys_soon)
        self.call_after_refresh(self.query_one("#body").scroll_home, animate=False)

    def begin(self) -> None:
        """Set up what the question needs."""

    def hear(self) -> None:
        """Discovery has told something new."""
        if self.ready:
            self.found()

    def found(self) -> None:
        """Show what discovery knows by now."""

    def holds(self, moment: float) -> bool:
        """Return whether a key typed at this moment is meant for the next question, which is about to be asked."""
        return False

    def stop(self) -> bool:
        """Stop what runs; return whether anything did."""
        return False

    def go_back(self, draft: Draft) -> None:
        """Leave this question unanswered for an earlier one; nothing typed is lost."""
        if not self.answer.done():
            self.stop()
            self.remember()
            self.session.went_back = True
            self.answer.set_result(draft)

    def action_back(self) -> None:
        """Ask for the last answer again."""
        if self.draft.answered:
            self.go_back(self.draft.back())

    def action_previous(self) -> None:
        """Go to the field before; before the first one goes back a stage."""
        chain = [widget for widget in self.focus_chain if not isinstance(widget, Rail)]
        if self.focused is None or (chain and self.focused is chain[0]):
            self.action_back()
        else:
            self.focus_previous()

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys that do something now."""
        return self.KEYS

    @property
    def scroller(self) -> Widget:
        """Return what is scrolled by pages."""
        return self.query_one("#body")

    def action_scroll(self, pages: int) -> None:
        """Scroll the question by a page."""
        scroller = self.scroller
        scroller.scroll_relative(y=pages * max(1, scroller.size.height - 2), animate=False)
        self.call_after_refresh(self.name_keys)

    def name_keys_soon(self) -> None:
        """Name the keys once everything has its size."""
        self.call_after_refresh(self.name_keys)

    def name_keys(self) -> None:
        """Name the keys that do something, the one that shows more only where there is more below."""
        if self.ready:
            scroller = self.scroller
            more = scroller.show_vertical_scrollbar and scroller.scroll_y < scroller.max_scroll_y
            keys = self.footer(self.keys)
            self.query_one(TopBar).say(self.practice_line)
            self.query_one(TopBar).call(self.code)
            self.query_one(KeyBar).show((*keys[:2], MORE, *keys[2:]) if more else keys)

    def footer(self, keys: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        """Return keys with what becomes of the draft when the person leaves now, help and the menu before them."""
        stays = self.session.keeps_for_later(self.draft)
        return arranged(keys if stays else tuple(LEAVE_ONLY if key == LEAVE else key for key in keys))

    async def consents(self, question: str, yes: str, no: str) -> bool:
        """Ask something whose harmless answer is no; for use in a worker."""
        from mailwizard.tui.screens.leave import Ask as YesOrNo

        answer: bool = await self.app.push_screen_wait(YesOrNo(question, yes, no))
        return answer

    def everywhere(self) -> dict[str, Callable[[], object]]:
        """Return what can be done beside the page's own business."""
        return {**super().everywhere(), EVIDENCE_MOVE: self.action_evidence, MESSAGE: self.action_message}

    def action_evidence(self) -> None:
        """Show everything that was seen so far."""
        from mailwizard.tui.screens.evidence import AllEvidence

        self.post_message(self.Wanted(AllEvidence(self.seen)))

    @property
    def seen(self) -> Draft:
        """Return the draft with everything that was seen for it so far."""
        return self.session.search.into(self.draft)

    @on(Action.Pressed, "#message")
    def action_message(self) -> None:
        """Explain an error message that the person has."""
        from mailwizard.tui.screens.message import ErrorMessage

        self.post_message(self.Wanted(ErrorMessage(self.draft, self.session)))

    @on(Action.Pressed, "#back")
    def _back(self) -> None:
        self.action_back()

    @on(Rail.Wanted)
    def _wanted(self, event: Rail.Wanted) -> None:
        self.go_back(self.draft.back_to(event.stage))

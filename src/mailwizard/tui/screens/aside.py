"""A page beside the question that has an answer of its own; whoever asked waits for it."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from mailwizard.faces.choice import Move
from mailwizard.tui.screens.panel import Page
from mailwizard.tui.screens.quiet import QuietScreen
from mailwizard.tui.widgets.action import Action, buttons
from mailwizard.tui.widgets.bars import KeyBar, TopBar, arranged
from mailwizard.tui.widgets.flow import Flow
from mailwizard.tui.widgets.plain import Plain

T = TypeVar("T")


class Aside(QuietScreen[T | None], Generic[T]):
    """The frame of such a page; Esc, F3 and Ctrl+C give up, which leaves no trace."""

    DEFAULT_CSS = """
    Aside #page { height: 1fr; padding: 0; }
    Aside #page > * { margin: 0 1; }
    Aside #page > .head { text-style: bold; margin: 0 1 1 1; }
    Aside #page > .gap { margin: 1 1 0 1; }
    Aside > #actions, Aside > .notice { margin: 0 1; }
    """
    TYPE_AHEAD = False
    KEYS: tuple[tuple[str, str], ...] = (("Esc", "cancel"),)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f3", "give_up", "Cancel"),
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
        Binding("pageup", "scroll(-1)", show=False),
        Binding("pagedown", "scroll(1)", show=False),
        Binding("f10", "app.leave", show=False),
    ]

    def __init__(self, subject: str, place: str, practice: str = "") -> None:
        super().__init__()
        self.subject, self.place, self.practice = subject, place, practice

    def compose(self) -> ComposeResult:
        """Draw the frame and the page in it."""
        yield TopBar(self.subject, self.place, self.practice, code=self.code)
        with Page(id="page"):
            yield from self.page()
        with Flow(id="actions"):
            yield from self.actions()
        yield KeyBar(arranged(self.KEYS))

    def page(self) -> ComposeResult:
        """Draw what is to be read and typed."""
        yield from ()

    def actions(self) -> ComposeResult:
        """Draw what can be done."""
        yield Action("Cancel", "Esc", id="cancel")

    def on_mount(self) -> None:
        """Name the keys, the one that shows more only where there is more below."""
        for change in ("virtual_size", "scroll_y", "show_vertical_scrollbar"):
            self.watch(self.query_one(Page), change, self.name_keys_soon)

    def name_keys_soon(self) -> None:
        """Name the keys once everything has its size."""
        self.call_after_refresh(self.name_keys)

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys that do something now."""
        return self.KEYS

    def name_keys(self) -> None:
        """Name the keys that do something now."""
        page = self.query_one(Page)
        more = page.show_vertical_scrollbar and page.scroll_y < page.max_scroll_y
        keys = arranged(self.keys)
        self.query_one(KeyBar).show((*keys[:2], ("PgDn", "more"), *keys[2:]) if more else keys)

    def action_scroll(self, pages: int) -> None:
        """Scroll by a page, whatever has the focus."""
        page = self.query_one(Page)
        page.scroll_relative(y=pages * max(1, page.size.height - 2), animate=False)

    async def offer(self, actions: list[Move], *, focus: bool = True) -> None:
        """Draw other actions."""
        flow = self.query_one("#actions", Flow)
        await flow.refill(buttons(actions))
        self.name_keys()
        if focus:
            flow.focus_first()

    def say(self, text: str) -> None:
        """Say one sentence above the actions, or nothing."""
        self.query(".notice").remove()
        if text:
            self.mount(Plain(text, classes="notice"), before="#actions")

    @on(Action.Pressed, "#cancel")
    def action_give_up(self) -> None:
        """Go back to the question without an answer."""
        self.dismiss(None)

"""A page to read beside the question: help, evidence, a note to pass on."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from mailwizard.faces.help import KEYS, heading, named, pages
from mailwizard.faces.help import Page as Leaf
from mailwizard.tui.screens.quiet import QuietScreen
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.bars import KeyBar, TopBar, arranged
from mailwizard.tui.widgets.flow import Flow
from mailwizard.tui.widgets.plain import Plain


class Page(VerticalScroll, can_focus=True):
    """Text that is scrolled with the arrows."""


class Panel(QuietScreen[None]):
    """A page over the question; Esc or the key that opened it closes it."""

    DEFAULT_CSS = """
    #page { height: 1fr; padding: 0 1; }
    """
    KEYS: tuple[tuple[str, str], ...] = (("Arrows", "scroll"), ("Esc", "close"))
    AUTO_FOCUS = "Page"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f2,f3", "close", "Close", show=False),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
        Binding("pageup", "scroll(-1)", show=False),
        Binding("pagedown", "scroll(1)", show=False),
        Binding("f10", "app.leave", show=False),
    ]

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.heading = heading

    def compose(self) -> ComposeResult:
        """Draw the frame and the page in it."""
        yield TopBar(self.heading, "", code=self.code)
        with Page(id="page"):
            yield from self.page()
        yield from self.below()
        with Flow(id="actions"):
            yield from self.actions()
            yield Action("Close", "Esc", id="close")
        yield KeyBar(arranged(self.KEYS))

    def page(self) -> ComposeResult:
        """Draw what is to be read."""
        yield from ()

    def below(self) -> ComposeResult:
        """Draw what stands below the page whatever is scrolled."""
        yield from ()

    def actions(self) -> ComposeResult:
        """Draw what can be done with it."""
        yield from ()

    def on_mount(self) -> None:
        """Begin to name the keys."""
        for change in ("virtual_size", "scroll_y", "show_vertical_scrollbar"):
            self.watch(self.query_one(Page), change, self.name_keys_soon)

    def name_keys_soon(self) -> None:
        """Name the keys once everything has its size."""
        self.call_after_refresh(self.name_keys)

    def name_keys(self) -> None:
        """Name the keys, the one that shows more only where there is more below."""
        page = self.query_one(Page)
        more = page.show_vertical_scrollbar and page.scroll_y < page.max_scroll_y
        keys = arranged(self.KEYS)
        self.query_one(KeyBar).show((*keys[:2], ("PgDn", "more"), *keys[2:]) if more else keys)

    def action_scroll(self, pages: int) -> None:
        """Scroll by a page, whatever has the focus."""
        page = self.query_one(Page)
        page.scroll_relative(y=pages * max(1, page.size.height - 2), animate=False)

    @on(Action.Pressed, "#close")
    def action_close(self) -> None:
        """Go back to the question."""
        self.dismiss()


class Help(Panel):
    """What is asked on a page, word by word: what had the focus first."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1", "close", "Close", show=False)]

    def __init__(self, page: Leaf, first: str = "") -> None:
        super().__init__(f"Help: {heading(page)}")
        self.leaf, self.first = page, first

    @property
    def explained_as(self) -> Leaf | None:
        """Return the page of the help about help."""
        return pages()["help"]

    def page(self) -> ComposeResult:
        """Draw a paragraph for each word."""
        for word, text in (*self.leaf.texts(self.first), *KEYS):
            yield Plain((word, "bold"), "\n", text, classes="paragraph")
        yield Plain(("This page", "bold"), "\n", named(self.leaf), classes="paragraph")

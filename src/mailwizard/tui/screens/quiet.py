"""Screens that draw no more than what changed."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import ClassVar, Generic, TypeVar

from textual.binding import Binding, BindingType
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from mailwizard.faces.choice import Choice
from mailwizard.faces.help import Page, for_screen, spoken
from mailwizard.faces.menu import GLOBAL, HELP, LEAVE, stage_words
from mailwizard.faces.words import speaks_unicode
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.rail import Rail

T = TypeVar("T")
Doers = list[tuple[Choice, Callable[[], object]]]
"""What the menu offers, each with what does it."""


class QuietScreen(Screen[T], Generic[T]):
    """A screen on which moving the focus draws two widgets, not everything: that counts on a slow line."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """The widget that has the focus."""
    TYPE_AHEAD: ClassVar[bool] = True
    """Whether keys count that were typed before this screen was seen."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help", show=False),
        Binding("ctrl+o,slash", "menu", "Menu", show=False),
    ]

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name, id, classes)
        if not speaks_unicode():
            self.add_class("-ascii")
        self.since = 0.0 if self.TYPE_AHEAD else time.monotonic()
        """The moment before which nothing was typed for what is asked now."""

    def warn(self) -> None:
        """Let nothing count that was typed before the person could read what is said now."""
        self.since = time.monotonic()

    @property
    def explained_as(self) -> Page | None:
        """Return the page of the help that this screen is, as it looks now."""
        return for_screen(type(self).__module__)

    @property
    def code(self) -> str:
        """Return what this page is called on the telephone."""
        return spoken(self.explained_as)

    def action_help(self) -> None:
        """Explain this page, the field or button in hand first."""
        from mailwizard.tui.screens.panel import Help

        if page := self.explained_as:
            self.app.push_screen(Help(page, self.in_hand(page)))

    def in_hand(self, page: Page) -> str:
        """Return the name of the field or button that has the focus, where the page explains it."""
        around = [] if self.focused is None else self.focused.ancestors_with_self
        return next((node.id for node in around if node.id and page.of(node.id)), "")

    def action_menu(self) -> None:
        """Offer all that can be done here."""
        from mailwizard.tui.screens.menu import Menu

        doers = self.doers()
        self.app.push_screen(Menu(tuple(choice for choice, _ in doers)), lambda key: self.do(doers, key))

    def do(self, doers: Doers, key: str | None) -> None:
        """Do what was chosen in the menu."""
        for choice, does in doers:
            if choice.key == key:
                does()

    def doers(self) -> Doers:
        """Return what the menu offers with what does it: the buttons of the page, its keys, what is everywhere."""
        buttons = [action for action in self.query(Action) if action.display and action.is_attached]
        offered: Doers = [
            (Choice(f"button-{n}", one.label, one.key), one.action_press) for n, one in enumerate(buttons)
        ]
        everywhere = self.everywhere()
        taken = {one.key for one in buttons} | {GLOBAL[name][1] for name in everywhere}
        offered += [
            (Choice(f"key-{key}", f"{word[:1].upper()}{word[1:]}", key), partial(self.app.simulate_key, key.lower()))
            for key, word in self.keys
            if key not in taken and key[:1] == "F" and key[1:].isdecimal()
        ]
        offered += [(Choice(name, *GLOBAL[name]), everywhere[name]) for name in GLOBAL if name in everywhere]
        done = [(rail, stage) for rail in self.query(Rail) if not rail.disabled for stage in rail.open]
        return offered + [
            (Choice(f"stage-{stage}", stage_words(stage)), partial(rail.ask, stage)) for rail, stage in done
        ]

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys that the page names, each with its word."""
        return ()

    def everywhere(self) -> dict[str, Callable[[], object]]:
        """Return what can be done beside the page's own business."""
        return {HELP: self.action_help, LEAVE: partial(self.app.call_later, self.app.run_action, "leave")}

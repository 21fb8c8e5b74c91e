"""Screens that draw no more than what changed."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from mailwizard.tui.shown import speaks_unicode

T = TypeVar("T")


class QuietScreen(Screen[T], Generic[T]):
    """A screen on which moving the focus draws two widgets, not everything: that counts on a slow line."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """The widget that has the focus."""

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name, id, classes)
        if not speaks_unicode():
            self.add_class("-ascii")

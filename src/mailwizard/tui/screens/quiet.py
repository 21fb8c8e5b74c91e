"""Screens that draw no more than what changed."""

from __future__ import annotations

import time
from typing import ClassVar, Generic, TypeVar

from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from mailwizard.faces.words import speaks_unicode

T = TypeVar("T")


class QuietScreen(Screen[T], Generic[T]):
    """A screen on which moving the focus draws two widgets, not everything: that counts on a slow line."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """The widget that has the focus."""
    TYPE_AHEAD: ClassVar[bool] = True
    """Whether keys count that were typed before this screen was seen."""

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name, id, classes)
        if not speaks_unicode():
            self.add_class("-ascii")
        self.since = 0.0 if self.TYPE_AHEAD else time.monotonic()
        """The moment before which nothing was typed for what is asked now."""

    def warn(self) -> None:
        """Let nothing count that was typed before the person could read what is said now."""
        self.since = time.monotonic()

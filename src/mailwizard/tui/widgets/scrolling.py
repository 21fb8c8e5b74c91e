"""Scroll bars for terminals that show ASCII only."""

from __future__ import annotations

from typing import ClassVar

from textual.scrollbar import ScrollBar, ScrollBarRender

from mailwizard.faces.words import speaks_unicode


class BlockBar(ScrollBarRender):
    """A scroll bar made of coloured blanks, without the fine ends that need other characters."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


def choose_bars() -> None:
    """Let all scroll bars be drawn in what the terminal can show."""
    ScrollBar.renderer = ScrollBarRender if speaks_unicode() else BlockBar

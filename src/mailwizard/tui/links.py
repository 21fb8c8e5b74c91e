"""Addresses of pages as links that a terminal opens (OSC 8), always with the address itself as their text.

Only texts of our own hold links: guides, and the page of an issuer that the person chose. What a server says never
becomes one.
"""

from __future__ import annotations

import os
import re

from textual.content import Content
from textual.style import Style

from mailwizard.tui.shown import said

_PAGE = re.compile(r"https://[!-~]+[/\w]")
_KNOW = (
    "xterm",
    "tmux",
    "screen",
    "kitty",
    "foot",
    "alacritty",
    "wezterm",
    "ghostty",
    "vte",
    "rxvt",
    "konsole",
    "iterm",
)
"""How the names of terminals begin that take a link, or swallow it without a trace."""
MOST = 3000
"""Bytes that the links of one text may cost on the line."""


def known() -> bool:
    """Return whether this terminal makes links of links, and no letters."""
    return os.environ.get("TERM", "").lower().startswith(_KNOW)


def linked(text: str) -> Content:
    """Return a text of our own with the addresses in it as links."""
    content = said(text)
    if known():
        for page in _PAGE.finditer(content.plain):
            content = content.stylize(Style(link=page[0]), page.start(), page.end())
    return content


def pieces(page: str, lines: list[Content]) -> list[Content]:
    """Return the lines over which one long address runs, each a link to all of it where that is not too dear."""
    if not known() or not _PAGE.fullmatch(page):
        return lines
    linked = max(1, MOST // (len(page) + 40))
    return [line.stylize(Style(link=page)) if at < linked else line for at, line in enumerate(lines)]

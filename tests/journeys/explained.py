"""Whether help explains what stands on a screen, in the words that stand there."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen
from textual.widget import Widget

from mailwizard.faces.help import ANY, ELLIPSIS, Help, Page
from mailwizard.tui.screens.quiet import QuietScreen
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.field import Field


def unexplained(screen: Screen[Any], text: str) -> list[str]:
    """Return what on a screen has no help, or has it under another name; ``text`` is what a person reads on it."""
    assert isinstance(screen, QuietScreen)
    page = screen.explained_as
    if page is None:
        return [f"{screen!r} is on no page of the help"]
    title = page.title.partition(ELLIPSIS)[0].strip()
    wrong = [f"{page.id}: {title!r} does not stand on the screen"] if title not in text else []
    if page.code not in text:
        wrong.append(f"{page.id}: {page.code} does not stand on the screen")
    found = [(widget, _help(widget, page)) for widget in screen.focus_chain]
    wrong += [f"{page.id}: nothing explains {widget!r}" for widget, help in found if help is None]
    labelled = [(one, _help(one, page), one.label) for one in (*screen.query(Action), *screen.query(Field))]
    return wrong + [
        f"{page.id}: {widget!r} is called {label!r}, the help says {help.label!r}"
        for widget, help, label in labelled
        if help is not None and widget.display and help.label != ANY and label not in help.labels
    ]


def _help(widget: Widget, page: Page) -> Help | None:
    """Return what explains a widget, or what it is in."""
    keys = (node.id for node in widget.ancestors_with_self if node.id)
    return next((help for key in keys if (help := page.of(key))), None)

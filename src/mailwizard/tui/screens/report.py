"""A report for whoever helps: first what is in it, then where it goes, then it is written."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from mailwizard.faces.reporting import NAMES, TITLE, WRITE, Preview, Reporting, save, suggested
from mailwizard.tui.screens.panel import Panel
from mailwizard.tui.shown import said
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.entry import Entry
from mailwizard.tui.widgets.facts import Facts
from mailwizard.tui.widgets.field import Field
from mailwizard.tui.widgets.plain import Plain

SHOWN = 100_000
"""Characters of the text that are shown."""
_TEXT = {False: "Show the text", True: "Show what is in it"}


class SaveReport(Panel):
    """What would be written, to the letter where that is wanted, and the file."""

    DEFAULT_CSS = """
    SaveReport #path { margin: 0 1; }
    """
    KEYS: tuple[tuple[str, str], ...] = (("Arrows", "scroll"), ("Enter", "in the field: write it"), ("Esc", "close"))
    AUTO_FOCUS = "#path Entry"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f12", "close", "Close", show=False)]

    def __init__(self, reporting: Reporting) -> None:
        super().__init__(TITLE)
        self.reporting = reporting
        self.pseudonyms, self.whole = False, False
        self.preview: Preview | None = None

    def page(self) -> ComposeResult:
        """Draw what is in it as soon as that is known."""
        yield Plain("Looking at what is in it …", id="held")

    def below(self) -> ComposeResult:
        """Draw where it goes."""
        yield Field("File", Entry(suggested(), id="path-entry"), id="path")

    def actions(self) -> ComposeResult:
        """Draw the ways."""
        yield Action(WRITE, id="save")
        yield Action(NAMES[self.pseudonyms], id="names")
        yield Action(_TEXT[self.whole], id="text")

    def on_mount(self) -> None:
        """Find out what is in it."""
        super().on_mount()
        self.look()

    @work(exclusive=True, group="look")
    async def look(self) -> None:
        """Show what would be written now."""
        self.preview = await asyncio.to_thread(self.reporting.preview, pseudonyms=self.pseudonyms)
        page = self.query_one("#page")
        async with self.batch():
            await page.remove_children()
            if self.whole:
                await page.mount(Plain(self.preview.text[:SHOWN]))
            else:
                rows = [(said((f"{word:<9}", "bold")), said(text)) for word, text in self.preview.rows]
                await page.mount(Plain("This is in it, and nothing else:", classes="paragraph"), Facts(rows))
        self.name_keys_soon()

    @on(Action.Pressed, "#names")
    def _rename(self, event: Action.Pressed) -> None:
        self.pseudonyms = not self.pseudonyms
        event.action.rename(NAMES[self.pseudonyms])
        self.look()

    @on(Action.Pressed, "#text")
    def _show(self, event: Action.Pressed) -> None:
        self.whole = not self.whole
        event.action.rename(_TEXT[self.whole])
        self.look()

    @on(Entry.Submitted)
    @on(Action.Pressed, "#save")
    def _save(self) -> None:
        self.save()

    @work(exclusive=True, group="save")
    async def save(self) -> None:
        """Write what is shown, and say what came of it."""
        if self.preview is None:
            return
        field = self.query_one("#path", Field)
        written = await save(self.preview.report, field.value)
        field.wrong("" if written.done else written.sentence)
        self.query(".notice").remove()
        if written.done:
            self.mount(Plain(written.sentence, classes="notice"), before="#actions")
            self.query_one("#close").focus()

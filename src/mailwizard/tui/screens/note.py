"""A note for the admin, to copy, to save, or to print outside the screen."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType

from mailwizard.faces.note_files import WRITE_REQUEST, save_note, write_request
from mailwizard.faces.words import fit
from mailwizard.tui.screens.panel import Panel
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.plain import Plain

if TYPE_CHECKING:
    from mailwizard.operations.request import Request


class Note(Panel):
    """The note, and three ways of getting it out of here."""

    KEYS: tuple[tuple[str, str], ...] = (
        ("Arrows", "scroll"),
        ("c", "copy"),
        ("s", "save"),
        ("p", "print outside"),
        ("Esc", "close"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "Copy"),
        Binding("s", "save", "Save"),
        Binding("p", "print", "Print outside the screen"),
        Binding("r", "request", "Write a request"),
    ]

    def __init__(self, text: str, request: Callable[[], Request] | None = None) -> None:
        super().__init__("A note to pass on")
        self.text, self.request = text, request
        if request is not None:
            self.KEYS = (*self.KEYS[:-1], ("r", "request"), self.KEYS[-1])

    def page(self) -> ComposeResult:
        """Draw the note."""
        yield Plain(self.text)

    def actions(self) -> ComposeResult:
        """Draw the ways."""
        yield Action("Copy", "c", id="copy")
        yield Action("Save as a file", "s", id="save")
        yield Action("Print outside the screen", "p", id="print")
        if self.request is not None:
            yield Action(WRITE_REQUEST, "r", id="request")

    @on(Action.Pressed, "#copy")
    def action_copy(self) -> None:
        """Send the note to the terminal's clipboard, and say what that is worth."""
        self.app.copy_to_clipboard(fit(self.text))
        self.say("Sent to your terminal's clipboard. If it did not arrive (tmux: set-clipboard on), press p.")

    @on(Action.Pressed, "#save")
    def _save(self) -> None:
        self.action_save()

    @work(exclusive=True, group="save")
    async def action_save(self) -> None:
        """Save the note in the home folder, beside the notes that are there."""
        self.say(await save_note(self.text))

    @on(Action.Pressed, "#request")
    def _request(self) -> None:
        self.action_request()

    @work(exclusive=True, group="save")
    async def action_request(self) -> None:
        """Write a file that the admin's mailwizard opens, and show the code to say by telephone."""
        if self.request is not None:
            self.say(await write_request(self.request))

    @on(Action.Pressed, "#print")
    def action_print(self) -> None:
        """Leave the screen for a moment and print the bare text, so that it can be selected."""
        try:
            with self.app.suspend():
                sys.stdout.write(f"\n{fit(self.text)}\n\nPress Enter to go back to mailwizard. ")
                sys.stdout.flush()
                sys.stdin.readline()
        except SuspendNotSupported:
            self.say("This terminal cannot leave the screen. Select the text with the terminal's own means.")

    def say(self, text: str) -> None:
        """Say one sentence."""
        self.query(".notice").remove()
        self.mount(Plain(text, classes="notice"), before="#actions")

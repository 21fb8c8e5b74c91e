"""A note for the admin, to copy or to print outside the screen."""

from __future__ import annotations

import sys
from typing import ClassVar

from textual import on
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType

from mailwizard.tui.screens.panel import Panel
from mailwizard.tui.shown import fit
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.plain import Plain


class Note(Panel):
    """The note, and two ways of getting it out of here."""

    KEYS = (("Arrows", "scroll"), ("c", "copy"), ("p", "print outside"), ("Esc", "close"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "Copy"),
        Binding("p", "print", "Print outside the screen"),
    ]

    def __init__(self, text: str) -> None:
        super().__init__("A note to pass on")
        self.text = text

    def page(self) -> ComposeResult:
        """Draw the note."""
        yield Plain(self.text)

    def actions(self) -> ComposeResult:
        """Draw both ways."""
        yield Action("Copy", "c", id="copy")
        yield Action("Print outside the screen", "p", id="print")

    @on(Action.Pressed, "#copy")
    def action_copy(self) -> None:
        """Send the note to the terminal's clipboard, and say what that is worth."""
        self.app.copy_to_clipboard(fit(self.text))
        self.say("Sent to your terminal's clipboard. If it did not arrive (tmux: set-clipboard on), press p.")

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

"""A note for the admin, to copy, to save, or to print outside the screen."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType

from mailwizard.faces.words import fit, home
from mailwizard.model import Failure
from mailwizard.net.clean import shown_word
from mailwizard.operations import papers
from mailwizard.storage import files
from mailwizard.tui.screens.panel import Panel
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.plain import Plain

if TYPE_CHECKING:
    from mailwizard.operations.request import Request

MOST = 1000
"""Notes that may lie side by side."""
WRITE_REQUEST = "Write a request for the admin"


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
        try:
            path = await asyncio.to_thread(_save, self.text)
        except (Failure, OSError, RuntimeError) as wrong:
            self.say(f"Not saved. {wrong.detail if isinstance(wrong, Failure) else 'There is no home folder.'}")
        else:
            self.say(f"Saved as {home(path)}; only you may read it.")

    @on(Action.Pressed, "#request")
    def _request(self) -> None:
        self.action_request()

    @work(exclusive=True, group="save")
    async def action_request(self) -> None:
        """Write a file that the admin's mailwizard opens, and show the code to say by telephone."""
        if self.request is None:
            return
        try:
            path, code = await asyncio.to_thread(_write, self.request)
        except (Failure, OSError, RuntimeError, ValueError) as wrong:
            self.say(f"Not written. {wrong.detail if isinstance(wrong, Failure) else wrong}")
        else:
            self.say(
                f"Written as {home(path)}, without a secret. Send it to your admin, who types: mailwizard open "
                f"{shown_word(path.name)}. By telephone say its code: {code}"
            )

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


def _save(text: str) -> Path:
    """Write a note to a new file and return its path.

    Raises:
        Failure: ``store.…``.
    """
    path = _free("mailwizard-note", ".txt")
    files.write(path, f"{text}\n".encode(), keep_old=False)
    return path


def _write(make: Callable[[], Request]) -> tuple[Path, str]:
    """Write a request to a new file and return its path and its code.

    Raises:
        ValueError: where an administrator can mend nothing of it.
        Failure: ``store.…``.
    """
    request, path = make(), _free("mailwizard-request", ".json")
    papers.write(path, request)
    return path, request.code


def _free(name: str, ending: str) -> Path:
    """Return the first path in the home folder at which nothing is."""
    names = [f"{name}{ending}", *(f"{name}-{number}{ending}" for number in range(2, MOST))]
    return next(path for name in names if not files.is_there(path := Path.home() / name))

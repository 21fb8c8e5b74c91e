"""One of a few words, on one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import RenderResult
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from mailwizard.tui.shown import said


class Pick(Widget, can_focus=True):
    """A word between arrows; Left, Right and Space take another one, Enter goes on."""

    DEFAULT_CSS = """
    Pick { width: auto; height: 1; }
    Pick:focus { text-style: bold reverse; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        ("left", "turn(-1)", "Previous"),
        ("right,space", "turn(1)", "Next"),
        ("enter", "submit", "Go on"),
    ]

    index: reactive[int] = reactive(0)
    """Which word is taken."""

    class Picked(Message):
        """Another word is taken now."""

        def __init__(self, pick: Pick) -> None:
            super().__init__()
            self.pick = pick

        @property
        def control(self) -> Pick:
            """The picker, for ``@on`` with a selector."""
            return self.pick

    class Submitted(Picked):
        """The person wants to go on with the word that is taken."""

    def __init__(self, words: Sequence[tuple[str, str]], key: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.words = tuple(words)
        self.set_reactive(Pick.index, next((i for i, word in enumerate(self.words) if word[0] == key), 0))

    @property
    def key(self) -> str:
        """Return the key of the word that is taken."""
        return self.words[self.index][0]

    def take(self, key: str) -> None:
        """Take a word by its key."""
        self.index = next((i for i, word in enumerate(self.words) if word[0] == key), self.index)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Return the width of the longest word and its arrows."""
        return max(said(word).cell_length for _, word in self.words) + 4

    def render(self) -> RenderResult:
        """Draw the word between its arrows."""
        width = self.get_content_width(Size(), Size()) - 4
        return said("< ", self.words[self.index][1].ljust(width), " >")

    def watch_index(self) -> None:
        """Tell that another word is taken."""
        self.post_message(self.Picked(self))

    def action_submit(self) -> None:
        """Go on with the word that is taken."""
        self.post_message(self.Submitted(self))

    def action_turn(self, by: int) -> None:
        """Take the next or previous word."""
        self.index = (self.index + by) % len(self.words)

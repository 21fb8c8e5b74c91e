"""Where a person types a value, and where a secret."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import Input


class Entry(Input):
    """A line to type in: no blinking cursor, no border, and what cannot be shown is drawn as a question mark."""

    DEFAULT_CSS = """
    Entry.-textual-compact { text-style: underline; width: 1fr; }
    Entry > .input--cursor { text-style: reverse; background: $background; color: $foreground; }
    Entry > .input--selection { text-style: reverse; background: $background; color: $foreground; }
    Entry:ansi > .input--cursor { text-style: reverse; background: ansi_default; color: ansi_default; }
    """

    def __init__(self, value: str = "", *, password: bool = False, limit: int = 512, id: str | None = None) -> None:
        super().__init__(
            value, password=password, max_length=limit, compact=True, select_on_focus=False, id=id, highlighter=None
        )
        self.cursor_blink = False

    @property
    def _value(self) -> Text:
        shown = "*" * len(self.value) if self.password else _visible(self.value)
        return Text(shown, no_wrap=True, overflow="ignore", end="")


class SecretEntry(Entry):
    """A line for a secret: masked, never copied or cut; it can be shown and pasted into."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,super+c,ctrl+x,super+x", "nothing", show=False),
    ]

    def __init__(self, value: str = "", *, limit: int = 512, id: str | None = None) -> None:
        super().__init__(value, password=True, limit=limit, id=id)

    def action_copy(self) -> None:
        """Copy nothing: a terminal's clipboard is open to others."""

    def action_cut(self) -> None:
        """Cut nothing, for the same reason."""

    def action_nothing(self) -> None:
        """Do nothing."""

    def action_reveal(self) -> None:
        """Show the secret, or hide it again."""
        self.password = not self.password


def _visible(text: str) -> str:
    """Return text of the same length without anything that a terminal would act on."""
    return "".join(c if c.isprintable() else "?" for c in text)

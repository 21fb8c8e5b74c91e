"""A line into which something secret is pasted: it is read at once and never shown."""

from __future__ import annotations

from textual import events
from textual.message import Message

from mailwizard.tui.widgets.entry import SecretEntry

LIMIT = 32 * 1024
"""Characters that are taken, a few lines of another machine among them."""


class PasteEntry(SecretEntry):
    """Takes a paste whole, with all of its lines; what is typed is masked and waits for Enter."""

    class Pasted(Message):
        """Something was pasted."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(limit=LIMIT, id=id)

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.take(event.text)

    def take(self, text: str) -> None:
        """Take a paste behind what was typed before it."""
        whole, self.value = self.value + text, ""
        self.post_message(self.Pasted(whole[:LIMIT]))

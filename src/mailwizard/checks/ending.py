"""A sign-in that works today and will not for long, by what the provider has announced."""

from __future__ import annotations

from datetime import date

from mailwizard import knowledge
from mailwizard.checks.order import Order
from mailwizard.witness import Note

CODE = "sign-in.ends"


def warn_of_the_end(order: Order, note: Note, day: date | None = None) -> None:
    """Let a sign-in that worked end with a warning where its card names the day on which it will not; day by day."""
    ending = knowledge.ending(order.endpoint.host, order.endpoint.protocol, order.proof.kind, day or date.today())
    if ending is None:
        return
    note.warn(CODE, f"{note.detail}; {ending.text}")
    note.add((f"why:{ending.cause}", ending.text), ("ends", "announced"))

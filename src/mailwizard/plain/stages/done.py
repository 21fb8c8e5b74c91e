"""What is set up now."""

from __future__ import annotations

from mailwizard.draft import Draft
from mailwizard.plain.turn import Turn


async def ask(turn: Turn) -> Draft:
    """Say what was saved, what of it ends when, and what to do next; nothing is asked any more."""
    saved = turn.session.saved
    if saved is not None:
        turn.talk.heading(saved.head)
        turn.talk.rows(saved.rows)
        turn.talk.say("", "Next:")
        turn.talk.whole(*saved.commands)
    return turn.draft

"""The first question: what is to be set up."""

from __future__ import annotations

from mailwizard.draft import Draft, Service
from mailwizard.faces.services import KEPT, lines, suggested
from mailwizard.plain.rungs import earlier
from mailwizard.plain.turn import Turn


async def ask(turn: Turn) -> Draft:
    """Ask what is to be set up; a kept draft stands first."""
    key = await turn.talk.choose(
        "What is to be set up?",
        lines(turn.session),
        default=suggested(turn.draft, turn.session),
    )
    if key == KEPT and turn.session.kept:
        draft, turn.session.kept = turn.session.kept, None
        earlier(turn.talk, draft)
        return draft
    return turn.draft.with_service(Service(key))

"""What a stage of the plain face is given: the draft, the memory of the run, and somebody to talk to."""

from __future__ import annotations

from dataclasses import dataclass, field

from mailwizard.draft import Draft
from mailwizard.faces.session import Session
from mailwizard.plain.looking import Looking
from mailwizard.plain.talk import Talk
from mailwizard.plain.working import Working


@dataclass(slots=True)
class Turn:
    """One question's surroundings; ``draft`` is kept up to date by a stage whose work must survive its end."""

    draft: Draft
    session: Session
    talk: Talk
    working: Working
    unanswered: Draft | None = None
    """The draft with what was typed at a stage that is not answered yet: kept where the run ends there."""
    looking: Looking = field(init=False)
    """The search for the servers, which outlives the stage that began it."""

    def __post_init__(self) -> None:
        self.looking = Looking(self.session)

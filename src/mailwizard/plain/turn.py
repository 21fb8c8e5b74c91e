"""What a stage of the plain face is given: the draft, the memory of the run, and somebody to talk to."""

from __future__ import annotations

from dataclasses import dataclass

from mailwizard.draft import Draft
from mailwizard.faces.session import Session
from mailwizard.plain.talk import Talk
from mailwizard.plain.working import Working


@dataclass(slots=True)
class Turn:
    """One question's surroundings; ``draft`` is kept up to date by a stage whose work must survive its end."""

    draft: Draft
    session: Session
    talk: Talk
    working: Working

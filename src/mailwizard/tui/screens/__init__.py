"""The screens: one stage of the wizard or one panel a file.

A stage's module is called like the stage (``exchange`` where one signs in to Exchange Web Services) and offers ``Ask``,
a :class:`~mailwizard.tui.screens.question.Question`.
"""

from __future__ import annotations

import importlib

from mailwizard.draft import Draft, Stage
from mailwizard.faces.session import Session
from mailwizard.model import Protocol
from mailwizard.tui.screens.question import Question


def question_for(draft: Draft, session: Session) -> Question:
    """Return the screen that asks for what the draft lacks first."""
    name = "exchange" if _at_exchange(draft) else draft.stage.replace("-", "_")
    module = importlib.import_module(f"{__name__}.{name}")
    question: Question = module.Ask(draft, session)
    return question


def _at_exchange(draft: Draft) -> bool:
    """Return whether the draft lacks a sign-in to Exchange Web Services, which ask for a domain as well."""
    service = draft.incoming.endpoint.protocol if draft.incoming else None
    return draft.stage is Stage.SIGN_IN and service is Protocol.EWS

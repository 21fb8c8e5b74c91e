"""The screens: one stage of the wizard or one panel a file.

A stage's module is called like the stage and offers ``Ask``, a :class:`~mailwizard.tui.screens.question.Question`.
"""

from __future__ import annotations

import importlib

from mailwizard.draft import Draft
from mailwizard.tui.screens.question import Question
from mailwizard.tui.session import Session


def question_for(draft: Draft, session: Session) -> Question:
    """Return the screen that asks for what the draft lacks first."""
    module = importlib.import_module(f"{__name__}.{draft.stage.replace('-', '_')}")
    question: Question = module.Ask(draft, session)
    return question

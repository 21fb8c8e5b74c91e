"""The stages of the plain face: one module each, called like the stage (``sign_in`` for ``sign-in``).

A module offers ``async def ask(turn) -> Draft``, which asks until its stage is answered and returns the draft with the
answer; ``turn.draft`` is brought up to date while it works, so that nothing is lost when the run ends in between. It
may raise ``Back``, ``Leave`` and ``Ended``. It decides nothing that the full screen decides too: that is in ``faces``.
"""

from __future__ import annotations

import importlib

from mailwizard.draft import Draft
from mailwizard.plain.turn import Turn


async def ask(turn: Turn) -> Draft:
    """Ask for what the draft lacks first."""
    module = importlib.import_module(f"{__name__}.{turn.draft.stage.replace('-', '_')}")
    draft: Draft = await module.ask(turn)
    return draft

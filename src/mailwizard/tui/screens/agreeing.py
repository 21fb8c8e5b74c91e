"""What a person agrees to before servers are taken, asked on the screen."""

from __future__ import annotations

from mailwizard.discovery.retiring import Retiring
from mailwizard.faces.agreeing import KEEP_IT, LET_ME_LOOK, SHOW_ME, USE_IT, doubt, instead, keeps_question
from mailwizard.model import Candidate
from mailwizard.tui.screens.question import Question


class Agreeing(Question):
    """Asks before servers are taken, and proposes what to take in the place of those that end."""

    async def agrees(self, chosen: tuple[Candidate, ...]) -> bool:
        """Return whether the person agrees to servers that could be anybody's; to all others nobody has to."""
        question = doubt(chosen)
        return not question or await self.consents(question, USE_IT, LET_ME_LOOK)

    async def keeps(self, gone: Retiring) -> bool:
        """Return whether the person keeps a web service that its provider closes."""
        return await self.consents(keeps_question(gone), KEEP_IT, SHOW_ME)

    def take_instead(self, gone: Retiring) -> None:
        """Propose what the provider offers in the place of a web service that ends, the best of it chosen."""
        self.draft = instead(self.draft, self.session.search, gone)

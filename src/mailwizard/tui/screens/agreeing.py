"""What a person agrees to before servers are taken: that they may be anybody's, or that they are about to end."""

from __future__ import annotations

from dataclasses import replace

from mailwizard.discovery.ranking import rank
from mailwizard.discovery.retiring import Retiring, closing, retiring
from mailwizard.faces.words import TRUST_WORDS, day
from mailwizard.model import Candidate, Protocol, Trust
from mailwizard.tui.screens.question import Question


class Agreeing(Question):
    """Asks before servers are taken, and knows what to take in the place of those that end."""

    async def agrees(self, chosen: tuple[Candidate, ...]) -> bool:
        """Return whether the person agrees to servers that could be anybody's; to all others nobody has to."""
        weak = [candidate for candidate in chosen if candidate.trust.rank < Trust.PUBLISHED.rank]
        if not weak:
            return True
        hosts = " and ".join(dict.fromkeys(candidate.endpoint.host for candidate in weak))
        how = TRUST_WORDS[min((candidate.trust for candidate in weak), key=lambda trust: trust.rank)]
        question = (
            f"{hosts}: {how}. Your user name and secret will go there, encrypted. Is this your provider's server?"
        )
        return await self.consents(question, "Yes, use it", "No, let me look")

    async def keeps(self, gone: Retiring) -> bool:
        """Return whether the person keeps a web service that its provider closes."""
        question = f"{gone.sentence} Take what {gone.card.name} offers in its place, with the sign-in in a browser?"
        return await self.consents(question, "No, keep this address", "Yes, show me that")

    def take_instead(self, gone: Retiring) -> None:
        """Propose what the provider offers in the place of a web service that ends, the best of it chosen."""
        if self.draft.address is None:
            return
        others = gone.instead(self.draft.address)
        search = self.session.search
        if search.fits(self.draft.address, self.draft.service):
            search.candidates = (*search.candidates, *others)
        best = {one.endpoint.protocol: one for one in reversed(others)}
        ranked = rank((*self.draft.candidates, *others), self.draft.service.first)
        self.draft = replace(
            self.draft.found(ranked), incoming=best.get(Protocol.IMAP), outgoing=best.get(Protocol.SMTP)
        )

    def not_of_ones_own(self, candidate: Candidate | None) -> list[str]:
        """Return what to know where a server of one's own is wanted, and the mailbox is at a provider."""
        wanted = self.draft.service.first
        gone = closing(candidate.provider, wanted, day()) if candidate and wanted else None
        if gone is None or (candidate and candidate.endpoint.protocol is wanted):
            return []
        return [f"This mailbox is in {gone.card.name}, not on a server of your own. {gone.sentence}"]


def ending_among(chosen: tuple[Candidate, ...]) -> Retiring | None:
    """Return what is to be known of the first chosen service that its provider closes."""
    return next((gone for one in chosen if (gone := retiring(one.endpoint, day()))), None)

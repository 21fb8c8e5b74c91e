"""Discovery for one address, going on while the person reads and types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mailwizard.draft import Draft, Service, place
from mailwizard.model import Address, Candidate, Evidence
from mailwizard.net import Net


class Search:
    """What discovery has told so far about one address."""

    def __init__(self) -> None:
        self.address: Address | None = None
        self.service = Service.MAIL
        self.candidates: tuple[Candidate, ...] = ()
        self.clues: tuple[Evidence, ...] = ()
        self.done = False

    def fits(self, address: Address | None, service: Service) -> bool:
        """Return whether this is, or was, the search for an address and service."""
        return address is not None and (self.address, self.service) == (address, service)

    async def run(self, address: Address, service: Service, net: Net, changed: Callable[[], None]) -> None:
        """Search anew; ``changed`` is called at every fact and at the end."""
        self.address, self.service = address, service
        self.candidates, self.clues, self.done = (), (), False
        from mailwizard.discovery import discover
        from mailwizard.knowledge import provider

        def tell(fact: Candidate | Evidence) -> None:
            if isinstance(fact, Candidate):
                self.candidates += (fact,)
            else:
                self.clues = place(self.clues, fact)
            changed()

        card = provider(service.provider) if service.provider else None
        for candidate in card.candidates(address) if card else ():
            tell(candidate)
        await discover(address, net, tell)
        self.done = True
        changed()

    def into(self, draft: Draft) -> Draft:
        """Return the draft with what was found, ranked."""
        from mailwizard.discovery.ranking import rank

        if not self.fits(draft.address, draft.service):
            return draft
        return replace(draft.found(rank(self.candidates)), clues=self.clues)

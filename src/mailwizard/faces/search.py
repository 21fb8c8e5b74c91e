"""Discovery for one address, going on while the person reads and types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from mailwizard.draft import Draft, Service, Stage
from mailwizard.draft.seen import place
from mailwizard.model import Address, Candidate, Evidence, Outcome
from mailwizard.net import Net

if TYPE_CHECKING:
    from mailwizard.discovery.knowing import Known


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

    @property
    def settled(self) -> bool:
        """Return whether both directions have an answer that needs nobody's consent."""
        from mailwizard.discovery.ranking import settled

        return settled(self.candidates)

    @property
    def provider(self) -> str:
        """Return the id of the provider card that was found, or nothing."""
        from mailwizard.discovery import known_provider

        return known_provider(self.clues) or next((found.provider for found in self.candidates if found.provider), "")

    @property
    def notes(self) -> tuple[Known, ...]:
        """Return what to know before signing in."""
        from mailwizard.discovery.knowing import known

        ended = tuple(clue for clue in self.clues if clue.outcome is not Outcome.RUNNING)
        found = bool(self.candidates)
        return known(self.address, ended, self.provider, found=found) if self.address else ()

    @property
    def unheard(self) -> bool:
        """Return whether the search got no answer at all, which says nothing about the address."""
        from mailwizard.discovery.knowing import unheard

        return unheard(self.clues)

    @property
    def meant(self) -> str:
        """Return the address that was meant, where the domain looks like a slip, or nothing."""
        from mailwizard.discovery.knowing import meant

        return meant(self.clues)

    def seen(self, draft: Draft) -> Draft:
        """Return the draft with what was seen for it so far, also while its address is not answered yet."""
        if Stage.ADDRESS in draft.answered or self.fits(draft.address, self.service):
            return self.into(draft)
        return replace(draft, clues=self.clues)

    def into(self, draft: Draft) -> Draft:
        """Return the draft with what was found, ranked."""
        from mailwizard.discovery.ranking import rank

        if not self.fits(draft.address, draft.service):
            return draft
        return replace(draft.found(rank(self.candidates, draft.service.first)), clues=self.clues)

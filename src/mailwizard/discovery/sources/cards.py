"""The provider's own card, found by the address's domain; asks no network."""

from __future__ import annotations

from dataclasses import replace

from mailwizard import knowledge
from mailwizard.discovery.holding import require_mailboxes
from mailwizard.model import Address, Candidate, Step, Trust
from mailwizard.net import Net
from mailwizard.witness import Skip, Witness

LABEL = "known providers"
NETWORK = False
THIRD_PARTY = ""
CEILING = Trust.CURATED
AFTER = 0.0


async def find(address: Address, net: Net, witness: Witness) -> list[Candidate]:
    """Propose the servers of the provider whose domain this is.

    Raises:
        Failure: ``discover.no-client-access`` where that provider lets no mail program in.
    """
    async with witness.step(Step.DISCOVER) as note:
        card = knowledge.by_domain(address.domain)
        if card is None:
            raise Skip("card.unknown", f"no provider card names {address.unicode_domain}")
        note.add(("provider", card.id))
        note.detail = f"{card.name}, as its card of {card.verified} says"
        require_mailboxes(card)
        return [replace(found, source="cards", preference=at) for at, found in enumerate(card.candidates(address))]

"""The provider's own card, found by the address's domain; asks no network."""

from __future__ import annotations

from dataclasses import replace

from mailwizard import knowledge
from mailwizard.model import Address, Candidate, Step
from mailwizard.net import Net
from mailwizard.witness import Skip, Witness

LABEL = "known providers"
NETWORK = False


async def find(address: Address, net: Net, witness: Witness) -> list[Candidate]:
    """Propose the servers of the provider whose domain this is."""
    async with witness.step(Step.DISCOVER) as note:
        card = knowledge.by_domain(address.domain)
        if card is None:
            raise Skip("card.unknown", f"no provider card names {address.unicode_domain}")
        note.add(("provider", card.id))
        note.detail = f"{card.name}, as its card of {card.verified} says"
        return [replace(found, source="cards", preference=at) for at, found in enumerate(card.candidates(address))]

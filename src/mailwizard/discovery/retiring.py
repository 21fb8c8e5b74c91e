"""Web services that their provider is closing, and what to take in their place: pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from mailwizard import knowledge
from mailwizard.discovery.microsoft_names import cloud_of
from mailwizard.knowledge.provider_card import ProviderCard
from mailwizard.model import Address, Candidate, Endpoint, Protocol


@dataclass(frozen=True, slots=True)
class Retiring:
    """A web service that ends or has ended, at one provider."""

    card: ProviderCard
    sentence: str
    """What the provider's card says of it today."""

    def instead(self, address: Address) -> tuple[Candidate, ...]:
        """Return what the provider offers in its place, best first."""
        return self.card.candidates(address)

    def kept(self, candidate: Candidate) -> Candidate:
        """Return the service as it is while it lasts: the provider's, which takes the kinds of sign-in of its card."""
        kinds = tuple(dict.fromkeys(kind for fact in self.card.servers if fact.protocol.web for kind in fact.auth))
        return replace(candidate, provider=self.card.id, auth=kinds or candidate.auth)


def retiring(endpoint: Endpoint, day: date) -> Retiring | None:
    """Return what is to be known of a web service at a provider that closes it; nothing where nobody does."""
    return closing(cloud_of(endpoint.host), endpoint.protocol, day) if endpoint.protocol.web else None


def closing(provider: str, protocol: Protocol, day: date) -> Retiring | None:
    """Return what a provider's card says of a protocol that it closes, on a day."""
    card = knowledge.provider(provider) if provider else None
    told = [fact for fact in card.dated if protocol in fact.protocol and fact.cause and fact.holds(day)] if card else []
    return Retiring(card, told[0].text) if card and told else None

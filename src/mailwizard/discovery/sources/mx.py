"""Who receives the domain's mail (RFC 5321 section 5, RFC 7505), and which provider's card that is."""

from __future__ import annotations

from dataclasses import replace

from mailwizard import knowledge
from mailwizard.discovery.exchangers import best_exchangers
from mailwizard.discovery.holding import passes_on, require_mailboxes
from mailwizard.knowledge.provider_card import ProviderCard
from mailwizard.model import Address, Candidate, Failure, Step, Trust
from mailwizard.net import Net
from mailwizard.witness import Skip, Witness

LABEL = "mail exchangers in DNS"
NETWORK = True
THIRD_PARTY = ""
CEILING = Trust.CURATED
AFTER = 0.0


async def find(address: Address, net: Net, witness: Witness) -> list[Candidate]:
    """Propose the servers of the provider at which the domain's mail arrives; a filter in front is only named.

    Raises:
        Failure: ``dns.null-mx`` where the domain says that it takes no mail, ``discover.no-client-access`` where the
            provider lets no mail program in, and as :meth:`Net.resolve`.
    """
    async with witness.step(Step.DISCOVER) as note:
        hosts = await _look_up(address, net)
        note.add(*(("exchanger", host) for host in hosts))
        matches = [(host, card) for host in hosts if (card := knowledge.by_mx(host))]
        if not matches:
            raise Skip("mx.unknown", f"mail goes to {', '.join(hosts)}, which no provider card names")
        mailboxes = [(host, card) for host, card in matches if not passes_on(card)]
        note.add(*(("gateway", card.id) for _, card in matches if passes_on(card)))
        note.add(*(("provider", card.id) for _, card in mailboxes))
        note.detail = "; ".join(dict.fromkeys(f"mail goes to {card.name} ({host})" for host, card in matches))
        for _, card in mailboxes:
            require_mailboxes(card)
        if not mailboxes:
            note.warn("discover.gateway", f"{note.detail}, which only passes it on")
        return [found for host, card in mailboxes for found in _candidates(address, card, host)]


async def _look_up(address: Address, net: Net) -> tuple[str, ...]:
    """Return the domain's best mail exchangers.

    Raises:
        Skip: where the domain exists and names none.
    """
    try:
        return best_exchangers(await net.resolve(address.domain, "MX"))
    except Failure as failure:
        if failure.code == "dns.nodata":
            raise Skip("dns.nodata", f"{address.unicode_domain} names no mail exchanger") from None
        raise


def _candidates(address: Address, card: ProviderCard, host: str) -> list[Candidate]:
    """Return a card's candidates with the exchanger as the reason."""
    why = f"The domain's mail goes to {host}, which belongs to {card.name}."
    return [replace(found, source="mx", why=why, preference=at) for at, found in enumerate(card.candidates(address))]

"""Who receives the domain's mail (RFC 5321 section 5, RFC 7505), and which provider's card that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailwizard import knowledge
from mailwizard.discovery.asking import ask
from mailwizard.knowledge.provider_card import ProviderCard, ProviderKind
from mailwizard.model import Address, Candidate, Failure, Step
from mailwizard.net import Net, Record
from mailwizard.witness import Skip, Witness

LABEL = "mail exchangers in DNS"
NETWORK = True

_HOLDS_NO_MAILBOX = frozenset({ProviderKind.GATEWAY, ProviderKind.FORWARDER, ProviderKind.GENERAL})


async def find(address: Address, net: Net, witness: Witness) -> list[Candidate]:
    """Propose the servers of the provider at which the domain's mail arrives.

    Raises:
        Failure: ``dns.null-mx`` where the domain says that it takes no mail, and as :meth:`Net.resolve`.
    """
    async with witness.step(Step.DISCOVER) as note:
        hosts = best_exchangers(await _look_up(address, net, witness))
        note.add(*(("exchanger", host) for host in hosts))
        matches = [(host, card) for host in hosts if (card := knowledge.by_mx(host))]
        if not matches:
            raise Skip("mx.unknown", f"mail goes to {', '.join(hosts)}, which no provider card names")
        mailboxes = [(host, card) for host, card in matches if card.kind not in _HOLDS_NO_MAILBOX]
        note.add(*(("gateway", card.id) for _, card in matches if card.kind in _HOLDS_NO_MAILBOX))
        note.add(*(("provider", card.id) for _, card in mailboxes))
        note.detail = "; ".join(dict.fromkeys(f"mail goes to {card.name} ({host})" for host, card in matches))
        return [found for host, card in mailboxes for found in _candidates(address, card, host)]


async def _look_up(address: Address, net: Net, witness: Witness) -> tuple[Record, ...]:
    """Return the domain's mail exchangers.

    Raises:
        Skip: where the domain exists and names none.
    """
    try:
        return await ask(net, address.domain, "MX", witness)
    except Failure as failure:
        if failure.code == "dns.nodata":
            raise Skip("dns.nodata", f"{address.unicode_domain} names no mail exchanger") from None
        raise


def best_exchangers(records: Sequence[Record]) -> tuple[str, ...]:
    """Return the hosts of the best preference, sorted by name.

    Raises:
        Failure: ``dns.null-mx`` where the only one is the root, which means "no mail here" (RFC 7505).
    """
    named = [record for record in records if record.value.strip(".")]
    if not named:
        raise Failure("dns.null-mx", "the domain says in DNS that it takes no mail (null MX, RFC 7505)")
    best = min(record.preference for record in named)
    return tuple(sorted({record.value.lower().rstrip(".") for record in named if record.preference == best}))


def _candidates(address: Address, card: ProviderCard, host: str) -> list[Candidate]:
    """Return a card's candidates with the exchanger as the reason."""
    why = f"The domain's mail goes to {host}, which belongs to {card.name}."
    return [replace(found, source="mx", why=why, preference=at) for at, found in enumerate(card.candidates(address))]

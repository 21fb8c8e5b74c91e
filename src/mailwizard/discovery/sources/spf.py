"""Who may send for the domain (SPF, RFC 7208): a clue to the mailbox's home where the mail exchanger tells nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mailwizard import knowledge
from mailwizard.discovery.exchangers import denies_mail, exchangers
from mailwizard.discovery.holding import passes_on
from mailwizard.knowledge.provider_card import ProviderCard, ProviderKind
from mailwizard.model import Address, Candidate, Failure, Step, Trust
from mailwizard.net import Net
from mailwizard.net.names import registered_domain
from mailwizard.witness import Skip, Witness

LABEL = "who may send for the domain (SPF)"
NETWORK = True
THIRD_PARTY = ""
CEILING = Trust.UNSIGNED
AFTER = 0.0

_HOMES = {"protection.outlook.com": "microsoft365", "_spf.google.com": "google-workspace"}
"""What the two largest tell their customers to include."""
_HOLDS = frozenset({ProviderKind.BUSINESS, ProviderKind.CONSUMER})


async def find(address: Address, net: Net, witness: Witness) -> list[Candidate]:
    """Propose the one mailbox provider that may send for a domain whose mail goes through a filter.

    Raises:
        Failure: where DNS gives no answer.
    """
    async with witness.step(Step.DISCOVER) as note:
        hosts = await _filters(net, address.domain)
        try:
            records = await net.resolve(address.domain, "TXT")
        except Failure as failure:
            if failure.code in {"dns.nodata", "dns.nxdomain"}:
                raise Skip(failure.code, "the domain does not say who may send for it") from None
            raise
        named = includes(record.value for record in records)
        note.add(*(("include", name) for name in named))
        cards = {card.id: (card, name) for name in named if (card := _home(name))}
        if len(cards) != 1:
            raise Skip("discover.no-clue", "who may send for the domain does not tell where its mailboxes are")
        ((card, name),) = cards.values()
        note.add(("leads-to", card.id))
        note.detail = f"behind {', '.join(hosts)} the domain lets {card.name} send for it ({name})"
        why = f"Mail passes a filter first; {card.name} may send for the domain (SPF names {name})."
        return [
            replace(found, source="spf", trust=Trust.UNSIGNED, why=why, preference=place)
            for place, found in enumerate(card.candidates(address))
        ]


async def _filters(net: Net, domain: str) -> tuple[str, ...]:
    """Return the filters that take the domain's mail.

    Raises:
        Skip: where its mail exchangers are something else, so that no clue is needed.
    """
    try:
        hosts = await exchangers(net, domain)
    except Failure as failure:
        if denies_mail(failure):
            raise Skip(failure.code, f"not needed: {failure.detail}") from None
        raise
    if not hosts or not all((card := knowledge.by_mx(host)) and passes_on(card) for host in hosts):
        raise Skip("discover.not-needed", "the mail exchanger is no filter, so that no further clue is needed")
    return hosts


def includes(records: Iterable[str]) -> tuple[str, ...]:
    """Return the names that an SPF record includes or hands over to, in order and each once."""
    found: dict[str, None] = {}
    for record in records:
        words = record.lower().split()
        if words[:1] != ["v=spf1"]:
            continue
        for word in words[1:]:
            mechanism, mark, name = word.lstrip("+?~").replace("redirect=", "redirect:").partition(":")
            if mark and mechanism in {"include", "redirect"}:
                found[name.rstrip(".")] = None
    return tuple(found)


def _home(name: str) -> ProviderCard | None:
    """Return the one mailbox provider to which an included name belongs."""
    for suffix, home in _HOMES.items():
        if name == suffix or name.endswith(f".{suffix}"):
            return knowledge.provider(home)
    owner = registered_domain(name)
    owners = [
        card
        for card in knowledge.providers().values()
        if card.kind in _HOLDS and card.servers and owner in {registered_domain(suffix) for suffix in card.mx}
    ]
    return owners[0] if len(owners) == 1 else None

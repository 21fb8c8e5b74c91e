"""Where ``autodiscover.DOMAIN`` leads: an alias of Microsoft betrays Microsoft 365 also behind a filter."""

from __future__ import annotations

from dataclasses import replace

from mailwizard import knowledge
from mailwizard.discovery.microsoft_names import cloud_of
from mailwizard.model import Address, Candidate, Failure, Step, Trust
from mailwizard.net import Net
from mailwizard.witness import Skip, Witness

LABEL = "the alias autodiscover in DNS"
NETWORK = True
THIRD_PARTY = ""
CEILING = Trust.PUBLISHED
AFTER = 0.0


async def find(address: Address, net: Net, witness: Witness) -> list[Candidate]:
    """Propose Microsoft 365 where the domain's autodiscover name is an alias of Microsoft's.

    Raises:
        Failure: where DNS gives no answer.
    """
    async with witness.step(Step.DISCOVER) as note:
        name = f"autodiscover.{address.domain}"
        try:
            records = await net.resolve(name, "CNAME")
        except Failure as failure:
            if failure.code in {"dns.nodata", "dns.nxdomain"}:
                raise Skip(failure.code, f"{name} is no alias") from None
            raise
        host = records[0].value.lower().rstrip(".")
        note.add(("alias", host))
        card = knowledge.provider(cloud_of(host))
        if card is None:
            raise Skip("discover.unknown-alias", f"{name} is an alias of {host}, which says nothing about mail")
        note.add(("leads-to", card.id))
        note.detail = f"{name} is an alias of {host}, which belongs to {card.name}"
        why = f"{name} is an alias of {host}, which belongs to {card.name} (Exchange Online)."
        return [
            replace(found, source="exchange", trust=Trust.PUBLISHED, why=why, preference=place)
            for place, found in enumerate(card.candidates(address))
        ]

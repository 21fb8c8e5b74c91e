"""Microsoft's own directory of protocols (Autodiscover version 2), asked only where DNS names Microsoft."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from urllib.parse import urlsplit

from mailwizard import knowledge
from mailwizard.discovery.exchangers import denies_mail, exchangers
from mailwizard.discovery.microsoft_names import alias_of, cloud_of, is_microsoft
from mailwizard.discovery.on_the_web import elsewhere
from mailwizard.discovery.publishing import LIMIT
from mailwizard.model import Address, Candidate, Failure, Step, Trust
from mailwizard.net import Net
from mailwizard.witness import Note, Skip, Witness

HOST = "outlook.office365.com"
LABEL = "Microsoft's directory (Autodiscover 2)"
NETWORK = True
THIRD_PARTY = f"{HOST} learns the mail domain, with a made-up name before the @."
CEILING = Trust.PUBLISHED
AFTER = 0.0


async def find(address: Address, net: Net, witness: Witness) -> list[Candidate]:
    """Propose Microsoft 365 where its directory knows the domain; no real address is sent.

    Raises:
        Failure: where DNS gives no answer, and as :meth:`Net.fetch` for what was refused.
    """
    async with witness.step(Step.DISCOVER, LIMIT) as note:
        await _require_microsoft(net, address.domain)
        url = await _where(address, net, note)
        host = urlsplit(url).hostname or ""
        card = knowledge.provider(cloud_of(host))
        if card is None:
            note.detail = f"Microsoft sends mailboxes of this domain on to {host}"
            return [elsewhere(url, address)]
        note.add(("leads-to", card.id))
        note.detail = f"Microsoft's directory knows the domain: {url}"
        why = f"Microsoft's own directory knows the domain and names {host} for it."
        return [
            replace(found, source="microsoft", trust=Trust.PUBLISHED, why=why, preference=place)
            for place, found in enumerate(card.candidates(address))
        ]


async def _require_microsoft(net: Net, domain: str) -> None:
    """Go on only where a mail exchanger or the autodiscover name belongs to Microsoft.

    Raises:
        Skip: where neither does.
        Failure: where DNS gives no answer.
    """
    if cloud_of(await alias_of(net, f"autodiscover.{domain}")):
        return
    try:
        named = await exchangers(net, domain)
    except Failure as failure:
        if not denies_mail(failure):
            raise
        named = ()
    if not any(is_microsoft(host) for host in named):
        raise Skip("discover.not-needed", "nothing in DNS names Microsoft, so Microsoft is not asked")


async def _where(address: Address, net: Net, note: Note) -> str:
    """Return where Microsoft says that Exchange Web Services of the domain are.

    Raises:
        Skip: where it does not know the domain.
    """
    from mailwizard.discovery.documents import autodiscover_json

    made_up = Address(f"nobody-{secrets.token_hex(4)}", address.domain, address.unicode_domain)
    note.add(("asked", HOST), ("learned", f"the domain {address.domain}, with a made-up name before the @"))
    try:
        document = await net.fetch(autodiscover_json.question(HOST, made_up, "Ews"), within=HOST)
        place = await asyncio.to_thread(autodiscover_json.read, document.body, made_up)
    except Failure as failure:
        raise Skip(failure.code, f"{HOST}: {failure.detail}") from None
    if not place.url:
        raise Skip("discover.elsewhere", f"Microsoft's directory does not know the domain: {place.error_text}")
    return place.url

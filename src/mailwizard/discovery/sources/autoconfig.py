"""The configuration document that the domain itself publishes (draft-ietf-mailmaint-autoconfig section 4.1)."""

from __future__ import annotations

import asyncio
from functools import partial
from urllib.parse import quote

from mailwizard.discovery.documents import Configuration
from mailwizard.discovery.publishing import LIMIT, harvest
from mailwizard.model import Address, Candidate, Step, Trust
from mailwizard.net import Net
from mailwizard.witness import Witness

LABEL = "configuration documents of the domain"
NETWORK = True
THIRD_PARTY = ""
CEILING = Trust.PUBLISHED
AFTER = 0.0

_ACCEPT = "application/xml, text/xml"


async def find(address: Address, net: Net, witness: Witness) -> list[Candidate]:
    """Propose the servers of the first document that one of the domain's own hosts has; only they see the address.

    Raises:
        Failure: where DNS gives no answer.
    """
    async with witness.step(Step.DISCOVER, LIMIT) as note:
        places = locations(address)
        got = await harvest({place: partial(_read, net, url, address) for place, url in places.items()})
        got.conclude(note)
        return got.candidates("autoconfig", f"{got.place} publishes it over https.", note)


def locations(address: Address) -> dict[str, str]:
    """Return where the document may be, best first: the host for a person to read, and the URL to ask.

    The address goes along to the first place only, with its dots as they are; the second one takes no query.
    """
    host = f"autoconfig.{address.domain}"
    return {
        host: f"https://{host}/mail/config-v1.1.xml?emailaddress={quote(str(address), safe='')}",
        f"{address.domain}/.well-known": f"https://{address.domain}/.well-known/autoconfig/mail/config-v1.1.xml",
    }


async def _read(net: Net, url: str, address: Address) -> Configuration:
    """Fetch and read one document."""
    document = await net.fetch(url, within=address.domain, accept=_ACCEPT)
    return await asyncio.to_thread(_parse, document.body, address)


def _parse(body: bytes, address: Address) -> Configuration:
    from mailwizard.discovery.documents import autoconfig

    return autoconfig.read(body, address)

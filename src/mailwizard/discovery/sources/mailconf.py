"""The document that a ``mailconf=`` TXT record of the domain points to."""

from __future__ import annotations

import asyncio
from functools import partial
from urllib.parse import urlsplit

from mailwizard.discovery.documents import Configuration
from mailwizard.discovery.publishing import LIMIT, harvest
from mailwizard.model import Address, Candidate, Failure, Step, Trust
from mailwizard.net import Net
from mailwizard.net.names import same_registered_domain
from mailwizard.witness import Skip, Witness

LABEL = "the document named in a TXT record"
NETWORK = True
THIRD_PARTY = ""
CEILING = Trust.PUBLISHED
AFTER = 0.0

_MOST = 2
"""Documents that are fetched, whatever the number of records."""


async def find(address: Address, net: Net, witness: Witness) -> list[Candidate]:
    """Propose the servers of the document that the record points to, where that is https at the domain itself.

    Raises:
        Failure: where DNS gives no answer.
    """
    async with witness.step(Step.DISCOVER, LIMIT) as note:
        urls = await _locations(net, address)
        got = await harvest({url: partial(_read, net, url, address) for url in urls[:_MOST]})
        got.conclude(note)
        return got.candidates("mailconf", f"The domain's mailconf record points to {got.place}.", note)


async def _locations(net: Net, address: Address) -> tuple[str, ...]:
    """Return where the records point.

    Raises:
        Skip: where there is none.
    """
    from mailwizard.discovery.documents import mailconf

    try:
        records = await net.resolve(address.domain, "TXT")
    except Failure as failure:
        if failure.code in {"dns.nodata", "dns.nxdomain"}:
            raise Skip(failure.code, f"{address.unicode_domain} has no TXT record") from None
        raise
    urls = mailconf.locations([record.value for record in records], address)
    if not urls:
        raise Skip("dns.nodata", "no TXT record of the domain names a document")
    return urls


async def _read(net: Net, url: str, address: Address) -> Configuration:
    """Fetch and read one document.

    Raises:
        Failure: ``http.redirect-unsafe`` for a document at somebody else's host, which DNS alone does not vouch for.
    """
    host = urlsplit(url).hostname or ""
    if not same_registered_domain(host, address.domain):
        raise Failure(
            "http.redirect-unsafe", f"{host} belongs to another domain, so it is not asked", facts=(("to", url),)
        )
    document = await net.fetch(url, within=address.domain)
    return await asyncio.to_thread(_parse, document.body, address)


def _parse(body: bytes, address: Address) -> Configuration:
    from mailwizard.discovery.documents import autoconfig

    return autoconfig.read(body, address)

"""The JSON document whose digest stands in DNS (draft-ietf-mailmaint-pacc)."""

from __future__ import annotations

import asyncio
from functools import partial

from mailwizard.discovery.documents import Configuration
from mailwizard.discovery.publishing import LIMIT, harvest
from mailwizard.model import Address, Candidate, Failure, Step, Trust
from mailwizard.net import Net
from mailwizard.witness import Skip, Witness

LABEL = "automatic configuration (PACC)"
NETWORK = True
THIRD_PARTY = ""
CEILING = Trust.PUBLISHED
AFTER = 0.0


async def find(address: Address, net: Net, witness: Witness) -> list[Candidate]:
    """Propose the servers of the document, where DNS vouches for its bytes; without a digest in DNS nothing is fetched.

    Raises:
        Failure: where DNS gives no answer.
    """
    async with witness.step(Step.DISCOVER, LIMIT) as note:
        records = await _vouched(net, address)
        place = f"ua-auto-config.{address.domain}"
        got = await harvest({place: partial(_read, net, records, address)})
        got.conclude(note)
        return got.candidates("pacc", f"{place} publishes it over https, and DNS vouches for the document.", note)


async def _vouched(net: Net, address: Address) -> tuple[str, ...]:
    """Return the TXT records that may hold the digest.

    Raises:
        Skip: where there is none.
    """
    from mailwizard.discovery.documents import pacc

    try:
        records = await net.resolve(f"{pacc.TXT_NAME}.{address.domain}", "TXT")
    except Failure as failure:
        if failure.code in {"dns.nodata", "dns.nxdomain"}:
            raise Skip(failure.code, "DNS holds no digest of such a document") from None
        raise
    values = tuple(record.value for record in records)
    if not pacc.digests(values):
        raise Skip("dns.nodata", "the TXT record holds no digest of a document")
    return values


async def _read(net: Net, records: tuple[str, ...], address: Address) -> Configuration:
    """Fetch and read the document."""
    from mailwizard.discovery.documents import pacc

    document = await net.fetch(pacc.location(address.domain), within=address.domain, accept="application/json")
    return await asyncio.to_thread(pacc.read, document.body, records, address)

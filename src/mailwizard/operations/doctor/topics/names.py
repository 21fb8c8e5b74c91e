"""Whether the names of the saved servers resolve; the only topic that asks the network."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from mailwizard.model import Failure
from mailwizard.operations.doctor.finding import Finding, Level, found
from mailwizard.storage import servers

if TYPE_CHECKING:
    from mailwizard.net import Net, Record

ORDER = 10
NETWORK = True
LIMIT = 5.0
"""Seconds for one name."""
_MOST = 50


async def look(net: Net) -> tuple[Finding, ...]:
    """Return how each saved server's name resolves; the resolver learns these names, and nobody anything else."""
    hosts = await asyncio.to_thread(_hosts)
    if not hosts:
        return (found("names", Level.NOTE, "No server is saved, so no name was asked for."),)
    return tuple(await asyncio.gather(*(_resolved(net, host) for host in hosts[:_MOST])))


def _hosts() -> list[str]:
    hosts: dict[str, None] = {}
    for name in servers.names():
        try:
            server = servers.load(name).server
        except Failure:
            continue
        hosts |= dict.fromkeys(end.host for end in (server.incoming, server.outgoing) if end is not None)
    return [*hosts]


async def _addresses(net: Net, host: str) -> tuple[Record, ...]:
    """Return a host's addresses of the family that it has."""
    try:
        return await net.resolve(host, "A")
    except Failure as failure:
        if failure.code != "dns.nodata":
            raise
    return await net.resolve(host, "AAAA")


async def _resolved(net: Net, host: str) -> Finding:
    begun = time.monotonic()
    try:
        async with asyncio.timeout(LIMIT):
            records = await _addresses(net, host)
    except TimeoutError:
        reason = f"no answer within {LIMIT:g} s"
    except Failure as failure:
        reason = failure.detail or failure.code
    else:
        took = time.monotonic() - begun
        return found("names", Level.OK, f"{host} resolves to {len(records)} addresses in {took:.2f} s.")
    return found(
        "names",
        Level.BROKEN,
        f"{host} does not resolve: {reason}.",
        "The account cannot reach it.",
        "mailwizard check --until reach says more; another resolver: --resolver IP.",
    )

"""Thunderbird's database of providers (ISPDB), asked for the domain and for whoever takes its mail."""

from __future__ import annotations

import asyncio
from functools import partial

from mailwizard import knowledge
from mailwizard.discovery.documents import Configuration
from mailwizard.discovery.exchangers import denies_mail, exchangers
from mailwizard.discovery.publishing import LIMIT, Harvest, Read, harvest
from mailwizard.model import Address, Candidate, Failure, Step, Trust
from mailwizard.net import Net
from mailwizard.net.names import registered_domain
from mailwizard.witness import Note, Skip, Witness

HOST = "autoconfig.thunderbird.net"
LABEL = "Thunderbird's database (ISPDB)"
NETWORK = True
THIRD_PARTY = f"{HOST} learns the mail domain, and the domain of the host that takes its mail."
CEILING = Trust.PUBLISHED
AFTER = 0.1

_INSIDE = frozenset({"local", "localhost", "internal", "intranet", "lan", "corp", "home", "arpa"})
"""Endings of names that exist only inside a network, and that nobody else should hear."""


async def find(address: Address, net: Net, witness: Witness) -> list[Candidate]:
    """Propose the servers that the database names for the domain, or for the domain of its mail exchanger.

    Raises:
        Failure: where DNS gives no answer.
    """
    async with witness.step(Step.DISCOVER, LIMIT) as note:
        if address.domain.rpartition(".")[2] in _INSIDE:
            raise Skip("discover.not-needed", f"{address.unicode_domain} is a name inside a network: not asked for")
        hosts = await _exchangers(net, address.domain)
        got = await _ask(address, (address.domain, *_domains_of(hosts, address.domain)), net, note)
        got.conclude(note)
        if got.place == address.domain:
            return got.candidates("ispdb", f"Thunderbird's database names it for {address.unicode_domain}.", note)
        why = f"Thunderbird's database names it for {got.place}, where the domain's mail goes."
        return got.candidates("ispdb", why, note)


async def _exchangers(net: Net, domain: str) -> tuple[str, ...]:
    """Return the domain's mail exchangers; none where DNS does not say.

    Raises:
        Skip: where the domain does not exist, or takes no mail.
    """
    try:
        return await exchangers(net, domain)
    except Failure as failure:
        if denies_mail(failure):
            raise Skip(failure.code, f"not asked: {failure.detail}") from None
        return ()


async def _ask(address: Address, domains: tuple[str, ...], net: Net, note: Note) -> Harvest:
    """Ask about several domains at once, and write down who learns what."""
    note.add(("asked", HOST))
    note.add(*(("learned", f"the domain {domain}") for domain in domains))
    reads: dict[str, Read] = {domain: partial(_read, net, domain, address) for domain in domains}
    return await harvest(reads)


def _domains_of(hosts: tuple[str, ...], domain: str) -> tuple[str, ...]:
    """Return what may stand in the database for the mail exchangers: each one's next subdomain and base domain.

    A host that a provider card knows needs no question, and a filter's own entry would be the wrong one.
    """
    found: dict[str, None] = {}
    for host in hosts[:1]:
        base = registered_domain(host)
        if knowledge.by_mx(host) or base is None:
            continue
        parent = host.partition(".")[2]
        found |= {name: None for name in (parent, base) if name.endswith(base) and name != domain}
    return tuple(found)


async def _read(net: Net, domain: str, address: Address) -> Configuration:
    """Fetch and read one entry."""
    document = await net.fetch(f"https://{HOST}/v1.1/{domain}", within=HOST)
    return await asyncio.to_thread(_parse, document.body, address)


def _parse(body: bytes, address: Address) -> Configuration:
    from mailwizard.discovery.documents import autoconfig

    return autoconfig.read(body, address)

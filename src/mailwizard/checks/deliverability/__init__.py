"""What the sending domain publishes about its mail, looked up with DNS and HTTPS alone; warnings, never failures.

Each file here is one kind of record: a pure ``parse``, a pure ``judge`` and a look-up between them.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from mailwizard.checks.deliverability import dkim, dmarc, full_reading, mta_sts, null_mx, spf, tls_rpt
from mailwizard.checks.deliverability.finding import Finding, known
from mailwizard.checks.deliverability.publishing import spf_with
from mailwizard.model import Evidence, Failure, Step
from mailwizard.net import Net, addresses
from mailwizard.net.names import registered_domain
from mailwizard.witness import Witness

if TYPE_CHECKING:
    from mailwizard.knowledge.provider_card import ProviderCard

__all__ = ["Finding", "look_up", "relatives", "studying", "tell"]

_LOCAL = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".invalid", ".onion")
"""Names of which DNS knows nothing, and no receiver asks."""
_KEYS_LIMIT = 4.0
"""Seconds in which the usual names of keys are asked about."""
_NETWORKS_OF_ONES_OWN = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))


@asynccontextmanager
async def studying(domains: tuple[str, ...], server: str, net: Net) -> AsyncIterator[asyncio.Task[list[Finding]]]:
    """Look at what these domains publish while something else goes on; what is not done by its end is given up."""
    task = asyncio.create_task(_study(domains, server, net))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def tell(task: asyncio.Task[list[Finding]], witness: Witness) -> None:
    """Tell what was found, each kind of record as evidence of its own, within a third of what a step may take."""
    await asyncio.wait({task}, timeout=witness.limit / 3)
    if task.done() and task.exception() is not None:
        async with witness.step(Step.MAIL_FROM):
            task.result()
    for finding in task.result() if task.done() else ():
        facts = (("record", finding.record), ("domain", finding.domain), *finding.facts)
        step = Step.MAIL_FROM if finding.code else Step.DISCOVER
        witness.remark(Evidence("", step, finding.outcome, finding.code, "", finding.detail, 0.0, facts))


async def _study(domains: tuple[str, ...], server: str, net: Net) -> list[Finding]:
    looks = await asyncio.gather(*(look_up(domain, server, net) for domain in dict.fromkeys(domains)))
    return [finding for findings in looks for finding in findings]


async def look_up(domain: str, server: str, net: Net) -> tuple[Finding, ...]:
    """Return what a domain publishes, read for mail that is sent through a server; nothing for a local name."""
    if "." not in domain or f".{domain}".endswith(_LOCAL):
        return ()
    return tuple(
        replace(finding, domain=domain)
        for found in await asyncio.gather(
            _authentication(domain, server, net),
            _keys(domain, server, net),
            _one("mta-sts", domain, net),
            _one("tls-rpt", domain, net),
            _one("mx", domain, net),
            _full(domain, net),
        )
        for finding in found
    )


async def _one(record: str, domain: str, net: Net) -> tuple[Finding, ...]:
    look = {"mta-sts": mta_sts.look, "tls-rpt": tls_rpt.look, "mx": null_mx.look}[record]
    return (await known(record, look(domain, net)),)


async def _keys(domain: str, server: str, net: Net) -> tuple[Finding, ...]:
    """Return whether a DKIM key is published where the server's provider usually asks for it; nothing where unknown.

    A provider's own domains are its own affair.
    """
    from mailwizard import knowledge

    card = _card(server)
    if card is None or not card.dkim or knowledge.by_domain(domain) is not None:
        return ()
    return (await dkim.look(domain, card.dkim, net, named=False, limit=_KEYS_LIMIT),)


async def _full(domain: str, net: Net) -> tuple[Finding, ...]:
    """Return the closer reading of an extra, where it is installed; a provider's own domains are its own affair."""
    from importlib.util import find_spec

    from mailwizard import knowledge

    if find_spec("checkdmarc") is None or knowledge.by_domain(domain) is not None:
        return ()
    return await full_reading.look(domain, net)


async def _authentication(domain: str, server: str, net: Net) -> tuple[Finding, ...]:
    """Return what SPF and DMARC come to together."""
    sender = await known("spf", _spf(domain, server, net))

    async def policy() -> Finding:
        return dmarc.judge(domain, await dmarc.standing(domain, net), spf_missing=bool(sender.code))

    return sender, await known("dmarc", policy())


async def _spf(domain: str, server: str, net: Net) -> Finding:
    """Return whether the domain names the server; a server in a network of one's own is known to nobody outside."""
    found = [ipaddress.ip_address(record.value) for record in await addresses(net, server)]
    public = [address for address in found if not _private(address)]
    if not public:
        return Finding("spf", "the server is in a private network: what receivers see is not known from here")
    verdict, mechanism = await spf.evaluate(domain, public, net), _mechanism(server)
    finding = spf.judge(domain, verdict, relatives(server), mechanism)
    wanted = spf_with(verdict.record, mechanism) if finding.code else ""
    if not wanted:
        return finding
    with suppress(Failure):
        finding = replace(finding, facts=(*finding.facts, ("spf-cost", str(await spf.cost(domain, wanted, net)))))
    return finding


def _mechanism(server: str) -> str:
    """Return what names a server in an SPF record; nothing for a provider's whose card does not tell.

    A provider hands mail on to servers of its own, so that the name that programs send to says little.
    """
    from mailwizard import knowledge

    card = _card(server)
    if card is not None and card.spf:
        return card.spf
    return "" if any(one.has(server) for one in knowledge.providers().values()) else f"a:{server}"


def _private(address: spf.IpAddress) -> bool:
    return address.is_loopback or address.is_link_local or any(address in network for network in _NETWORKS_OF_ONES_OWN)


def _card(server: str) -> ProviderCard | None:
    """Return the card of the provider that runs a server for its customers' own domains, best known first."""
    from mailwizard import knowledge

    cards = [
        card
        for card in knowledge.providers().values()
        if any(fact.host == server for fact in (*card.servers, *card.hosted))
    ]
    return next((card for card in cards if card.spf or card.dkim), None)


def relatives(server: str) -> frozenset[str]:
    """Return the registered domains of whoever runs a server, as far as its name and the provider cards tell."""
    from mailwizard import knowledge

    names = [server]
    for card in knowledge.providers().values():
        if any(fact.host == server for fact in (*card.servers, *card.hosted)):
            names += [*card.mx, *(fact.host for fact in card.servers)]
    return frozenset(owner for name in names if (owner := registered_domain(name)))

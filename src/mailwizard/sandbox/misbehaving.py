"""The fault world: every misbehaving server at a host of its own, beside the small internet as it is."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import cache

from mailwizard.model import Endpoint, Security
from mailwizard.net import Record
from mailwizard.plugins import plugins
from mailwizard.sandbox import faults
from mailwizard.sandbox.fault import FAULTS, PASSWORD, Fault
from mailwizard.sandbox.mailboxes import Mailbox
from mailwizard.sandbox.manners import Postfix
from mailwizard.sandbox.pki import Certificate
from mailwizard.sandbox.world import Service, World

_FIRST = ipaddress.IPv4Address("198.18.0.1")
"""Of the addresses for measuring networks (RFC 2544), which nobody else here uses."""
_SERVICES = {
    ("smtp", "tls"): "submissions",
    ("smtp", "starttls"): "submission",
    ("imap", "tls"): "imaps",
    ("imap", "starttls"): "imap",
    ("pop3", "tls"): "pop3s",
    ("pop3", "starttls"): "pop3",
}
"""What DNS calls them (RFC 6186, RFC 8314)."""


@cache
def all_faults() -> dict[str, Fault]:
    """Return every misbehaviour by its name, by file and in each file's own order."""
    return {fault.name: fault for file in plugins(faults).values() for fault in file.FAULTS}


def story_of(fault: Fault) -> tuple[str, ...]:
    """Return what to type to meet a fault, and what will happen."""
    right = " or ".join(fault.codes) if fault.code else "nothing amiss, because this can be borne"
    return (
        f"Type the address {fault.address}",
        f"The password is {PASSWORD}",
        f"Only its server for {fault.protocol.upper()} misbehaves, in the step {fault.step}.",
        f"It shows in a check that goes to: {fault.until}",
        f"The check tells {right}.",
    )


def misbehave(world: World, chosen: Iterable[Fault]) -> None:
    """Put misbehaving servers into a world, each with a mail domain that names it in DNS."""
    certificate = Certificate((f"*.{FAULTS}",))
    for number, fault in enumerate(chosen):
        world.zone.add(fault.host, Record("A", str(_FIRST + number), ttl=300), Record("TXT", "v=spf1 a -all", ttl=300))
        world.zone.add(f"_dmarc.{fault.host}", Record("TXT", "v=DMARC1; p=none", ttl=300))
        endpoint = fault.endpoint
        world.services[endpoint.host, endpoint.port] = Service("faulty", Security.STARTTLS, Postfix(), certificate)
        _publish(world, endpoint)
        if fault.partner is not None:
            partner = fault.partner
            world.services[partner.host, partner.port] = Service(
                str(partner.protocol), partner.security, Postfix(), certificate
            )
            _publish(world, partner)
        world.mailboxes.add(Mailbox(fault.address, PASSWORD))


def _publish(world: World, endpoint: Endpoint) -> None:
    """Let DNS name a server of the mail domain that its host is."""
    name = _SERVICES.get((str(endpoint.protocol), str(endpoint.security)))
    if name:
        world.zone.add(f"_{name}._tcp.{endpoint.host}", Record("SRV", endpoint.host, 0, 1, endpoint.port, 300))

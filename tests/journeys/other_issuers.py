"""Practice worlds of issuers that keep to the standards: those of some cards, and one that only its address names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.journeys.shared_world import with_issuer_of_its_own

from mailwizard import knowledge
from mailwizard.model import Security
from mailwizard.net import Record
from mailwizard.sandbox.identity.client import Client
from mailwizard.sandbox.internet import PASSWORD, exchanger, host, listen
from mailwizard.sandbox.mailboxes import Mailbox
from mailwizard.sandbox.pki import Certificate
from mailwizard.sandbox.signing_in import OpenPostfix, standard
from mailwizard.sandbox.world import World

SECRET = "practice-only-not-a-secret"
ADDRESSES = {"fastmail": "alice-practice@fastmail.com", "yahoo": "alice-practice@yahoo.com"}
HOSTS = {
    "fastmail": ("imap.fastmail.com", "smtp.fastmail.com"),
    "yahoo": ("imap.mail.yahoo.com", "smtp.mail.yahoo.com"),
}


@asynccontextmanager
async def world_of(name: str) -> AsyncIterator[World]:
    """Open the world of one card's issuer, whose refresh tokens are good for one use; or ``own-issuer``."""
    if name == "own-issuer":
        async with with_issuer_of_its_own() as world:
            yield world
        return
    world = World(f"{name}-like")
    try:
        await world.prepare()
        _furnish(world, name)
        await world.open()
        yield world
    finally:
        await world.close()


def _furnish(world: World, name: str) -> None:
    card, (imap, smtp) = knowledge.issuers()[name], HOSTS[name]
    world.address, world.password = ADDRESSES[name], PASSWORD
    domain = world.address.rpartition("@")[2]
    for number, each in enumerate((imap, smtp), 60):
        host(world.zone, each, number)
        places = ("imap", 993, Security.TLS) if each == imap else ("smtp", 465, Security.TLS)
        listen(world, each, OpenPostfix(), Certificate((each,)), places)
    world.zone.add(domain, Record("TXT", "v=spf1 a:smtp -all", ttl=3600))
    world.zone.add(f"_dmarc.{domain}", Record("TXT", "v=DMARC1; p=none", ttl=3600))
    exchanger(world.zone, domain, smtp)
    world.mailboxes.add(Mailbox(world.address, PASSWORD))
    secret = SECRET if card.client_secret == "required" else ""
    client = Client(f"{name}-client", secret, redirects=(f"http://127.0.0.1{card.redirect_path}",))
    client.needs_secret = bool(secret)
    standard(world, card, imap, smtp, client=client, accounts=(world.address,), manners=OpenPostfix())

"""Exchange servers as they are when nothing is wrong: a company's own, and Exchange Online."""

from __future__ import annotations

from dataclasses import replace

from mailwizard.model import Security
from mailwizard.sandbox.exchange.manners import ONLINE, ExchangeManners
from mailwizard.sandbox.exchange.service import PATH, Exchange
from mailwizard.sandbox.identity.microsoft import Microsoft
from mailwizard.sandbox.internet import PRACTICE, PRACTICE_HOST, host, unpublish
from mailwizard.sandbox.pki import Certificate
from mailwizard.sandbox.published import pox
from mailwizard.sandbox.web import Answer
from mailwizard.sandbox.world import World

OWN = ExchangeManners(PRACTICE, "PRACTICE")
OFFICE = "outlook.office365.com"
_AUTODISCOVER = f"autodiscover.{PRACTICE}"


def own_server(world: World, manners: ExchangeManners = OWN) -> Exchange:
    """Let the self-hosted domain have an Exchange server and nothing else, told by Autodiscover of both versions.

    The plain old XML names it as Exchange does for the outside of a company (MS-OXDSCLI section 2.2.4.1.1.2.6), and
    takes no sign-in before it.
    """
    for name, port in list(world.services):
        if name == PRACTICE_HOST:
            del world.services[name, port]
    unpublish(world.zone, PRACTICE, "submissions", "submission", "imaps", "imap", "pop3s", "pop3")
    host(world.zone, _AUTODISCOVER, 10)
    certificate = Certificate((PRACTICE_HOST, _AUTODISCOVER))
    world.hosting.certificates.update(dict.fromkeys(certificate.names, certificate))
    world.hosting.serve(_AUTODISCOVER, "https", 443, Security.TLS)
    url = f"https://{PRACTICE_HOST}{PATH}"
    document = pox(f"EXPR {PRACTICE_HOST} - SSL=On AuthPackage=Ntlm ASUrl={url} EwsUrl={url}")
    world.web.publish(_AUTODISCOVER, "/autodiscover/autodiscover.xml", Answer(document))
    found = f'{{"Protocol":"Ews","Url":"{url}"}}'.encode()
    told = Answer(found, content_type="application/json")
    world.web.publish(_AUTODISCOVER, "/autodiscover/autodiscover.json*", told)
    return Exchange(world, PRACTICE_HOST, manners).open()


def online(world: World, issuer: Microsoft) -> Exchange:
    """Let Exchange Online answer to the tokens of an issuer."""
    office = replace(world.services[OFFICE, 993].certificate)
    world.hosting.certificates.setdefault(OFFICE, office)
    return Exchange(world, OFFICE, ONLINE, issuer).open()

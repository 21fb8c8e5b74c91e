"""What a made-up domain may publish, piece by piece, in names relative to the domain.

``@`` is the domain itself, a name that ends with a dot is absolute, and every other name lies below the domain.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

from mailwizard.model import Security
from mailwizard.net import Record
from mailwizard.sandbox.pki import Certificate
from mailwizard.sandbox.web import Answer
from mailwizard.sandbox.world import World

ISPDB = "autoconfig.thunderbird.net"
PACC_PATH = "/.well-known/user-agent-configuration.json"
POX_PATH = "/autodiscover/autodiscover.xml"
AUTOCONFIG_PATH = "/mail/config-v1.1.xml"
WELL_KNOWN_PATH = "/.well-known/autoconfig/mail/config-v1.1.xml"

_MAIL = {
    993: ("imap", Security.TLS),
    143: ("imap", Security.STARTTLS),
    465: ("smtp", Security.TLS),
    587: ("smtp", Security.STARTTLS),
    995: ("pop3", Security.TLS),
    110: ("pop3", Security.STARTTLS),
    443: ("https", Security.TLS),
    80: ("https", Security.NONE),
}


class Plot:
    """A domain's place in a world."""

    def __init__(self, world: World, domain: str) -> None:
        self.world, self.domain = world, domain

    def name(self, text: str) -> str:
        """Return the full name of a relative one."""
        if text.endswith("."):
            return text[:-1] or "."
        return self.domain if text == "@" else f"{text}.{self.domain}"

    def fill(self, text: str) -> str:
        """Return text with the domain where it says ``{d}``."""
        return text.replace("{d}", self.domain)

    def settle(self, host: str) -> None:
        """Give a full name an address unless it has one, or an alias."""
        zone = self.world.zone
        if not zone.addresses(host) and not zone.knows(host, "CNAME"):
            zone.add(host, Record("A", self.world.hosting.address(), ttl=300))


Piece = Callable[[Plot], None]
"""Publishes one thing."""


def host(name: str, *addresses: str) -> Piece:
    """Let a name have an address: those given, or one of its own."""

    def publish(plot: Plot) -> None:
        for address in addresses:
            plot.world.zone.add(plot.name(name), Record("AAAA" if ":" in address else "A", address, ttl=300))
        plot.settle(plot.name(name))

    return publish


def alias(name: str, target: str) -> Piece:
    """Let a name be an alias (CNAME)."""
    return lambda plot: plot.world.zone.add(plot.name(name), Record("CNAME", plot.name(target), ttl=300))


def mx(target: str, preference: int = 10) -> Piece:
    """Name a mail exchanger; the root means that the domain takes no mail."""
    return lambda plot: plot.world.zone.add(plot.domain, Record("MX", plot.name(target), preference, ttl=300))


def srv(service: str, target: str, port: int, priority: int = 0, weight: int = 1) -> Piece:
    """Name a service (RFC 2782)."""
    return lambda plot: plot.world.zone.add(
        f"_{service}._tcp.{plot.domain}", Record("SRV", plot.name(target), priority, weight, port, 300)
    )


def txt(name: str, text: str) -> Piece:
    """Publish a text."""
    return lambda plot: plot.world.zone.add(plot.name(name), Record("TXT", plot.fill(text), ttl=300))


def listens(name: str, *ports: int, server: str = "", security: Security | None = None) -> Piece:
    """Let a host serve what belongs on these ports, or one kind of server on all of them."""

    def publish(plot: Plot) -> None:
        place = plot.name(name)
        plot.settle(place)
        for port in ports:
            usual, secured = _MAIL.get(port, ("imap", Security.TLS))
            plot.world.hosting.serve(place, server or usual, port, secured if security is None else security)

    return publish


def mail(name: str = "mail") -> Piece:
    """Let a host serve IMAP and SMTP submission as it should, on all four ports."""
    return listens(name, 993, 143, 465, 587)


def shows(name: str, *names: str, starts: int = -1, ends: int = 90, **changes: object) -> Piece:
    """Let a host show a certificate for other names, or with other fields."""

    def publish(plot: Plot) -> None:
        said = tuple(plot.name(other) for other in names) or (plot.name(name),)
        certificate = replace(Certificate(said, starts, ends), **changes)  # type: ignore[arg-type]
        plot.world.hosting.certificates[plot.name(name)] = certificate

    return publish


def page(name: str, path: str, answer: Answer, *, port: int = 443) -> Piece:
    """Let a web host answer requests for a path; ``{d}`` in what it says is the domain."""

    def publish(plot: Plot) -> None:
        listens(name, port)(plot)
        filled = replace(
            answer,
            body=answer.body.replace(b"{d}", plot.domain.encode()),
            headers=tuple((key, plot.fill(value)) for key, value in answer.headers),
        )
        plot.world.web.publish(plot.name(name), plot.fill(path), filled)

    return publish


def autoconfig(document: bytes | Answer, name: str = "autoconfig", path: str = AUTOCONFIG_PATH) -> Piece:
    """Publish a document on the domain's autoconfig host."""
    return page(name, path, document if isinstance(document, Answer) else Answer(document))


def well_known(document: bytes | Answer) -> Piece:
    """Publish a document at the domain's own web host."""
    return autoconfig(document, "@", WELL_KNOWN_PATH)


def ispdb(document: bytes | Answer, about: str = "{d}") -> Piece:
    """Let the ISPDB have a document about the domain, or about another one."""
    return page(f"{ISPDB}.", f"/v1.1/{about}", document if isinstance(document, Answer) else Answer(document))


def pacc(document: bytes, digest: str = "") -> Piece:
    """Publish a PACC document, and its digest unless another one is given (draft-ietf-mailmaint-pacc)."""

    def publish(plot: Plot) -> None:
        body = document.replace(b"{d}", plot.domain.encode())
        right = b64encode(sha256(body).digest()).decode()
        page("ua-auto-config", PACC_PATH, Answer(body, content_type="application/json"))(plot)
        txt("_ua-auto-config", f"v=UAAC1; a=sha256; d={digest or right}")(plot)

    return publish


def autodiscover(document: bytes | Answer, name: str = "autodiscover") -> Piece:
    """Publish an answer to Autodiscover requests of the plain old XML kind."""
    return page(name, POX_PATH, document if isinstance(document, Answer) else Answer(document))


def silent(name: str, port: int = 0) -> Piece:
    """Let a host swallow what comes to a port, or to any; an empty name stands for every host."""

    def publish(plot: Plot) -> None:
        place = plot.name(name) if name else ""
        if place:
            plot.settle(place)
        plot.world.hosting.silences.add((place, port))

    return publish


def dead(name: str, code: str = "dns.timeout") -> Piece:
    """Let questions about a name, and all below it, fail with a code; an empty name stands for all of DNS."""
    return lambda plot: plot.world.zone.fail(plot.name(name) if name else "", code)


def every(*pieces: Piece) -> Piece:
    """Publish several pieces as one."""

    def publish(plot: Plot) -> None:
        for piece in pieces:
            piece(plot)

    return publish

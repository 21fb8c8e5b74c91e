"""One world: a small internet on loopback, what happens in it, and what its servers saw."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailwizard.model import Security
from mailwizard.plugins import plugins
from mailwizard.sandbox import servers
from mailwizard.sandbox.graph.service import Graph
from mailwizard.sandbox.hosting import HOSTER, Hosting
from mailwizard.sandbox.identity.browser import Browser
from mailwizard.sandbox.identity.clock import Clock
from mailwizard.sandbox.identity.identity import Identity
from mailwizard.sandbox.mailboxes import Directory, SignIn
from mailwizard.sandbox.manners import Manners, Postfix
from mailwizard.sandbox.net import SandboxNet
from mailwizard.sandbox.pki import Authority, Certificate, Showing
from mailwizard.sandbox.ports import Ports
from mailwizard.sandbox.servers import Desk
from mailwizard.sandbox.showcase import Showcase
from mailwizard.sandbox.tap import Tap
from mailwizard.sandbox.traffic import Traffic
from mailwizard.sandbox.web import Web
from mailwizard.sandbox.zone import Zone
from mailwizard.signin.oauth.registration import Registration

if TYPE_CHECKING:
    from mailwizard.sandbox.exchange.service import Exchange


@dataclass(frozen=True, slots=True)
class Service:
    """One thing that listens: how it speaks, and the certificate that it shows."""

    server: str
    """The name of a module in ``servers/``."""
    security: Security
    manners: Manners
    certificate: Certificate


class Switch:
    """Something that somebody else does while the person waits, such as an admin."""

    def __init__(self, label: str, action: Callable[[], Awaitable[None]]) -> None:
        self.label = label
        """What will have happened, as one sentence."""
        self.flipped = False
        self._action = action

    async def flip(self) -> None:
        """Let it happen; a second time changes nothing."""
        if not self.flipped:
            self.flipped = True
            await self._action()


class World:
    """A small internet in which something is wrong, or nothing is.

    A scenario's ``build`` changes ``zone``, ``services``, ``silences``, ``mailboxes`` and the fields below
    before anything listens.
    """

    def __init__(self, scenario: str) -> None:
        self.scenario = scenario
        """The scenario's name as a command word."""
        self.label = ""
        self.address = ""
        """The address that a newcomer types."""
        self.password = ""
        """The secret that the servers take, once nothing else is wrong."""
        self.refused_password = ""
        """The secret that a newcomer types first and that is refused; empty where the story has none."""
        self.story: tuple[str, ...] = ()
        """What to type and what will happen, a few short lines."""
        self.switches: tuple[Switch, ...] = ()
        self.zone = Zone()
        self.mailboxes = Directory()
        self.services: dict[tuple[str, int], Service] = {}
        """What listens, by host and port."""
        self.silences: set[tuple[str, int]] = set()
        """The hosts and ports that swallow every attempt to connect."""
        self.web = Web()
        self.identity = Identity()
        """Who signs people in; nobody unless a scenario lets an issuer in."""
        self.graph: Graph | None = None
        """Microsoft Graph, where a scenario has it."""
        self.exchanges: dict[str, Exchange] = {}
        """The Exchange servers that a scenario lets in, by host."""
        self.hosting = Hosting()
        """Further hosts that share machines."""
        self.round_trip = 0.0
        """Seconds that DNS, connecting and each exchange on a connection take."""
        self._tap = Tap()
        self.ports = Ports(self._tap)
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="mailwizard-certificates")
        self._contexts: dict[Certificate, Showing] = {}
        self._folder: Path | None = None

    @property
    def net(self) -> SandboxNet:
        """The door to this world."""
        return self._net

    @property
    def ca_file(self) -> Path:
        """The certificate of the authority that signs for the servers of this world."""
        return self._authority.ca_file

    @property
    def logins(self) -> Mapping[str, int]:
        """How many sign-in attempts each server saw, by ``host:port``."""
        return self.mailboxes.counts

    @property
    def sign_ins(self) -> tuple[SignIn, ...]:
        """Every sign-in attempt in order, with user, mechanism and verdict, without its secret."""
        return tuple(self.mailboxes.sign_ins)

    @property
    def traffic(self) -> Traffic:
        """Every question to DNS and every attempt to connect so far."""
        return self._tap.traffic

    @property
    def seen_secrets_in_clear(self) -> int:
        """How many bytes of secrets came over the wire readable: those of all mailboxes, and all that was offered."""
        own = self.mailboxes.secrets | self.identity.secrets
        return self._tap.count(own | {self.password, self.refused_password})

    def seen_in_clear(self, secret: str) -> int:
        """Return how many bytes of one secret came over the wire readable."""
        return self._tap.count({secret})

    @property
    def clock(self) -> Clock:
        """The clock by which tokens end; it can be moved."""
        return self.identity.clock

    @property
    def registrations(self) -> Mapping[str, Registration]:
        """The clients that the person has at the issuers of this world, by what they are for."""
        return self.identity.registrations

    async def browse(
        self, url: str, *, consent: bool = True, as_: str = "", visit: bool = False, without: str = ""
    ) -> str:
        """Play the person at a browser and return the address to which the issuer sends it in the end.

        ``as_`` signs in (else whom the page suggests, or the person of this world), ``without`` names scopes to leave
        out; with ``visit`` the browser opens that last address as well, so that a program listening there hears it.

        Raises:
            PageShown: where the issuer shows a page that leads no further.
        """
        browser = Browser(self._net, self.address)
        return await browser.sign_in(url, consent=consent, as_=as_, visit=visit, without=without)

    async def enter_device_code(self, user_code: str, *, consent: bool = True, as_: str = "") -> str:
        """Play the person who types a code on another device, and return what the page says.

        Raises:
            PageShown: where the code is not taken, or the person cannot sign in.
        """
        page = self.identity.page_for(user_code)
        return await Browser(self._net, self.address).enter(page, user_code, consent=consent, as_=as_)

    async def prepare(self) -> None:
        """Make the folder, the authority and the door."""
        loop = asyncio.get_running_loop()
        self._folder = Path(tempfile.mkdtemp(prefix="mailwizard-practice-"))
        self._authority = await loop.run_in_executor(self._threads, Authority, self._folder)
        self._net = SandboxNet(self.zone, self._authority.ca_file, self.ports.dead(), self._tap.traffic)

    async def open(self) -> None:
        """Let everything listen."""
        loop = asyncio.get_running_loop()
        self.ports.round_trip = self._net.round_trip = self.round_trip
        wanted = {service.certificate for service in self.services.values()}
        self._contexts = await loop.run_in_executor(self._threads, self._authority.contexts, wanted)
        offered = plugins(servers)
        for (host, port), service in self.services.items():
            await self._serve(host, port, service, offered[service.server].serve)
        for host, port in self.silences:
            self._lead(host, port, self.ports.silent())
        if self.hosting.offers:
            await self._host(offered)
        for host, port in self.hosting.silences:
            for address in self.zone.addresses(host) if host else ("",):
                self._net.swallow(address, port, self.ports.silent())

    async def present(self, instead_of: Certificate, certificate: Certificate) -> None:
        """Let the servers that show one certificate show another from now on."""
        loop = asyncio.get_running_loop()
        context = self._contexts[instead_of]
        await loop.run_in_executor(self._threads, self._authority.present, context, certificate)

    async def close(self) -> None:
        """End everything that belongs to this world and remove its folder."""
        await self.ports.close()
        self._threads.shutdown()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    async def _serve(self, host: str, port: int, service: Service, serve: Callable[[Desk], asyncio.Protocol]) -> None:
        context = self._contexts[service.certificate]
        implicit = service.security is Security.TLS
        upgrade = None if implicit else context
        desk = Desk(host, port, service.manners, self.mailboxes, self.ports, upgrade, self.web, self.zone)
        self._lead(host, port, await self.ports.serve(lambda: serve(desk), context if implicit else None))

    async def _host(self, offered: Mapping[str, Any]) -> None:
        """Let the shared machines listen."""
        hosting = self.hosting
        showcase = Showcase(self._authority, hosting.certificates, HOSTER)
        for offer, hosts in hosting.offers.items():
            implicit = offer.security is Security.TLS
            upgrade = showcase.context if offer.security is Security.STARTTLS else None
            machine = HOSTER.names[0], offer.port, Postfix()
            desk = Desk(*machine, self.mailboxes, self.ports, upgrade, self.web, self.zone)
            make = partial(offered[offer.server].serve, desk)
            port = await self.ports.serve(make, showcase.context if implicit else None)
            for host in hosts:
                self._lead(host, offer.port, port)

    def _lead(self, host: str, port: int, loopback_port: int) -> None:
        for address in self.zone.addresses(host):
            self._net.lead(address, port, loopback_port)

"""Autodiscover at the domain's own hosts (MS-OXDSCLI), asked without credentials."""

from __future__ import annotations

import asyncio
from functools import partial
from urllib.parse import urlsplit

from mailwizard.discovery.documents import Configuration
from mailwizard.discovery.microsoft_names import alias_of, cloud_of
from mailwizard.discovery.on_the_web import judged
from mailwizard.discovery.publishing import LIMIT, harvest
from mailwizard.model import Address, Candidate, Failure, Step, Trust, read_host, read_port
from mailwizard.net import Net
from mailwizard.net.names import same_registered_domain
from mailwizard.witness import Note, Skip, Witness

LABEL = "Autodiscover at the domain"
NETWORK = True
THIRD_PARTY = ""
CEILING = Trust.PUBLISHED
AFTER = 0.1

_HTTPS = 443
_UNPRIVILEGED = 1024
_TURNS = 3
"""How often an answer may send us on, in all."""


async def find(address: Address, net: Net, witness: Witness) -> list[Candidate]:
    """Propose the servers that the domain's own host names; only hosts of the domain see the address.

    Raises:
        Failure: where DNS gives no answer.
    """
    async with witness.step(Step.DISCOVER, LIMIT) as note:
        alias = await alias_of(net, f"autodiscover.{address.domain}")
        if cloud_of(alias):
            raise Skip("discover.not-needed", f"autodiscover leads to {alias}, which answers nobody without a sign-in")
        search = _Search(net, address)
        places = {**locations(address), **await _named(net, address, note)}
        got = await harvest({place: partial(search.ask, url, address) for place, url in places.items()})
        note.add(*(("redirect", text) for text in search.turns))
        got.conclude(note)
        found = got.candidates("autodiscover", f"{got.place} names it when asked by Autodiscover.", note)
        return [judged(candidate, address) for candidate in found]


def locations(address: Address) -> dict[str, str]:
    """Return where Autodiscover may answer, best first: the host for a person to read, and the URL to ask."""
    hosts = (f"autodiscover.{address.domain}", address.domain)
    return {f"{host}/autodiscover": f"https://{host}/autodiscover/autodiscover.xml" for host in hosts}


async def _named(net: Net, address: Address, note: Note) -> dict[str, str]:
    """Return the place that a service record names; one of another owner, for which only DNS vouches, is noted."""
    try:
        records = await net.resolve(f"_autodiscover._tcp.{address.domain}", "SRV")
        best = min(records, key=lambda record: (record.preference, -record.weight, record.value))
        host, port = read_host(best.value), read_port(str(best.port))
    except (Failure, ValueError):
        return {}
    if not same_registered_domain(host, address.domain):
        note.add(("refused", f"{host}:{port} http.redirect-unsafe"))
        return {}
    if port != _HTTPS and port < _UNPRIVILEGED:
        note.add(("unusable", f"{host}:{port} is for another service"))
        return {}
    place = host if port == _HTTPS else f"{host}:{port}"
    return {f"{place}/autodiscover": f"https://{place}/autodiscover/autodiscover.xml"}


class _Search:
    """One search, which may be sent on a few times within the domain."""

    def __init__(self, net: Net, address: Address) -> None:
        self._net, self._address = net, address
        self._asked: set[tuple[str, str]] = set()
        self.turns: list[str] = []

    async def ask(self, url: str, address: Address) -> Configuration:
        """Return what an URL says of an address, or what the place says to which it sends us on.

        Raises:
            Failure: as :meth:`Net.fetch` and the reader of the answer; ``http.redirect-unsafe`` or
                ``http.redirect-loop`` where we are sent away or in a circle.
        """
        from mailwizard.discovery.documents import autodiscover

        if (url, str(address)) in self._asked:
            raise Failure("http.redirect-loop", "the answers send us in a circle")
        self._asked.add((url, str(address)))
        try:
            document = await self._net.fetch(
                url,
                within=self._address.domain,
                method="POST",
                body=autodiscover.request(address),
                content_type=autodiscover.CONTENT_TYPE,
                accept="text/xml",
            )
        except Failure as failure:
            if failure.code != "http.401":
                raise
            return await self._ask_openly(url, address, failure)
        answer = await asyncio.to_thread(autodiscover.read, document.body, address)
        if answer.redirect_url:
            return await self.ask(self._at_home(answer.redirect_url), address)
        if answer.redirect_address:
            return await self._ask_for(answer.redirect_address)
        if answer.error_code or answer.error_text:
            raise Failure("autodiscover.error", f"it answers {answer.error_code} {answer.error_text}".strip())
        return answer.configuration

    async def _ask_openly(self, url: str, address: Address, closed: Failure) -> Configuration:
        """Return what version 2 says at a host whose version 1 asks for a sign-in, as Exchange does.

        Raises:
            Failure: that of version 1, where version 2 names nothing.
        """
        from mailwizard.discovery.documents import autodiscover_json
        from mailwizard.discovery.documents.exchange_services import service

        try:
            asked = autodiscover_json.question(urlsplit(url).netloc, address, "Ews")
            document = await self._net.fetch(asked, within=self._address.domain)
            place = await asyncio.to_thread(autodiscover_json.read, document.body, address)
            entry = service(place.url, address)
        except (Failure, ValueError):
            raise closed from None
        return Configuration(servers=(entry,), services=(("ews", entry.endpoint.url),))

    async def _ask_for(self, text: str) -> Configuration:
        """Ask anew for another address of the same owner."""
        try:
            address = Address.parse(text)
        except ValueError as wrong:
            raise Failure("document.not-a-document", f"it sends us on to what is no address: {wrong}") from None
        self._turn(address.domain, str(address))
        return await self.ask(locations(address)[f"autodiscover.{address.domain}/autodiscover"], address)

    def _at_home(self, url: str) -> str:
        """Return an URL to which we may be sent on.

        Raises:
            Failure: ``http.insecure``, ``http.redirect-unsafe``, ``http.redirect-loop``.
        """
        if urlsplit(url).scheme != "https":
            raise Failure("http.insecure", "it sends us on to an address without encryption", facts=(("to", url),))
        self._turn(urlsplit(url).hostname or "", url)
        return url

    def _turn(self, host: str, told: str) -> None:
        """Count one more turn, which must stay within the registered domain."""
        if not same_registered_domain(host, self._address.domain):
            raise Failure(
                "http.redirect-unsafe",
                f"it sends us on to {host}, which belongs to somebody else",
                facts=(("to", told),),
            )
        if len(self.turns) >= _TURNS:
            raise Failure("http.redirect-loop", f"it sends us on more than {_TURNS} times")
        self.turns.append(told)

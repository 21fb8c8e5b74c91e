"""Fetch published documents: https alone, bounded, and never led away from whom they are about.

Built on a parser of HTTP/1.1 and nothing above it, so that names, sockets and certificates are judged as everywhere
else, and no cookie, password file, proxy variable or log of addresses exists that would have to be turned off.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Protocol

import h11

from mailwizard.model import Facts, Failure
from mailwizard.net import Document, Net, Record, addresses
from mailwizard.net.clean import clean
from mailwizard.net.names import same_registered_domain
from mailwizard.net.reach import Reach, reach
from mailwizard.net.real.exchange import Exchange, header
from mailwizard.net.real.line import SocketLine
from mailwizard.net.real.url import NotHttps, Url

REDIRECTS = 3
"""Redirects that are followed."""
_REDIRECTIONS = frozenset({301, 302, 303, 307, 308})


class Door(Net, Protocol):
    """What fetching needs of the network."""

    async def open(self, addresses: Sequence[str], port: int) -> SocketLine:
        """Connect to the first address that answers."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of each server on the way."""

    method: str
    body: bytes
    content_type: str
    accept: str

    def head(self, url: Url) -> h11.Request:
        """Return the request for one address; its headers name this program and nobody who uses it."""
        headers = [
            ("Host", url.authority),
            ("User-Agent", "mailwizard"),
            ("Accept", self.accept or "*/*"),
            ("Accept-Encoding", "gzip, deflate"),
            ("Connection", "close"),
        ]
        if self.body or self.method != "GET":
            headers += [("Content-Type", self.content_type), ("Content-Length", str(len(self.body)))]
        try:
            return h11.Request(method=self.method, target=url.target, headers=headers)
        except h11.LocalProtocolError as wrong:
            raise ValueError(f"No request can hold this: {wrong}.") from None


async def fetch(net: Door, url: str, within: str, request: Request, names: Net | None = None) -> Document:
    """Return the document at an address, following redirects that stay where they belong.

    ``net`` connects, and looks up names too unless ``names`` does.

    Raises:
        Failure: as :meth:`mailwizard.net.Net.fetch`.
    """
    try:
        here = Url.parse(url)
    except NotHttps as wrong:
        raise Failure(
            "http.insecure", f"only https is asked: the address {wrong}", facts=(("url", clean(url)),)
        ) from None
    except ValueError as wrong:
        raise Failure("http.bad-url", f"the address {wrong}", facts=(("url", clean(url)),)) from None
    first, hops, asked = here.host, [str(here)], {(request.method, here)}
    while True:
        answer = await _ask(net, here, within, request, names or net)
        if isinstance(answer, Document):
            return Document(answer.url, answer.status, answer.content_type, answer.body, tuple(hops), answer.address)
        there = await _followed(here, answer, (first, within))
        if answer.status == HTTPStatus.SEE_OTHER:
            request = Request("GET", b"", "", request.accept)
        if (request.method, there) in asked or len(hops) > REDIRECTS:
            raise _circling(there, hops)
        hops.append(str(there))
        asked.add((request.method, there))
        here = there


@dataclass(frozen=True, slots=True)
class _Redirect:
    status: int
    location: bytes


async def _followed(here: Url, redirect: _Redirect, at_home: tuple[str, str]) -> Url:
    """Return where a redirect leads, if that is https and at home.

    Raises:
        Failure: ``http.redirect-unsafe``, with where it leads as the fact ``to``.
    """
    text = redirect.location.decode("utf-8", "replace")
    facts = (("to", clean(text)), ("from", str(here)))
    try:
        there = Url.parse(text, str(here))
    except ValueError as wrong:
        raise Failure(
            "http.redirect-unsafe", f"{here.host} redirects to an address that {wrong}", facts=facts
        ) from None
    facts = (("to", str(there)), ("from", str(here)))
    if there.port != 443 and there.port < 1024:
        detail = f"{here.host} redirects to port {there.port} of {there.host}, which is for another service"
        raise Failure("http.redirect-unsafe", detail, facts=facts)
    if not await asyncio.to_thread(_at_home, there.host, at_home):
        detail = f"{here.host} redirects to {there.host}, which belongs to somebody else"
        raise Failure("http.redirect-unsafe", detail, facts=facts)
    return there


def _at_home(host: str, homes: tuple[str, str]) -> bool:
    return any(same_registered_domain(host, home.rstrip(".").lower()) for home in homes)


def _circling(there: Url, hops: list[str]) -> Failure:
    back = str(there) in hops
    why = f"back to {there.host} where it was before" if back else f"more than {REDIRECTS} times"
    facts = (("to", str(there)), *(("hop", hop) for hop in hops))
    return Failure("http.redirect-loop", f"the web server redirects {why}", facts=facts)


async def _permitted(net: Net, host: str, within: str) -> tuple[str, ...]:
    """Return the addresses of a host that may be asked: public ones, or such as the mail domain itself has.

    Raises:
        Failure: ``http.private-address``, and as :meth:`mailwizard.net.Net.resolve`.
    """
    found = await addresses(net, host)
    public = tuple(record.value for record in found if reach(record.value) is Reach.PUBLIC)
    if public:
        return public
    if await asyncio.to_thread(same_registered_domain, host, within):
        kinds = {reach(record.value) for record in await _own(net, within)} - {Reach.NEVER}
        if Reach.PUBLIC not in kinds and (inside := tuple(r.value for r in found if reach(r.value) in kinds)):
            return inside
    told = " ".join(record.value for record in found)
    detail = f"{host} leads to an address inside a private network ({told}), where no public name should lead"
    raise Failure("http.private-address", detail, facts=(("addresses", told),))


async def _own(net: Net, within: str) -> tuple[Record, ...]:
    try:
        return await addresses(net, within)
    except Failure:
        return ()


async def _ask(net: Door, url: Url, within: str, request: Request, names: Net) -> Document | _Redirect:
    """Ask one server; its connection is gone on return."""
    head = request.head(url)
    permitted = await _permitted(names, url.host, within.rstrip(".").lower())
    line = await net.open(permitted, url.port)
    try:
        await line.encrypt(url.host)
        exchange = Exchange(line)
        response = await exchange.ask(head, request.body)
        if response.status_code in _REDIRECTIONS and (location := header(response, b"location")):
            return _Redirect(response.status_code, location)
        content_type = clean(header(response, b"content-type"), 200)
        if not 200 <= response.status_code < 300:
            raise _refusal(response, url, content_type)
        body = await exchange.body(response)
        return Document(str(url), response.status_code, content_type, body, (), line.address)
    finally:
        await line.close()


def _refusal(response: h11.Response, url: Url, content_type: str) -> Failure:
    status = response.status_code
    try:
        words = f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        words = str(status)
    facts = (("url", str(url)), ("content-type", content_type), *_ahead(response))
    return Failure(f"http.{status}", f"the web server {url.host} answers {words}", facts=facts)


def _ahead(response: h11.Response) -> Facts:
    """Return by how many seconds the server's clock is ahead of this machine's, where it says what time it is."""
    try:
        said = parsedate_to_datetime(header(response, b"date").decode("ascii"))
        return (("ahead", f"{said.timestamp() - time.time():.0f}"),)
    except (Failure, ValueError, OverflowError, OSError):
        return ()

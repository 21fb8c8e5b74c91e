"""Ask web services that a person or a trusted source named: https alone, bounded, and nothing is followed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import h11

from mailwizard.model import Failure
from mailwizard.net import Net, Tls, addresses
from mailwizard.net.clean import clean
from mailwizard.net.real.exchange import Exchange
from mailwizard.net.real.line import SocketLine
from mailwizard.net.real.url import NotHttps, Url
from mailwizard.net.real.web import Door

ANSWER_LIMIT = 2 * 1024 * 1024
"""Bytes in one answer, unpacked."""
Hold = Callable[[Tls], None]
"""Raise a failure where a handshake is not what it should be."""
_REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods of requests that change nothing."""
_OURS = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "expect", "cookie"})
"""Headers that nobody else sets: how a request is framed, and what could carry something over to another one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a web service answered, whatever its status; a redirect is an answer like any other."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    """Names in lower case, values as they came: they are outside text."""
    body: bytes = field(repr=False)
    certificate: bytes = field(default=b"", repr=False)
    """The server's certificate in DER."""

    def header(self, name: str) -> str:
        """Return the first value of a header, nothing where it is missing."""
        return next((value for key, value in self.headers if key == name.lower()), "")


class Caller:
    """Asks the named hosts and nobody else; a connection that the server leaves open is used again.

    ``hosts`` are names, with a port where it is not 443. Cookies are never sent. Close it at the end, whatever happens.
    """

    def __init__(self, net: Door, hosts: Collection[str], *, names: Net | None = None) -> None:
        self._net, self._names = net, names or net
        self._hosts = frozenset(host.lower().rstrip(".") for host in hosts)
        self._open: dict[tuple[str, int], SocketLine] = {}
        self._turns: dict[tuple[str, int], asyncio.Lock] = {}
        self._holds: dict[tuple[str, int], Hold] = {}
        self.made = 0
        """How many connections it has made itself."""

    async def ask(
        self, url: str, *, method: str = "GET", headers: Sequence[tuple[str, str]] = (), body: bytes = b""
    ) -> Answer:
        """Return what one host answers to one request; requests to the same host go one after another.

        Raises:
            Failure: ``http.insecure`` (not https), ``http.bad-url``, ``http.host-not-named`` (none of the hosts that
                may be asked), ``http.garbled``, ``http.too-large``, and as :meth:`mailwizard.net.Net.resolve`,
                :meth:`mailwizard.net.Net.open` and :meth:`mailwizard.net.Line.encrypt`; what ``hold`` raises.
        """
        where = self._permitted(url)
        head = _head(where, method, headers, body)
        place = where.host, where.port
        async with self._turns.setdefault(place, asyncio.Lock()):
            kept = await self._kept(place)
            if kept is not None:
                exchange = Exchange(kept, ANSWER_LIMIT)
                try:
                    return await self._finish(exchange, kept, where, head, body)
                except Failure as failure:
                    # A server may hang up between two requests. What it has begun to answer is not asked again, nor
                    # what may have been carried out unanswered (RFC 9110 section 9.2.2): a code works once.
                    unheard = failure.code in {"tcp.closed", "tcp.reset"} and not exchange.began
                    if not unheard or method not in _REPEATABLE:
                        raise
            line = await self._reach(where)
            return await self._finish(Exchange(line, ANSWER_LIMIT), line, where, head, body)

    def adopt(self, host: str, port: int, line: SocketLine, hold: Hold = lambda tls: None) -> None:
        """Use a connection that is open and encrypted already for the next request to this place.

        ``hold`` sees the handshake of each later connection to it, before anything is sent there.
        """
        self._open[host, port] = line
        self._holds[host, port] = hold

    async def _kept(self, place: tuple[str, int]) -> SocketLine | None:
        """Return the connection that was kept, unless the server has hung up since."""
        line = self._open.pop(place, None)
        if line is not None:
            await asyncio.sleep(0)  # what has arrived already is taken in first
            if line.closed:
                await line.close()
                return None
        return line

    async def close(self) -> None:
        """Close every connection."""
        lines = list(self._open.values())
        self._open.clear()
        for line in lines:
            await line.close()

    def _permitted(self, url: str) -> Url:
        try:
            where = Url.parse(url)
        except NotHttps as wrong:
            raise Failure("http.insecure", f"only https is asked: the address {wrong}") from None
        except ValueError as wrong:
            raise Failure("http.bad-url", f"the address {wrong}") from None
        if where.authority not in self._hosts:
            raise Failure("http.host-not-named", f"{where.host} is none of the servers that may be asked here")
        return where

    async def _reach(self, where: Url) -> SocketLine:
        found = await addresses(self._names, where.host)
        line = await self._net.open([record.value for record in found], where.port)
        self.made += 1
        try:
            tls = await line.encrypt(where.host)
            if (where.host, where.port) in self._holds:
                self._holds[where.host, where.port](tls)
        except BaseException:
            await line.close()
            raise
        return line

    async def _finish(self, exchange: Exchange, line: SocketLine, where: Url, head: h11.Request, body: bytes) -> Answer:
        keep = False
        try:
            response = await exchange.ask(head, body, shown=_shown(head, body))
            content = await exchange.body(response)
            line.hear(f"HTTP/1.1 {response.status_code} ({len(content)} bytes)")
            keep = exchange.reusable
        finally:
            if keep:
                self._open[where.host, where.port] = line
            else:
                await line.close()
        told = tuple((key.decode("latin-1"), value.decode("latin-1")) for key, value in response.headers)
        certificate = line.tls.certificate if line.tls else b""
        return Answer(str(where), response.status_code, told, content, certificate)


def _head(where: Url, method: str, headers: Sequence[tuple[str, str]], body: bytes) -> h11.Request:
    """Return the head of a request.

    Raises:
        Failure: ``http.bad-url`` where no request can hold this.
    """
    own = [(name, value) for name, value in headers if name.lower() not in _OURS]
    told = {name.lower() for name, _ in own}
    sent = [("Host", where.authority), ("Accept-Encoding", "gzip, deflate"), *own]
    sent += [("User-Agent", "mailwizard")] if "user-agent" not in told else []
    if body or method not in {"GET", "HEAD"}:
        sent.append(("Content-Length", str(len(body))))
    try:
        return h11.Request(method=method, target=where.target, headers=sent)
    except (h11.LocalProtocolError, UnicodeEncodeError):
        raise Failure("http.bad-url", "no request can hold this address or these headers") from None


def _shown(head: h11.Request, body: bytes) -> str:
    """Return what stands for a request in the transcript: nothing of what could be secret in it."""
    path = head.target.decode("latin-1").partition("?")[0]
    return clean(f"{head.method.decode('latin-1')} {path} ({len(body)} bytes)")

"""What the web hosts of the small internet answer, and what they were asked.

A web service is plugged in with ``world.web.serve(host, prefix, handler)``, and the host listens once
``world.hosting.serve(host, "https", 443, Security.TLS)`` was called (``signing_in.serve`` does both). The handler is
called with every ``Request`` at or below the prefix, whatever its method, and returns an ``Answer``; nothing else of a
request is looked at before. ``request.header("authorization")`` is one header, ``request.place`` is the ``host:port``
under which ``world.mailboxes.sign_in_with_token`` and ``refuse`` write an attempt into the book, ``request.link``
stands for the connection: it is the same object for all requests that come over one connection and for no other, so a
service that keeps something for as long as a connection lasts (NTLM signs a connection in) has a
``WeakKeyDictionary[Link, ...]`` of its own. ``link.shown`` is the certificate that the client was shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote_plus


class Pace(StrEnum):
    """How an answer comes."""

    AT_ONCE = "at-once"
    SILENT = "silent"
    """The request is taken, and nothing comes back."""
    DRIP = "drip"
    """The head comes at once, the body a byte at a time."""
    ENDLESS = "endless"
    """The body begins again and again, without an end."""
    CUT = "cut"
    """The connection ends in the middle of the body."""
    GARBLED = "garbled"
    """The body is sent as it is, without a head: not HTTP at all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host answers to one request."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/xml"
    headers: tuple[tuple[str, str], ...] = ()
    pace: Pace = Pace.AT_ONCE


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Link:
    """One connection, as a server sees it; it equals only itself."""

    port: int = 443
    shown: bytes = field(default=b"", repr=False)
    """The certificate that the client was shown, in DER; empty where nothing is encrypted."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived."""

    host: str
    encrypted: bool
    method: str
    target: str
    """Path and query."""
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)
    link: Link = field(default_factory=Link, compare=False)

    @property
    def place(self) -> str:
        """Return ``host:port``, under which sign-ins are counted."""
        return f"{self.host}:{self.link.port}"

    def header(self, name: str) -> str:
        """Return the first header of a name, in any case; empty where there is none."""
        return next((value for known, value in self.headers if known == name.lower()), "")

    @property
    def path(self) -> str:
        """Return the target without its query."""
        return self.target.partition("?")[0]

    def tells(self, text: str) -> bool:
        """Return whether a text went along, in the target, a header or the body, percent-encoded or not."""
        parts = (self.target, *(value for _, value in self.headers), self.body.decode("utf-8", "replace"))
        return any(text.lower() in form.lower() for part in parts for form in (part, unquote_plus(part)))


Handler = Callable[[Request], Answer]
NOT_FOUND = Answer(b"<html><body><h1>404 Not Found</h1></body></html>", 404, "text/html")


class Web:
    """Every page of the small internet, and a book of all requests."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, str], Answer | Handler] = {}
        self.requests: list[Request] = []

    def publish(self, host: str, path: str, answer: Answer | Handler) -> None:
        """Answer requests for a path, whatever its case and query; a path that ends in ``*`` stands for all below.

        A handler makes an answer of its own for each request.
        """
        self._pages[host.lower(), path.lower()] = answer

    def serve(self, host: str, prefix: str, handler: Handler) -> None:
        """Let a service answer every request for a path and all below it."""
        self.publish(host, prefix, handler)
        self.publish(host, prefix.rstrip("/") + "/*", handler)

    def answer(self, request: Request) -> Answer:
        """Write a request down and return what comes back: the exact page before the one for all below it."""
        self.requests.append(request)
        found = self._found(request.host.lower(), request.path.lower())
        return found if isinstance(found, Answer) else found(request)

    def _found(self, host: str, path: str) -> Answer | Handler:
        if (host, path) in self._pages:
            return self._pages[host, path]
        below = [prefix for known, prefix in self._pages if known == host and prefix.endswith("*")]
        fitting = [prefix for prefix in below if path.startswith(prefix[:-1])]
        return self._pages[host, max(fitting, key=len)] if fitting else NOT_FOUND

"""A person at a browser: opens a sign-in page of the small internet, decides, and goes where the browser is sent."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from mailwizard.net.real.calls import Answer, Caller
from mailwizard.sandbox.net import SandboxNet

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_REDIRECTS = 10
_PATIENCE = 10.0
"""Seconds that the browser waits for a page of the program."""


class PageShown(ValueError):
    """The browser stays on a page that leads no further; ``str`` is what the person reads."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


class _Page(HTMLParser):
    """The text of a page and its form."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.form = False
        self.action = ""
        self.fields: dict[str, str] = {}
        self._hidden = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self._hidden = tag in {"title", "button"}
        if tag == "form":
            self.form, self.action = True, told.get("action", "")
        elif tag == "input" and told.get("name"):
            self.fields[told["name"]] = told.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._hidden:
            self.lines.append(data.strip())


class Browser:
    """Speaks HTTPS with the issuers through the door of the world, and with a program on loopback."""

    def __init__(self, net: SandboxNet, usual: str) -> None:
        self._net, self._usual = net, usual

    async def sign_in(self, url: str, *, consent: bool, as_: str, visit: bool, without: str) -> str:
        """Return the address at which the browser ends up: the one to which the issuer sends it.

        Raises:
            PageShown: where the issuer shows a page instead.
            Failure: where no issuer of this world is at that address.
        """
        answer = await self._get(url)
        if not _leaves(answer):
            shown = _Page(answer.body.decode("utf-8", "replace"))
            if not shown.form:
                raise PageShown(answer.status, "\n".join(shown.lines))
            fields = {**shown.fields, "login": as_ or shown.fields.get("login") or self._usual, "without": without}
            answer = await self._post(urljoin(answer.url, shown.action), fields, consent=consent)
        if not _leaves(answer):
            raise PageShown(answer.status, "\n".join(_Page(answer.body.decode("utf-8", "replace")).lines))
        address = _shown(answer.header("location"))
        if visit:
            await _call(address)
        return address

    async def enter(self, url: str, user_code: str, *, consent: bool, as_: str) -> str:
        """Type a code into the page at an address and return what the page says then.

        Raises:
            PageShown: where the code is not taken, or the person cannot sign in.
        """
        answer = await self._get(url)
        shown = _Page(answer.body.decode("utf-8", "replace"))
        fields = {**shown.fields, "user_code": user_code, "login": as_ or self._usual}
        answer = await self._post(urljoin(answer.url, shown.action), fields, consent=consent)
        text = "\n".join(_Page(answer.body.decode("utf-8", "replace")).lines)
        if answer.status != 200:
            raise PageShown(answer.status, text)
        return text

    async def _get(self, url: str) -> Answer:
        """Return a page, through redirects of issuers to each other."""
        for _ in range(_REDIRECTS):
            answer = await self._ask(url, "GET", b"")
            if answer.status not in {301, 302, 303} or _leaves(answer):
                break
            url = urljoin(url, answer.header("location"))
        return answer

    async def _post(self, url: str, fields: dict[str, str], *, consent: bool) -> Answer:
        body = urlencode({**fields, "decision": "allow" if consent else "deny"})
        return await self._ask(url, "POST", body.encode())

    async def _ask(self, url: str, method: str, body: bytes) -> Answer:
        kind = [("Content-Type", "application/x-www-form-urlencoded")] if body else []
        caller = Caller(self._net, {urlsplit(url).netloc})
        try:
            return await caller.ask(url, method=method, headers=[("User-Agent", "Mozilla/5.0"), *kind], body=body)
        finally:
            await caller.close()


def _leaves(answer: Answer) -> bool:
    """Return whether an answer sends the browser away from the issuers, to the program."""
    to = urlsplit(answer.header("location"))
    return answer.status in {302, 303} and bool(to.scheme) and to.scheme != "https"


def _shown(address: str) -> str:
    """Return an address as a browser shows it: never without a path."""
    where = urlsplit(address)
    return where._replace(path=where.path or "/").geturl()


async def _call(address: str) -> None:
    """Visit an address on loopback as a browser does; where nothing listens, its page cannot be shown."""
    where = urlsplit(address)
    if where.scheme != "http" or where.hostname not in _LOOPBACK:
        return
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", where.port or 80)
            try:
                target = f"{where.path or '/'}?{where.query}"
                head = f"GET {target} HTTP/1.1\r\nHost: {where.netloc}\r\nConnection: close\r\n\r\n"
                writer.write(head.encode("latin-1"))
                await writer.drain()
                await reader.read()
            finally:
                writer.close()

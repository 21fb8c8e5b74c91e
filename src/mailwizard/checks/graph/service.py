"""Microsoft Graph as one account sees it: requests to one host, with one token, within a time."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mailwizard.checks.graph.reading import Reply, document, objects, retry_after, text
from mailwizard.model import Endpoint, Failure, Step
from mailwizard.net.clean import clean
from mailwizard.witness import Note, Witness

if TYPE_CHECKING:
    from mailwizard.net.real.calls import Answer, Caller

_MAILBOX = re.compile(r"/(?:me|users/[^/]+)\Z", re.IGNORECASE)
"""How a path ends that names a mailbox already."""
_LATER = frozenset({429, 503, 504})
"""Statuses after which the same request may be answered (https://learn.microsoft.com/graph/throttling)."""
_TRIES = 3
_PAGES = 4
"""Pages of one listing that are read."""
_SPARE = 0.5
"""Seconds that have to be left for a request after a wait."""
_TOKEN = re.compile(r"[!-~]+\Z")


class Graph:
    """Asks one Graph; a refused token is not sent again."""

    def __init__(self, caller: Caller, endpoint: Endpoint, username: str = "", token: str = "") -> None:
        self._caller, self._token, self._username = caller, token, username
        found = _MAILBOX.search(endpoint.path)
        self._base = endpoint.url.removesuffix(found[0]) if found else endpoint.url
        self.root = found[0] if found else "/me"
        """Whose mailbox is asked about: ``/me``, or ``/users/`` and an address."""
        self._fixed = found is not None
        self._until = 0.0

    @asynccontextmanager
    async def step(self, witness: Witness, step: Step, limit: float | None = None) -> AsyncIterator[Note]:
        """Tell a step, within which the service may be waited for where it asks for that.

        Raises:
            Failure, Skip: as :meth:`mailwizard.witness.Witness.step`.
        """
        self._until = time.monotonic() + (witness.limit if limit is None else limit)
        async with witness.step(step, limit) as note:
            yield note

    async def greet(self) -> Reply:
        """Ask without a token, and return the answer.

        Raises:
            Failure: ``graph.not-graph`` where it is none of Graph's; ``http.NNN``, ``graph.…`` where it cannot answer.
        """
        reply = await self._patient("GET", f"{self._base}{self.root}", (), b"")
        if reply.takes_tokens:
            return reply
        if reply.location or reply.status in _LATER or reply.status >= 500:
            raise reply.failure
        raise Failure("graph.not-graph", f"asked without a sign-in it answers {reply.status}", facts=reply.facts)

    async def enter(self, path: str) -> Reply:
        """Return the first answer that is given to the token, whatever it is.

        A program that signs in by itself has no mailbox of its own: told so, it names the one that is meant. That is no
        refusal of the token.
        """
        reply = await self._request("GET", path)
        if reply.status == 400 and not self._fixed and "delegated" in reply.failure.detail.lower():
            self.root = f"/users/{quote(self._username, safe='@')}"
            reply = await self._request("GET", path)
        return reply

    async def ask(
        self, path: str, *, method: str = "GET", kind: str = "", body: bytes = b"", also: Sequence[int] = ()
    ) -> Reply:
        """Return the answer to a request about the mailbox; ``also`` are statuses that the caller understands.

        Raises:
            Failure: ``graph.…``, ``http.NNN``, and as :class:`mailwizard.net.real.calls.Caller`.
        """
        reply = await self._request(method, path, kind, body)
        if not reply.good and reply.status not in also:
            raise reply.failure
        return reply

    async def pages(self, path: str) -> list[Mapping[str, Any]]:
        """Return what a listing holds, over a few pages; none of them is fetched from another place.

        Raises:
            Failure: as :meth:`ask`; ``http.host-not-named`` where the next page would be elsewhere.
        """
        reply = await self.ask(path)
        found = objects(reply.told, "value")
        for _ in range(_PAGES - 1):
            link = text(reply.told, "@odata.nextLink")
            if not link:
                break
            if not link.startswith(f"{self._base}/"):
                where = clean(link.partition("://")[2].partition("/")[0], 100)
                raise Failure("http.host-not-named", f"the next page would be at {where}, which is not asked")
            reply = await self._patient("GET", link, self._headers(), b"")
            if not reply.good:
                raise reply.failure
            found += objects(reply.told, "value")
        return found

    async def _request(self, method: str, path: str, kind: str = "", body: bytes = b"") -> Reply:
        more = (("Content-Type", kind),) if kind else ()
        return await self._patient(method, f"{self._base}{self.root}{path}", (*self._headers(), *more), body)

    def _headers(self) -> tuple[tuple[str, str], ...]:
        """Return what goes along with each request.

        Raises:
            Failure: ``sign-in.kind`` for a token that no header can hold.
        """
        if not _TOKEN.match(self._token):
            raise Failure("sign-in.kind", "what is at hand is no token: nothing was sent")
        return (("Authorization", f"Bearer {self._token}"), ("Accept", "application/json"))

    async def _patient(self, method: str, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> Reply:
        """Return an answer; one that says when to ask again is asked again then, as long as there is time for it."""
        for last in range(1, _TRIES + 1):
            reply = _read(await self._caller.ask(url, method=method, headers=headers, body=body))
            wait = reply.retry_after
            # Only 429 says that a message was not taken.
            safe = reply.status == 429 or (reply.status in _LATER and method != "POST")
            if not safe or wait is None or last == _TRIES or time.monotonic() + wait + _SPARE > self._until:
                break
            await asyncio.sleep(wait)
        return reply


def _read(answer: Answer) -> Reply:
    """Read an answer.

    Raises:
        Failure: ``graph.not-graph`` where something was done, as it says, and it is no document.
    """
    told = document(answer.body)
    if told is None and answer.body and 200 <= answer.status < 300:
        raise Failure("graph.not-graph", "it answers with a page instead of a document")
    moved = 300 <= answer.status < 400
    return Reply(
        answer.status,
        told or {},
        clean(answer.header("request-id"), 60),
        retry_after(answer.header("retry-after")),
        ", ".join(value for name, value in answer.headers if name == "www-authenticate"),
        (answer.header("location") or "elsewhere") if moved else "",
    )

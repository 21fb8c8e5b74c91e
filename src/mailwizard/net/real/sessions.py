"""Lend the network to libraries that speak through ``requests``: our names, certificates and bounds, and no others.

The library runs in a thread; each of its requests is carried out on the event loop that lent the session.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Collection, Iterator
from concurrent.futures import CancelledError
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from mailwizard.model import Failure
from mailwizard.net.real.calls import Answer, Caller
from mailwizard.net.real.web import Door

REQUEST_LIMIT = 15.0
"""Seconds that one request of a library may take."""


class Refused(requests.exceptions.ConnectionError):
    """A request that was not carried out; ``failure`` says why in our own codes."""

    def __init__(self, failure: Failure, request: requests.PreparedRequest) -> None:
        super().__init__(str(failure), request=request)
        self.failure = failure


class LentSession(requests.Session):
    """A session that asks the named hosts only, follows nothing, keeps no cookie and reads no environment."""

    def __init__(self, adapter: LentAdapter) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.adapters.clear()
        self.mount("https://", adapter)

    def resolve_redirects(self, *args: Any, **kwargs: Any) -> Iterator[requests.Response]:
        """Follow no redirect: where a service sends us is for a person to decide."""
        return iter(())

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """Add no credential on the way."""


class LentAdapter(BaseAdapter):
    """Carries out requests on the loop that made it; :meth:`abandon` ends all of them from there."""

    def __init__(self, caller: Caller, limit: float = REQUEST_LIMIT) -> None:
        super().__init__()
        self._caller, self._limit = caller, limit
        self._loop = asyncio.get_running_loop()
        self._under_way: set[asyncio.Task[object]] = set()
        self._abandoned = False

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        """Return the answer to one request; what a library says about certificates and proxies does not count.

        Raises:
            Refused: with the :class:`~mailwizard.model.Failure` that says why.
        """
        if self._abandoned:
            raise Refused(Failure("cancelled", "stopped"), request)
        work = asyncio.run_coroutine_threadsafe(self._ask(request), self._loop)
        try:
            return _response(work.result(), request, self)
        except Failure as failure:
            raise Refused(failure, request) from None
        except CancelledError:
            raise Refused(Failure("cancelled", "stopped"), request) from None

    async def _ask(self, request: requests.PreparedRequest) -> Answer:
        task = asyncio.current_task()
        if self._abandoned or task is None:
            raise Failure("cancelled", "stopped")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        headers = [(str(name), _text(value)) for name, value in request.headers.items()]
        body = request.body or b""
        try:
            async with asyncio.timeout(self._limit):
                return await self._caller.ask(
                    str(request.url),
                    method=str(request.method),
                    headers=headers,
                    body=body.encode() if isinstance(body, str) else bytes(body),
                )
        except TimeoutError:
            raise Failure("timeout", f"no answer within {self._limit:g} s") from None

    async def abandon(self) -> None:
        """End every request under way and close every connection; the library's thread learns of it at once."""
        self._abandoned = True
        under_way = tuple(self._under_way)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._caller.close()

    def close(self) -> None:
        """Do nothing: connections end with :meth:`abandon`."""


def lend(net: Door, hosts: Collection[str], limit: float = REQUEST_LIMIT) -> LentSession:
    """Return a session for a library; called on the event loop, and ended with its adapter's ``abandon``."""
    return LentSession(LentAdapter(Caller(net, hosts), limit))


def take_over(session: requests.Session, lent: LentSession) -> None:
    """Make a library's own session carry out its requests as the lent one does."""
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.adapters.clear()
    session.mount("https://", lent.get_adapter("https://"))
    session.resolve_redirects = lent.resolve_redirects  # type: ignore[method-assign]
    session.rebuild_auth = lent.rebuild_auth  # type: ignore[method-assign]


def _response(answer: Answer, request: requests.PreparedRequest, adapter: LentAdapter) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status
    response.headers = CaseInsensitiveDict(_joined(answer.headers))
    response.raw = io.BytesIO(answer.body)
    response._content = answer.body
    response.url = answer.url
    response.request = request
    response.encoding = requests.utils.get_encoding_from_headers(response.headers)
    response.reason = HTTPStatus(answer.status).phrase if answer.status in set(HTTPStatus) else ""
    response.connection = adapter  # type: ignore[assignment]
    return response


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _joined(headers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Return each header once; several of a name stand behind each other, and packing is already undone."""
    joined: dict[str, str] = {}
    for name, value in headers:
        if name not in {"set-cookie", "content-encoding", "transfer-encoding"}:
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined

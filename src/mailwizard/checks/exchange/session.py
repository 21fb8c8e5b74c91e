"""The session that exchangelib speaks through: our connection, our proof of who asks, and nothing else."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from mailwizard.checks.exchange.asking import UNAUTHORIZED, denied, refusal, speaks_soap
from mailwizard.checks.exchange.proofs import Proof
from mailwizard.model import Failure
from mailwizard.net.real.sessions import LentAdapter, LentSession

if TYPE_CHECKING:
    from requests import PreparedRequest, Response


class ExchangeSession(LentSession):
    """Asks one address, and hands on only what is an answer of a web service."""

    def __init__(self, adapter: LentAdapter, url: str, proof: Proof, heard: Heard, anchor: str) -> None:
        super().__init__(adapter)
        self._url, self._proof, self._heard, self._anchor = url, proof, heard, anchor
        self.headers.update({"Content-Type": "text/xml; charset=utf-8", "User-Agent": "mailwizard"})
        self.session_id = self.usage_count = 0

    def send(self, request: PreparedRequest, **kwargs: Any) -> Response:
        """Return the answer to a request of the library.

        Raises:
            Failure: ``http.host-not-named`` for any address but the one, ``ews.401``, ``ews.not-ews``, ``http.NNN``.
        """
        if request.url != self._url or request.method != "POST":
            raise Failure("http.host-not-named", "only the one address of the web service may be asked")
        if not self._anchor:
            request.headers.pop("X-AnchorMailbox", None)
        answer = self._proof.sign(request, partial(super().send, **kwargs))
        body = answer.content
        headers = {name.lower(): value for name, value in answer.headers.items()}
        if answer.status_code == UNAUTHORIZED:
            raise denied(headers, body)
        if not speaks_soap(answer.status_code, body):
            raise refusal(answer.status_code, headers, body)
        self._heard.taken(body)
        return answer


class Heard:
    """What the server said last; that it answered at all shows that it took the proof."""

    def __init__(self) -> None:
        self.body = b""
        self.inside = False

    def taken(self, body: bytes) -> None:
        """Write down an answer to somebody whom the server knows."""
        self.body, self.inside = body, True

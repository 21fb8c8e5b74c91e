"""Ways to prove to an Exchange server who asks: Basic (RFC 7617), NTLM ([MS-NTHT], [MS-NLMP]), Bearer (RFC 6750).

A secret that was refused is never sent again, whatever the library above asks for. They run in the library's thread.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from mailwizard.checks import negotiate
from mailwizard.checks.channel import Channel
from mailwizard.checks.exchange.asking import UNAUTHORIZED
from mailwizard.checks.order import Order
from mailwizard.model import AuthKind, Credential, Failure

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

    Send = Callable[[PreparedRequest], Response]

_ALIASES = {"XOAUTH2": "BEARER", "OAUTHBEARER": "BEARER"}
_TYPED = ("NTLM", "NEGOTIATE", "BASIC")
"""For a password, the one to prefer first: NTLM shows it to nobody, also not to a machine in between."""
BROKEN = (
    "the server ended the connection in the middle of NTLM, which signs in a connection and not a request; "
    "something between here and the server may spread requests over several connections"
)


class Proof:
    """What every way has in common: the secret is marked as sent once, and never sent again after a refusal."""

    def __init__(self, leaves: Callable[[], None]) -> None:
        self._leaves = leaves
        self._left = self._refused = False

    def sign(self, request: PreparedRequest, send: Send) -> Response:
        """Return the answer to a request that proves who asks.

        Raises:
            Failure: ``ews.401`` where the secret was refused before, and what the way itself finds.
        """
        if self._refused:
            raise Failure("ews.401", "the server has refused this secret, so it is not sent again")
        answer = self._carry(request, send)
        self._refused = answer.status_code == UNAUTHORIZED
        return answer

    def _carry(self, request: PreparedRequest, send: Send) -> Response:
        raise NotImplementedError

    def _leave(self) -> None:
        """Mark that the secret leaves now."""
        if not self._left:
            self._left = True
            self._leaves()


class Header(Proof):
    """A secret that goes along with every request."""

    def __init__(self, value: str, leaves: Callable[[], None]) -> None:
        super().__init__(leaves)
        self._value = value

    def _carry(self, request: PreparedRequest, send: Send) -> Response:
        self._leave()
        request.headers["Authorization"] = self._value
        return send(request)


class Ntlm(Proof):
    """Three messages on one connection, which is signed in from then on."""

    def __init__(
        self,
        scheme: str,
        credential: Credential,
        channel: Channel,
        leaves: Callable[[], None],
        connections: Callable[[], int],
    ) -> None:
        super().__init__(leaves)
        self._scheme, self._credential, self._channel = scheme, credential, channel
        self._connections = connections
        self._inside = False

    def _carry(self, request: PreparedRequest, send: Send) -> Response:
        if self._inside:
            answer = send(request)
            if answer.status_code != UNAUTHORIZED:
                return answer
            self._inside = False  # another connection, on which nobody has signed in yet
        context = negotiate.ntlm(self._credential, self._channel)
        opening = request.copy()
        opening.body = b""
        opening.headers["Authorization"] = self._header(negotiate.answer(context))
        challenged = send(opening)
        challenge = self._challenge(challenged)
        before = self._connections()
        self._leave()
        request.headers["Authorization"] = self._header(negotiate.answer(context, challenge))
        answer = send(request)
        self._inside = answer.status_code != UNAUTHORIZED
        if not self._inside and self._connections() != before:
            raise Failure("ews.connection-ended", BROKEN)
        return answer

    def _header(self, message: bytes) -> str:
        return f"{self._scheme} {base64.b64encode(message).decode('ascii')}"

    def _challenge(self, answer: Response) -> bytes:
        """Return the server's challenge.

        Raises:
            Failure: ``ews.connection-ended``, ``reply.garbled``.
        """
        found = re.search(
            rf"(?:^|,)\s*{self._scheme}\s+([A-Za-z0-9+/=]{{1,8192}})\s*(?:,|$)",
            answer.headers.get("www-authenticate", ""),
            re.IGNORECASE,
        )
        if answer.status_code != UNAUTHORIZED or found is None:
            raise Failure("reply.garbled", f"it offers {self._scheme} and answers its first message with no challenge")
        if answer.headers.get("connection", "").lower() == "close":
            raise Failure("ews.connection-ended", BROKEN)
        try:
            return base64.b64decode(found[1], validate=True)
        except (binascii.Error, ValueError):
            raise Failure("reply.garbled", "the challenge of NTLM is no base64") from None


def chosen(offered: tuple[str, ...], order: Order, channel: Channel) -> str:
    """Return the way to use among those that the server offers and that serve this kind of secret.

    Raises:
        Failure: ``sign-in.not-offered``, ``sign-in.no-mechanism``.
    """
    if not offered:
        raise Failure("sign-in.not-offered", "it asks for no sign-in that this version knows")
    wanted = _ALIASES.get(order.mechanism, order.mechanism)
    fitting = ("BEARER",) if order.proof.kind is AuthKind.OAUTH2 else _TYPED
    lacks = ""
    for name in fitting:
        # Some servers offer tokens only to whoever has one already: whoever names this way may go it.
        there = name in offered or (name == wanted == "BEARER")
        if not there or wanted not in {"", name}:
            continue
        lacks = _lacking(name, order, channel)
        if not lacks:
            return name
    said = f"it offers only: {' '.join(offered)}"
    raise Failure("sign-in.no-mechanism", f"{said}; {lacks}" if lacks else said)


def _lacking(name: str, order: Order, channel: Channel) -> str:
    """Return why a way cannot be gone here; nothing is sent to find out."""
    if name == "BASIC" and ":" in order.proof.username:
        return "Basic can carry no user name with a colon in it"
    if name == "BEARER" and not (order.proof.secret.isascii() and order.proof.secret.isprintable()):
        return "the token has letters in it that no token can have"
    if name in {"NTLM", "NEGOTIATE"}:
        try:
            negotiate.ntlm(order.proof, channel)
        except Failure as failure:
            return failure.detail
    return ""


def proof(
    name: str, credential: Credential, channel: Channel, leaves: Callable[[], None], connections: Callable[[], int]
) -> Proof:
    """Return one way to sign in; ``leaves`` is called before the first byte that depends on the secret."""
    if name == "BASIC":
        pair = f"{credential.username}:{credential.secret}".encode()
        return Header(f"Basic {base64.b64encode(pair).decode('ascii')}", leaves)
    if name == "BEARER":
        return Header(f"Bearer {credential.secret}", leaves)
    return Ntlm("Negotiate" if name == "NEGOTIATE" else "NTLM", credential, channel, leaves, connections)

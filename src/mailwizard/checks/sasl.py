"""Sign in with a SASL mechanism (RFC 4422), whatever protocol carries it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Generator
from contextlib import suppress
from functools import cache
from typing import Protocol

from mailwizard.checks import mechanisms
from mailwizard.checks.order import Order, Turn
from mailwizard.model import AuthKind, Credential, Failure
from mailwizard.plugins import plugins
from mailwizard.witness import Note


class Mechanism(Protocol):
    """What a module in ``mechanisms/`` offers."""

    @property
    def NAME(self) -> str:
        """Return the registered name (RFC 4422 section 3.1)."""

    @property
    def KINDS(self) -> tuple[AuthKind, ...]:
        """Return the kinds of secret it serves."""

    @property
    def STRENGTH(self) -> int:
        """Return its place in the order: the less it shows of the secret, the higher."""

    @property
    def CLIENT_FIRST(self) -> bool:
        """Return whether the client has the first word."""

    def converse(self, credential: Credential) -> Generator[bytes, bytes, None]:
        """Yield responses and receive challenges, both without base64."""


class Exchange(Protocol):
    """How a protocol carries a conversation; a method returns the next challenge, or ``None`` once signed in."""

    @property
    def takes_initial(self) -> bool:
        """Return whether the first response may come along with the mechanism's name."""

    async def begin(self, mechanism: str, initial: bytes | None) -> bytes | None:
        """Name the mechanism, with the first response where there is one.

        Raises:
            Failure: what the server said when it refused.
        """

    async def respond(self, response: bytes, *, hidden: bool) -> bytes | None:
        """Answer a challenge; ``hidden`` where the response is not for the transcript.

        Raises:
            Failure: what the server said when it refused.
        """

    async def abandon(self) -> None:
        """Break the conversation off."""


@cache
def served() -> tuple[Mechanism, ...]:
    """Return every mechanism there is, strongest first."""
    found: list[Mechanism] = list(plugins(mechanisms).values())
    return tuple(sorted(found, key=lambda mechanism: -mechanism.STRENGTH))


def choose(offered: Collection[str], order: Order) -> Mechanism | None:
    """Return the strongest mechanism that both sides have and that serves this kind of secret."""
    kind = order.proof.kind
    names = {name.upper() for name in offered}
    fitting = (mechanism for mechanism in served() if kind in mechanism.KINDS and mechanism.NAME in names)
    return next((mechanism for mechanism in fitting if order.mechanism in {"", mechanism.NAME}), None)


async def authenticate(
    exchange: Exchange, mechanism: Mechanism, credential: Credential, turn: Turn, note: Note
) -> None:
    """Sign in with one mechanism; after a refusal no other is tried.

    Raises:
        Failure: what the server said; ``reply.garbled`` where it does not follow the mechanism.
    """
    note.add(("mechanism", mechanism.NAME))
    talk = mechanism.converse(credential)
    public = {credential.username.encode()} - {credential.secret.encode()}
    first = next(talk)
    if mechanism.CLIENT_FIRST and exchange.takes_initial:
        turn.offer(note)
        challenge = await exchange.begin(mechanism.NAME, first)
    else:
        challenge = await exchange.begin(mechanism.NAME, None)
        if challenge is None:
            raise Failure("reply.garbled", f"the server took {mechanism.NAME} before it was told who signs in")
        response = first if mechanism.CLIENT_FIRST else talk.send(challenge)
        turn.offer(note)
        challenge = await exchange.respond(response, hidden=response not in public)
    while challenge is not None:
        try:
            response = talk.send(challenge)
        except StopIteration:
            with suppress(Failure):
                await exchange.abandon()
            raise Failure("reply.garbled", f"the server asks for more than {mechanism.NAME} has to say") from None
        challenge = await exchange.respond(response, hidden=response not in public)
    talk.close()
    turn.take()


def encoded(response: bytes) -> bytes:
    """Return a response as it goes on the wire; an empty first response is ``=`` (RFC 4954, RFC 4959)."""
    return base64.b64encode(response)


def decoded(text: str) -> bytes:
    """Read a challenge.

    Raises:
        Failure: ``reply.garbled`` where it is no base64.
    """
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise Failure("reply.garbled", f"a challenge that is no base64: {text}") from None

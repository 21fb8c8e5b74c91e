"""Sign in with a SASL mechanism (RFC 4422), whatever protocol carries it.

Which one is used:

- Only one. After a refusal nothing else is tried: a second mechanism would be a second failed login, and a weaker one
  is what an attacker waits for.
- On an encrypted line, whose certificate has been verified, first SCRAM (RFC 5802, RFC 7677), where the server proves
  itself as well; then PLAIN, LOGIN and POP3's USER; CRAM-MD5, APOP and NTLM only where none of these is offered. TLS
  protects the secret (RFC 8314 section 3), and PLAIN over it is what every server has to offer (RFC 9051 section 11.1,
  RFC 4954 section 4). The old digests add next to nothing to that: CRAM-MD5 proves no server and is no match for a
  guessing machine (draft-ietf-sasl-crammd5-to-historic). But they work only where the server keeps the secret itself,
  or a hash of its own kind, for each account. Many servers advertise them all the same and then refuse a right password
  (PHPMailer issue 2732; Dovecot: "Requested CRAM-MD5 scheme, but we have only SHA512-CRYPT"), and after that refusal
  nothing else may be tried.
- On a line in clear, where a person consented to that, whatever does not show the secret goes first, in the same order.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from typing import Protocol

from mailwizard.checks import mechanisms
from mailwizard.checks.channel import Accepted, Channel
from mailwizard.checks.opening import GOODBYE_LIMIT
from mailwizard.checks.order import Order, Turn
from mailwizard.model import AuthKind, Credential, Failure
from mailwizard.plugins import plugins
from mailwizard.witness import Note

BOUND = "-PLUS"
"""How the names of mechanisms end that are bound to the line (RFC 5801 section 4)."""


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
        """Return its place in the order on an encrypted line: the higher goes first."""

    @property
    def CLIENT_FIRST(self) -> bool:
        """Return whether the client has the first word."""

    @property
    def SHOWS_SECRET(self) -> bool:
        """Return whether whoever reads the line has the secret."""

    def converse(self, credential: Credential, channel: Channel) -> Generator[bytes, bytes, None]:
        """Yield responses and receive challenges, both without base64.

        Raises:
            Failure: where a challenge makes no sense, or the server took us without proving itself.
        """


class Exchange(Protocol):
    """How a protocol carries a conversation; a method returns the next challenge, or ``None`` once signed in."""

    def takes_initial(self, mechanism: str, initial: bytes) -> bool:
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
    """Return every mechanism there is, the one to prefer on an encrypted line first."""
    found: list[Mechanism] = list(plugins(mechanisms).values())
    return tuple(sorted(found, key=lambda mechanism: -mechanism.STRENGTH))


def named(name: str) -> Mechanism:
    """Return the mechanism of a name, which must exist."""
    return next(mechanism for mechanism in served() if name == mechanism.NAME)


def needs_secret(name: str) -> bool:
    """Return whether a mechanism needs a secret; where none is named, or none of that name exists, it may."""
    return all(mechanism.KINDS != (AuthKind.NONE,) for mechanism in served() if name.upper() == mechanism.NAME)


def choose(channel: Channel, order: Order) -> Mechanism | None:
    """Return the mechanism to prefer among those that both sides have and that serve this kind of secret.

    One that needs no secret is used only where it is named.
    """
    preferred = sorted(served(), key=lambda mechanism: preference(mechanism, channel), reverse=True)
    return next(
        (
            mechanism
            for mechanism in preferred
            if _fits(mechanism, channel, order) and not _lacks(mechanism, channel, order)
        ),
        None,
    )


def nothing_in_common(channel: Channel, order: Order) -> Failure:
    """Return what to say where no mechanism can be used: what is offered, and what is lacking here to use it."""
    offered = f"it offers only: {' '.join(channel.offered)}"
    lacking = [_lacks(mechanism, channel, order) for mechanism in served() if _fits(mechanism, channel, order)]
    return Failure("sign-in.no-mechanism", "; ".join((offered, *dict.fromkeys(filter(None, lacking)))))


def preference(mechanism: Mechanism, channel: Channel) -> tuple[bool, int]:
    """Return how much a mechanism is to be preferred on a line; more is better."""
    return (channel.tls is None and not mechanism.SHOWS_SECRET, mechanism.STRENGTH)


def _fits(mechanism: Mechanism, channel: Channel, order: Order) -> bool:
    named = order.mechanism == mechanism.NAME
    secretless = named and mechanism.KINDS == (AuthKind.NONE,)
    return (
        mechanism.NAME in channel.offered
        and (named or not order.mechanism)
        and (secretless or order.proof.kind in mechanism.KINDS)
        and (not mechanism.NAME.endswith(BOUND) or bool(channel.binding))
    )


def _lacks(mechanism: Mechanism, channel: Channel, order: Order) -> str:
    """Return why a mechanism cannot carry this user name and secret, or be had here; nothing is sent to find out."""
    try:
        next(mechanism.converse(order.proof, channel))
    except Failure as failure:
        return failure.detail
    return ""


async def authenticate(
    exchange: Exchange, mechanism: Mechanism, credential: Credential, channel: Channel, turn: Turn, note: Note
) -> None:
    """Sign in with one mechanism; after a refusal no other is tried.

    Raises:
        Failure: what the server said; ``reply.garbled`` where it does not follow the mechanism,
            ``sign-in.server-unproven`` where it does not prove that it knows the secret.
    """
    note.add(("mechanism", mechanism.NAME))
    talk = mechanism.converse(credential, channel)
    with minding_letters(credential, note):
        try:
            await _Talk(exchange, credential, turn, note).run(mechanism, talk)
        except Failure as failure:
            talk.throw(failure)
            raise
    turn.take()


@contextmanager
def minding_letters(credential: Credential, note: Note) -> Iterator[None]:
    """Where a sign-in fails, write down that name or secret has letters that some servers read otherwise.

    A mechanism sends them as UTF-8, prepared where its standard asks for that (SCRAM: RFC 4013), and as they are where
    it does not (RFC 4616 section 2 leaves that to the server). Servers differ all the same.
    """
    try:
        yield
    except Failure:
        if not (credential.username + credential.secret).isascii():
            note.add(("letters", "beyond-ascii"))
        raise


class _Talk:
    """One conversation, which shows in the transcript what is public and marks when the secret leaves."""

    def __init__(self, exchange: Exchange, credential: Credential, turn: Turn, note: Note) -> None:
        self._exchange, self._turn, self._note = exchange, turn, note
        public = {b"", credential.username.encode()}
        self._public = public - {credential.secret.encode()} if credential.secret else public
        self._offered = False

    async def run(self, mechanism: Mechanism, talk: Generator[bytes, bytes, None]) -> None:
        """Answer until the server has taken us."""
        exchange, name = self._exchange, mechanism.NAME
        first = next(talk)
        if mechanism.CLIENT_FIRST and exchange.takes_initial(name, first):
            self._leaves(first)
            challenge = await exchange.begin(name, first)
        else:
            challenge = await exchange.begin(name, None)
            if challenge is None:
                raise Failure("reply.garbled", f"the server took {name} before it was told who signs in")
            if mechanism.CLIENT_FIRST:
                challenge = await self._say(first)
        while challenge is not None:
            challenge = await self._say(await self._answer(name, talk, challenge))
        if not self._offered and AuthKind.NONE not in mechanism.KINDS:
            raise Failure("reply.garbled", f"the server said that {name} is done before any secret was sent")
        with suppress(Accepted):
            talk.throw(Accepted())

    async def _say(self, response: bytes) -> bytes | None:
        hidden = response not in self._public
        self._leaves(response)
        return await self._exchange.respond(response, hidden=hidden)

    def _leaves(self, response: bytes) -> None:
        """Mark the moment in which the first byte leaves that depends on the secret."""
        if response not in self._public and not self._offered:
            self._turn.offer(self._note)
            self._offered = True

    async def _answer(self, name: str, talk: Generator[bytes, bytes, None], challenge: bytes) -> bytes:
        """Return the answer to a challenge; else break off.

        It is found in a thread, because it may be work on purpose, which must keep nobody waiting who wants to stop.
        """
        from mailwizard.blocking import abandonable  # here, as only a sign-in needs it

        try:
            response = await abandonable(partial(_next, talk, challenge))
            if response is None:
                raise Failure("reply.garbled", f"the server asks for more than {name} has to say")
        except Failure:
            with suppress(Failure, TimeoutError):
                async with asyncio.timeout(GOODBYE_LIMIT):
                    await self._exchange.abandon()
            raise
        return response


def _next(talk: Generator[bytes, bytes, None], challenge: bytes) -> bytes | None:
    """Return what a conversation answers, or ``None`` where it has ended."""
    try:
        return talk.send(challenge)
    except StopIteration:
        return None


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

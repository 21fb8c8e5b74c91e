"""Check an incoming server: POP3 (RFC 1939) with implicit TLS, STLS (RFC 2595) or neither, and AUTH (RFC 5034)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from mailwizard.checks.channel import Channel
from mailwizard.checks.clear_text import guard, unless_encrypted, welcome
from mailwizard.checks.collecting import collect, prepare
from mailwizard.checks.looking import greeted
from mailwizard.checks.opening import opened, say_goodbye
from mailwizard.checks.order import Order, Turn
from mailwizard.checks.protocols.pop3 import Pop3
from mailwizard.checks.sasl import authenticate, choose, nothing_in_common
from mailwizard.checks.securing import secure
from mailwizard.model import Failure, Protocol, Security, Step
from mailwizard.net import Net
from mailwizard.witness import Note, Witness

PROTOCOL = Protocol.POP3
STEPS = (Step.RESOLVE, Step.CONNECT, Step.ENCRYPT, Step.GREETING, Step.CAPABILITIES, Step.SIGN_IN, Step.MAILBOX)
REFUSAL = re.compile(r"-ERR(?![A-Z])", re.IGNORECASE)


async def check(order: Order, net: Net, witness: Witness, turn: Turn) -> None:
    """Go through a POP3 session as deep as asked, and tell each step; a delivery takes further sessions."""
    expects = False
    async with _session(order, net, witness, turn) as pop3:
        if pop3 is not None:
            expects = await prepare(pop3, order, witness)
    if expects:
        if order.shown is not None:
            order.shown.sent(order.endpoint)
        await collect(order, partial(_again, order, net, witness), net, witness)


@asynccontextmanager
async def _again(order: Order, net: Net, witness: Witness, turn: Turn) -> AsyncIterator[Pop3]:
    """Open one more session in silence, on a turn of its own: the secret was taken before.

    Raises:
        Failure: as the steps of a check.
    """
    silent = Witness(witness.subject, lambda seen: None, witness.limit, witness.scrub)
    async with _session(order, net, silent, turn) as pop3:
        if pop3 is None:
            raise Failure("bug", "a further session was begun without a sign-in")
        yield pop3


@asynccontextmanager
async def _session(order: Order, net: Net, witness: Witness, turn: Turn) -> AsyncIterator[Pop3 | None]:
    """Open a session and sign in where that is asked; yield it once inside, else ``None``."""
    endpoint = order.endpoint
    async with opened(endpoint, net, witness, order.shown) as line:
        pop3 = Pop3(line)
        async with witness.step(Step.GREETING) as note:
            note.detail = await greeted(pop3.greeting, line, endpoint, net, note, witness.limit)

        async with witness.step(Step.CAPABILITIES) as note:
            await _learn(pop3, note)

        if endpoint.security is Security.STARTTLS:
            async with witness.step(Step.ENCRYPT) as note:
                if pop3.says_capabilities and not pop3.offers("STLS"):
                    raise Failure("starttls.not-offered", f"it offers only: {_listed(pop3)}")
                await _start_tls(pop3)
                await secure(line, endpoint, note, order.shown)
            async with witness.step(Step.CAPABILITIES) as note:
                # A timestamp that came in clear may be somebody else's, chosen to learn the secret from its digest.
                pop3.timestamp = ""
                await _learn(pop3, note)

        inside = order.signs_in and await turn.granted(order, witness)
        if inside:
            async with witness.step(Step.SIGN_IN) as note:
                guard(line, order, note)
                channel = Channel.of(endpoint, line.tls, pop3.mechanisms)
                mechanism = choose(channel, order)
                if mechanism is None:
                    raise unless_encrypted(line, pop3.offers("STLS"), nothing_in_common(channel, order))
                await authenticate(pop3, mechanism, order.proof, channel, turn, note)
                welcome(line, order, note)
                await _look(pop3, note)

        yield pop3 if inside else None
        await say_goodbye(line, b"QUIT\r\n")


async def _learn(pop3: Pop3, note: Note) -> None:
    """Ask what the server can do, and write it down."""
    await pop3.learn_capabilities()
    note.add(("capabilities", _listed(pop3)), ("mechanisms", " ".join(pop3.mechanisms)))
    for name in ("LOGIN-DELAY", "EXPIRE"):
        if said := pop3.argument(name):
            note.add((name.lower(), said))
    note.detail = _listed(pop3) if pop3.says_capabilities else "it does not say what it can do"


async def _start_tls(pop3: Pop3) -> None:
    """Ask to go over to TLS."""
    try:
        await pop3.ask("STLS")
    except Failure as failure:
        if failure.code.startswith("pop3."):
            code = "starttls.refused" if pop3.says_capabilities else "starttls.not-offered"
            raise Failure(code, failure.detail) from None
        raise


async def _look(pop3: Pop3, note: Note) -> None:
    """Ask how much mail there is, and whether messages have names that stay; trouble is a warning, for we are in."""
    try:
        messages, octets = await pop3.count()
        note.add(("messages", str(messages)), ("octets", str(octets)))
        note.add(("uidl", "yes" if await _names(pop3, messages) else "no"))
    except Failure as failure:
        if not note.code:  # that the secret went in clear is the graver warning
            said = (
                failure.detail
                if failure.code.startswith("reply.")
                else f"asked how much mail there is: {failure.detail}"
            )
            note.warn(failure.code, said)


async def _names(pop3: Pop3, messages: int) -> bool:
    """Return whether messages have names that stay (UIDL), without which none can be left on the server."""
    if pop3.offers("UIDL") or not messages:
        return pop3.offers("UIDL")
    try:
        return bool(await pop3.ask("UIDL 1"))
    except Failure as failure:
        if failure.code.startswith("pop3."):
            return False
        raise


def _listed(pop3: Pop3) -> str:
    """Return the capabilities on one line."""
    return ", ".join(pop3.capabilities) or "nothing"

"""Check an incoming server: IMAP (RFC 3501, RFC 9051) with implicit TLS, STARTTLS or neither."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mailwizard.checks.channel import Channel
from mailwizard.checks.clear_text import guard, unless_encrypted, welcome
from mailwizard.checks.delivery import receive, tidy
from mailwizard.checks.looking import greeted
from mailwizard.checks.opening import opened, say_goodbye
from mailwizard.checks.order import Order, Turn
from mailwizard.checks.protocols.imap import Imap
from mailwizard.checks.sasl import authenticate, choose, minding_letters, named, nothing_in_common, preference
from mailwizard.checks.securing import secure
from mailwizard.model import Failure, Protocol, Security, Step
from mailwizard.net import Net
from mailwizard.witness import Note, Witness

PROTOCOL = Protocol.IMAP
STEPS = (
    Step.RESOLVE,
    Step.CONNECT,
    Step.ENCRYPT,
    Step.GREETING,
    Step.CAPABILITIES,
    Step.SIGN_IN,
    Step.MAILBOX,
    Step.APPEND,
)
REFUSAL = re.compile(r"\S+ (?:NO|BAD|BYE)(?![A-Z])", re.IGNORECASE)


async def check(order: Order, net: Net, witness: Witness, turn: Turn) -> None:
    """Go through an IMAP session as deep as asked, and tell each step."""
    async with session(order, net, witness, turn) as (imap, inside):
        if order.signs_in and inside:
            if order.parcel is not None:
                await receive(imap, order, net, witness)
            else:
                await tidy(imap, order, witness)

        await say_goodbye(imap.line, b"z LOGOUT\r\n")


@asynccontextmanager
async def session(order: Order, net: Net, witness: Witness, turn: Turn) -> AsyncIterator[tuple[Imap, bool]]:
    """Yield a session that has come as far as the sign-in, and whether it may go on: the turn may not be granted."""
    endpoint = order.endpoint
    async with opened(endpoint, net, witness, order.shown) as line:
        imap = Imap(line)
        async with witness.step(Step.GREETING) as note:
            greeting = await greeted(imap.greeting, line, endpoint, net, note, witness.limit)
            note.detail = greeting.said
            if greeting.word == "PREAUTH":
                raise Failure("imap.preauth", greeting.said)

        async with witness.step(Step.CAPABILITIES) as note:
            await _learn(imap, note)

        if endpoint.security is Security.STARTTLS:
            async with witness.step(Step.ENCRYPT) as note:
                if not imap.offers("STARTTLS"):
                    raise Failure("starttls.not-offered", f"it offers only: {_listed(imap)}")
                await _start_tls(imap)
                await secure(line, endpoint, note, order.shown)
                imap.alerts.clear()
            async with witness.step(Step.CAPABILITIES) as note:
                imap.capabilities = ()
                await _learn(imap, note)

        inside = not order.signs_in or await turn.granted(order, witness)
        if order.signs_in and inside:
            async with witness.step(Step.SIGN_IN) as note:
                guard(line, order, note)
                try:
                    await _sign_in(imap, order, turn, note)
                finally:
                    note.add(*(("alert", alert) for alert in imap.alerts))
                welcome(line, order, note)
        yield imap, inside


async def _learn(imap: Imap, note: Note) -> None:
    """Ask what the server can do unless it has said so unasked, and write it down."""
    if not imap.capabilities:
        await imap.learn_capabilities()
    note.add(("capabilities", _listed(imap)), ("mechanisms", " ".join(imap.mechanisms)))
    note.detail = _listed(imap)


async def _start_tls(imap: Imap) -> None:
    """Ask to go over to TLS."""
    try:
        await imap.ask("STARTTLS")
    except Failure as failure:
        if failure.code.startswith("imap.") and failure.code != "imap.bye":
            raise Failure("starttls.refused", failure.detail) from None
        raise


async def _sign_in(imap: Imap, order: Order, turn: Turn, note: Note) -> None:
    """Sign in with the mechanism to prefer.

    The LOGIN command stands where the mechanism LOGIN stands, and takes the place of PLAIN where that would cost a
    round trip more.
    """
    credential = order.proof
    channel = Channel.of(order.endpoint, imap.line.tls, imap.mechanisms)
    mechanism = choose(channel, order)
    command = not imap.offers("LOGINDISABLED") and credential.kind.typed and order.mechanism in {"", "LOGIN"}
    short = not imap.offers("SASL-IR") and credential.username.isascii() and credential.secret.isascii()
    instead = mechanism is None or (
        short
        if mechanism.NAME in {"PLAIN", "LOGIN"}
        else preference(mechanism, channel) < preference(named("LOGIN"), channel)
    )
    if command and instead:
        note.add(("mechanism", "LOGIN"))
        turn.offer(note)
        with minding_letters(credential, note):
            await imap.login(credential)
        turn.take()
    elif mechanism is not None:
        await authenticate(imap, mechanism, credential, channel, turn, note)
    elif imap.mechanisms:
        raise unless_encrypted(imap.line, imap.offers("STARTTLS"), nothing_in_common(channel, order))
    else:
        raise Failure("sign-in.not-offered", f"it offers only: {_listed(imap)}")


def _listed(imap: Imap) -> str:
    """Return the capabilities on one line."""
    return " ".join(imap.capabilities) or "nothing"

"""Check an outgoing server: SMTP with implicit TLS, STARTTLS (RFC 3207) or neither, and AUTH (RFC 4954)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mailwizard.checks.channel import Channel
from mailwizard.checks.clear_text import guard, unless_encrypted, welcome
from mailwizard.checks.deliverability import studying, tell
from mailwizard.checks.looking import greeted
from mailwizard.checks.opening import opened, say_goodbye
from mailwizard.checks.order import Order, Turn
from mailwizard.checks.protocols.smtp import Smtp
from mailwizard.checks.sasl import authenticate, choose, nothing_in_common
from mailwizard.checks.securing import secure
from mailwizard.checks.sending import ask_senders, send_message
from mailwizard.model import Failure, Protocol, Security, Step
from mailwizard.net import Net
from mailwizard.witness import Note, Witness

PROTOCOL = Protocol.SMTP
STEPS = (
    *(Step.RESOLVE, Step.CONNECT, Step.ENCRYPT, Step.GREETING, Step.CAPABILITIES, Step.SIGN_IN),
    *(Step.MAIL_FROM, Step.RCPT_TO, Step.DATA),
)
REFUSAL = re.compile(r"[45][0-9]{2}(?![0-9])")


async def check(order: Order, net: Net, witness: Witness, turn: Turn) -> None:
    """Go through an SMTP session as deep as asked, and tell each step; meanwhile look up the sending domains."""
    domains = tuple(sender.domain for sender in order.senders) if order.asks_sender else ()
    async with studying(domains, order.endpoint.host, net) as standing:
        if await _converse(order, net, witness, turn):
            await tell(standing, witness)


async def _converse(order: Order, net: Net, witness: Witness, turn: Turn) -> bool:
    """Go through the session, and return whether it came to its end."""
    async with session(order, net, witness, turn) as (smtp, inside):
        if order.asks_sender and inside:
            taken = await ask_senders(smtp, order, witness)
            if order.parcel is not None:
                await send_message(smtp, order, order.parcel, taken, witness)

        await say_goodbye(smtp.line, b"QUIT\r\n")
        return inside


@asynccontextmanager
async def session(order: Order, net: Net, witness: Witness, turn: Turn) -> AsyncIterator[tuple[Smtp, bool]]:
    """Yield a session that has come as far as the sign-in, and whether it may go on: the turn may not be granted."""
    endpoint = order.endpoint
    async with opened(endpoint, net, witness, order.shown) as line:
        smtp = Smtp(line)
        async with witness.step(Step.GREETING) as note:
            greeting = await greeted(smtp.hear, line, endpoint, net, note, witness.limit)
            note.detail, note.enhanced = greeting.text, greeting.enhanced
            if greeting.code != 220:
                raise smtp.failure(greeting)

        async with witness.step(Step.CAPABILITIES) as note:
            await _learn(smtp, note)

        if endpoint.security is Security.STARTTLS:
            async with witness.step(Step.ENCRYPT) as note:
                if not smtp.offers("STARTTLS"):
                    raise Failure("starttls.not-offered", f"it offers only: {_listed(smtp)}")
                ready = await smtp.ask(b"STARTTLS")
                if ready.code != 220:
                    raise smtp.failure(ready, "starttls.refused")
                await secure(line, endpoint, note, order.shown)
            async with witness.step(Step.CAPABILITIES) as note:
                await _learn(smtp, note)

        inside = not order.signs_in or await turn.granted(order, witness)
        if order.signs_in and inside:
            async with witness.step(Step.SIGN_IN) as note:
                await _sign_in(smtp, order, turn, note)
                welcome(line, order, note)
        yield smtp, inside


async def _sign_in(smtp: Smtp, order: Order, turn: Turn, note: Note) -> None:
    """Sign in with the mechanism to prefer among those in common."""
    guard(smtp.line, order, note)
    if not smtp.mechanisms:
        raise Failure("sign-in.not-offered", f"it offers only: {_listed(smtp)}")
    channel = Channel.of(order.endpoint, smtp.line.tls, smtp.mechanisms)
    mechanism = choose(channel, order)
    if mechanism is None:
        raise unless_encrypted(smtp.line, smtp.offers("STARTTLS"), nothing_in_common(channel, order))
    await authenticate(smtp, mechanism, order.proof, channel, turn, note)


async def _learn(smtp: Smtp, note: Note) -> None:
    """Ask what the server can do, and write it down."""
    await smtp.hello()
    note.add(("capabilities", _listed(smtp)), ("mechanisms", " ".join(smtp.mechanisms)))
    note.detail = _listed(smtp)


def _listed(smtp: Smtp) -> str:
    """Return the extensions on one line."""
    return ", ".join(smtp.extensions) or "nothing"

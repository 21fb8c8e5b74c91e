"""Check Exchange Web Services ([MS-OXWSCDATA]) at one confirmed address, through exchangelib; nothing is followed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mailwizard.blocking import abandonable
from mailwizard.checks.deliverability import studying, tell
from mailwizard.checks.ending import warn_of_the_end
from mailwizard.checks.exchange.asking import Offer, learn
from mailwizard.checks.exchange.delivery import deliver, tell_sender_unknown, tidy
from mailwizard.checks.exchange.desk import Desk, load
from mailwizard.checks.order import Order, Turn
from mailwizard.checks.web_service import lent, line_to
from mailwizard.model import Failure, Protocol, Step
from mailwizard.net import Net
from mailwizard.witness import Note, Witness

PROTOCOL = Protocol.EWS
STEPS = (
    Step.RESOLVE,
    Step.CONNECT,
    Step.ENCRYPT,
    Step.CAPABILITIES,
    Step.SIGN_IN,
    Step.MAIL_FROM,
    Step.DATA,
    Step.MAILBOX,
    Step.APPEND,
)
REFUSAL = re.compile(r"HTTP/1\.[01] [45][0-9]{2}(?![0-9])")


async def check(order: Order, net: Net, witness: Witness, turn: Turn) -> None:
    """Go as deep as asked, and tell each step; meanwhile look up the sending domains, and load the library."""
    domains = tuple(sender.domain for sender in order.senders) if order.asks_sender else ()
    async with studying(domains, order.endpoint.host, net) as standing, _loading(order):
        if await _converse(order, net, witness, turn) and order.asks_sender:
            await tell(standing, witness)


async def _converse(order: Order, net: Net, witness: Witness, turn: Turn) -> bool:
    """Go through the check, and return whether it came to its end."""
    async with line_to(order, net, witness) as line, lent(order, net, line) as caller:
        tls = line.tls
        async with witness.step(Step.CAPABILITIES) as note:
            offer = await learn(caller, order.endpoint)
            _write(offer, note)
        if not order.signs_in:
            return True
        if not await turn.granted(order, witness):
            return False
        desk = Desk(caller, order, tls, offer.mechanisms)
        try:
            async with witness.step(Step.SIGN_IN) as note:
                opened = await desk.sign_in(turn, note)
                warn_of_the_end(order, note)
            async with witness.step(Step.MAILBOX) as note:
                if isinstance(opened, Failure):
                    raise opened
                note.add(("folders", ", ".join(desk.names("inbox", "junk", "sent"))))
                note.add(("messages", str(opened.messages)), ("unread", str(opened.unread)))
                note.detail = f"{opened.name} opened: messages {opened.messages}, unread {opened.unread}"
                await tidy(desk, order, note)
            if order.parcel is not None:
                await deliver(desk, order, order.parcel, net, witness)
            elif order.asks_sender:
                tell_sender_unknown(witness)
        finally:
            await desk.abandon()
    return True


def _write(offer: Offer, note: Note) -> None:
    """Write down what the server offers."""
    offered = " ".join(offer.mechanisms)
    note.add(("capabilities", "EWS"), ("mechanisms", offered), ("product", offer.product))
    by = f" ({offer.product})" if offer.product else ""
    note.detail = f"a web service of Exchange{by}, which offers: {offered or 'no sign-in'}"


@asynccontextmanager
async def _loading(order: Order) -> AsyncIterator[None]:
    """Load the library while the server is reached; nobody waits for it who does not need it."""
    work = asyncio.ensure_future(abandonable(load)) if order.signs_in else None
    try:
        yield
    finally:
        if work is not None:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

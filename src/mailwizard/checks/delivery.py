"""The mailbox's part of a message to oneself over IMAP: wait, read how it came, look into Sent, remove exactly it."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from mailwizard.checks import arrival, leftovers, waiting
from mailwizard.checks.arrival import Arrival
from mailwizard.checks.deliverability import relatives
from mailwizard.checks.mailbox import Mailbox, Removed
from mailwizard.checks.order import Order
from mailwizard.checks.parcel import Parcel
from mailwizard.checks.protocols.imap import Imap
from mailwizard.model import Failure, Step
from mailwizard.net import Net
from mailwizard.witness import Note, Skip, Witness

ROUND = 3.0
"""Seconds to wait in the inbox before the junk folder is looked at again."""
_BREAKS = ("tcp.", "tls.", "timeout", "reply.too-large", "reply.line-too-long", "imap.bye")
"""How the codes begin after which nothing more can be said on a connection."""
POLL = 1.0
"""Seconds between two looks where the server cannot tell by itself that something arrived."""


async def tidy(imap: Imap, order: Order, witness: Witness) -> None:
    """Remove what earlier checks had left in this mailbox; nothing is asked where nothing was left."""
    tokens = await leftovers.tokens(order)
    if not tokens:
        return
    with suppress(Failure):
        async with witness.step(Step.MAILBOX) as note:
            note.detail = "a test message of an earlier check was looked for; it is not there"
            mailbox = Mailbox(imap)
            try:
                await mailbox.open()
                await leftovers.remove(tokens, mailbox.remove_everywhere, note)
            except Failure as failure:
                note.warn("delivery.left", f"a test message of an earlier check may still be there: {failure}")


async def receive(imap: Imap, order: Order, net: Net, witness: Witness) -> None:
    """Go through the delivery of a message as the mailbox sees it; a cancelled check still removes what has arrived.

    Raises:
        Failure: what the server said; ``delivery.lost``.
    """
    parcel = order.parcel
    if parcel is None:
        return
    await waiting.to_its_end(_story(imap, order, parcel, net, witness), parcel)


async def _story(imap: Imap, order: Order, parcel: Parcel, net: Net, witness: Witness) -> None:
    """Look at the mailbox, wait, read, look into Sent, and leave nothing of ours behind."""
    mailbox = Mailbox(imap)
    async with witness.step(Step.MAILBOX) as note:
        await mailbox.open()
        await leftovers.remove(await leftovers.tokens(order), mailbox.remove_everywhere, note)
        await mailbox.find("INBOX", parcel.token)
        places = [*mailbox.places, *filter(None, [mailbox.folder("\\Sent")])]
        note.add(("folders", ", ".join(dict.fromkeys(places))))
        note.detail = note.detail or f"ready to look into {', '.join(mailbox.places)}"
    parcel.expect()
    if not await parcel.departed():
        return
    arrived = broken = False
    try:
        with suppress(Skip):
            async with witness.step(Step.MAILBOX, order.wait + witness.limit) as note:
                note.add(("wait", "message"))
                found = await _wait(imap, mailbox, order, parcel, note)
                arrived = True
            await waiting.tell_way(found, parcel, net, witness)
            async with witness.step(Step.APPEND) as note:
                await _look_into_sent(mailbox, parcel, note)
    except Failure as failure:
        broken = failure.code.startswith(_BREAKS)
        raise
    finally:
        if broken:
            leftovers.tell_behind(witness, "the connection broke", arrived=arrived)
        elif not waiting.cancelling():
            await _clean_up(mailbox, parcel, witness, arrived=arrived)


async def _wait(imap: Imap, mailbox: Mailbox, order: Order, parcel: Parcel, note: Note) -> Arrival:
    """Wait for the message and return how it came.

    Raises:
        Failure: ``delivery.lost`` where it did not come in time; what the server said.
        Skip: ``cancelled``.
    """
    limit = order.wait
    async with waiting.ticking(note, parcel, limit):
        woken = False
        while True:
            for folder in mailbox.places:
                numbers = await mailbox.find(folder, parcel.token)
                if numbers:
                    found = arrival.read(await mailbox.head(numbers[0]), relatives(order.endpoint.host))
                    return waiting.noted(folder, found, parcel, note)
            left = parcel.left_at + limit - time.monotonic()
            if left <= 0:
                raise Failure("delivery.lost", waiting.lost(parcel, limit))
            if parcel.stop.is_set():
                raise Skip("cancelled", "stopped before the message had arrived")
            await mailbox.find("INBOX", parcel.token)
            woken = await _pause(imap, parcel, min(left, ROUND), in_vain=woken)


async def _pause(imap: Imap, parcel: Parcel, seconds: float, *, in_vain: bool) -> bool:
    """Wait until there may be something new; return whether the server said so at once.

    Where it did so before and there was nothing (``in_vain``) the clock decides, or it would be asked without a rest.
    """
    if imap.offers("IDLE") and not in_vain:
        begun = time.monotonic()
        await imap.idle(seconds, parcel.stop)
        return time.monotonic() - begun < POLL
    with suppress(TimeoutError):
        async with asyncio.timeout(min(seconds, POLL)):
            await parcel.stop.wait()
    return False


async def _look_into_sent(mailbox: Mailbox, parcel: Parcel, note: Note) -> None:
    """Find out who saves the copy in Sent: the server, or a program, which is then proven to be possible.

    Raises:
        Failure: what the server said to APPEND.
        Skip: ``delivery.no-sent-folder``.
    """
    folder = mailbox.folder("\\Sent")
    if not folder:
        raise Skip("delivery.no-sent-folder", "there is no folder for sent messages")
    note.add(("folder", folder))
    copies = len(await mailbox.find(folder, parcel.token))
    if not copies and parcel.sent_copy == "auto":
        note.warn("delivery.no-sent-copy", f"the provider keeps a copy of what is sent, but none is in {folder}")
        return
    saved = not copies
    if saved:
        await mailbox.append(folder, parcel.content)
        copies = len(await mailbox.find(folder, parcel.token))
    note.add(("sent-copy", "client" if saved else "server"), ("copies", str(copies)))
    if copies > 1:
        note.warn("delivery.two-sent-copies", f"{copies} copies of the message are in {folder}")
    elif not copies:
        note.warn("delivery.no-sent-copy", f"{folder} took a copy but does not show it")
    else:
        by = "a program has to save the copy; that works" if saved else "the server saves the copy itself"
        note.detail = f"in {folder}: {by}"


async def _clean_up(mailbox: Mailbox, parcel: Parcel, witness: Witness, *, arrived: bool) -> None:
    """Remove our message wherever it is, and say so."""
    removed = Removed()
    with suppress(Failure):
        async with witness.step(Step.MAILBOX) as note:
            removed = await mailbox.remove_everywhere(parcel.token)
            note.add(("removed", str(removed.gone)), ("left", str(removed.left)))
            note.detail = f"removed exactly what is ours: {removed.words}"
            if not (removed.gone or removed.left):
                note.detail = "nothing of ours is there yet; the next check removes what still comes"
            if removed.left:
                detail = f"{removed.left} of ours stay: {mailbox.reason}"
                note.warn("delivery.left", detail)
    if arrived and removed.gone and not removed.left:
        await leftovers.forget(parcel.token)

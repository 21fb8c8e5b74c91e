"""A message to oneself over EWS: send it, wait for it, read how it came, look into Sent, and remove exactly it."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from functools import partial

from mailwizard.checks import arrival, leftovers, waiting
from mailwizard.checks.arrival import Arrival
from mailwizard.checks.deliverability import relatives
from mailwizard.checks.exchange.desk import Desk
from mailwizard.checks.exchange.folders import PLACES, Folders, Found
from mailwizard.checks.mailbox import Removed
from mailwizard.checks.order import Order
from mailwizard.checks.parcel import Parcel
from mailwizard.checks.sending import of_the_login
from mailwizard.model import Evidence, Failure, Outcome, Step
from mailwizard.net import Net
from mailwizard.witness import Note, Skip, Witness

POLL = 1.0
"""Seconds between two looks."""
_BREAKS = ("tcp.", "tls.", "timeout", "http.too-large", "http.garbled", "cancelled")
"""How the codes begin after which nothing more can be said on a connection."""
_REFUSALS = tuple(
    f"ews.Error{name}"
    for name in ("SendAs", "Access", "Quota", "Message", "Invalid", "Mime", "Missing", "SubmissionQuota", "Schema")
)
"""How the codes begin with which a message is refused for sure: nothing of it is anywhere."""


async def tidy(desk: Desk, order: Order, note: Note) -> None:
    """Remove what earlier checks had left in this mailbox; nothing is asked where nothing was left."""
    tokens = await leftovers.tokens(order)
    if not tokens:
        return
    try:
        await leftovers.remove(tokens, partial(_remove, desk), note)
    except Failure as failure:
        note.warn("delivery.left", f"a test message of an earlier check may still be there: {failure}")


async def deliver(desk: Desk, order: Order, parcel: Parcel, net: Net, witness: Witness) -> None:
    """Go through the whole delivery; a cancelled check still removes what has arrived.

    Raises:
        Failure: what the server said; ``delivery.lost``.
    """
    await waiting.to_its_end(_story(desk, order, parcel, net, witness), parcel)


async def _story(desk: Desk, order: Order, parcel: Parcel, net: Net, witness: Witness) -> None:
    parcel.expect()
    arrived = broken = refused = False
    try:
        async with witness.step(Step.DATA) as note:
            note.add(("message-id", parcel.message_id), ("token", parcel.token), *of_the_login(parcel.sender, order))
            await leftovers.remember(parcel, order, note)
            note.add(("message", "sent"))
            await desk.run(partial(_send, parcel))
            note.detail = "the server took the message"
            parcel.taken(note.detail)
        with suppress(Skip):
            async with witness.step(Step.MAILBOX, order.wait + witness.limit) as note:
                note.add(("wait", "message"))
                found = await _wait(desk, order, parcel, note)
                arrived = True
            await waiting.tell_way(found, parcel, net, witness)
            async with witness.step(Step.APPEND) as note:
                await _look_into_sent(desk, parcel, note)
    except Failure as failure:
        broken = failure.code.startswith(_BREAKS)
        refused = not parcel.left_at and failure.code.startswith(_REFUSALS)
        raise
    finally:
        if refused:
            await leftovers.forget(parcel.token)
        elif broken:
            leftovers.tell_behind(witness, "the connection broke", arrived=arrived)
        elif not waiting.cancelling():
            await _clean_up(desk, parcel, witness, arrived=arrived)


def _send(parcel: Parcel, folders: Folders) -> None:
    folders.send(parcel)


async def _wait(desk: Desk, order: Order, parcel: Parcel, note: Note) -> Arrival:
    """Wait for the message and return how it came.

    Raises:
        Failure: ``delivery.lost`` where it did not come in time; what the server said.
        Skip: ``cancelled``.
    """
    async with waiting.ticking(note, parcel, order.wait):
        while True:
            for place in ("inbox", "junk"):
                found = await desk.run(partial(Folders.find, place=place, token=parcel.token))
                if found:
                    name = "INBOX" if place == "inbox" else next(iter(desk.names(place)), "junk")
                    return waiting.noted(
                        name, arrival.read(found[0].head, relatives(order.endpoint.host)), parcel, note
                    )
            if parcel.left_at + order.wait <= time.monotonic():
                raise Failure("delivery.lost", waiting.lost(parcel, order.wait))
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await parcel.stop.wait()
            if parcel.stop.is_set():
                raise Skip("cancelled", "stopped before the message had arrived")


async def _look_into_sent(desk: Desk, parcel: Parcel, note: Note) -> None:
    """Find the copy that the server was asked to keep.

    Raises:
        Skip: ``delivery.no-sent-folder``.
    """
    names = desk.names("sent")
    if not names:
        raise Skip("delivery.no-sent-folder", "there is no folder for sent messages")
    copies = await desk.run(partial(Folders.find, place="sent", token=parcel.token))
    note.add(("folder", names[0]), ("sent-copy", "server"), ("copies", str(len(copies))))
    if len(copies) > 1:
        note.warn("delivery.two-sent-copies", f"{len(copies)} copies of the message are in {names[0]}")
    elif not copies:
        note.warn("delivery.no-sent-copy", f"the server was asked to keep a copy, but none is in {names[0]}")
    else:
        note.detail = f"in {names[0]}: the server saves the copy itself"


async def _clean_up(desk: Desk, parcel: Parcel, witness: Witness, *, arrived: bool) -> None:
    """Remove our message wherever it is, and say so."""
    removed = Removed()
    with suppress(Failure):
        async with witness.step(Step.MAILBOX) as note:
            removed = await _remove(desk, parcel.token)
            note.add(("removed", str(removed.gone)), ("left", str(removed.left)))
            note.detail = f"removed exactly what is ours: {removed.words}"
            if not (removed.gone or removed.left):
                note.detail = "nothing of ours is there yet; the next check removes what still comes"
            if removed.left:
                note.warn("delivery.left", f"{removed.left} of ours stay, because the server does not remove them")
    if arrived and removed.gone and not removed.left:
        await leftovers.forget(parcel.token)


async def _remove(desk: Desk, token: str) -> Removed:
    """Remove the messages that carry a token from every place, and look whether they are gone.

    Raises:
        Failure: what the server said.
    """
    gone = left = copies = 0
    for place in PLACES:
        found = await desk.run(partial(Folders.find, place=place, token=token))
        if not found:
            continue
        await desk.run(partial(_drop, found))
        stay = len(await desk.run(partial(Folders.find, place=place, token=token)))
        gone, left = gone + len(found) - stay, left + stay
        copies += len(found) - stay if place == "sent" else 0
    return Removed(gone, left, copies)


def _drop(found: list[Found], folders: Folders) -> None:
    folders.remove(found)


def tell_sender_unknown(witness: Witness) -> None:
    """Say why nothing was asked about the From: Exchange has no question for it."""
    detail = "Exchange says who may send as whom only when a message is sent: --until delivery shows it."
    witness.remark(Evidence("", Step.MAIL_FROM, Outcome.SKIP, "sender.unasked", detail=detail))

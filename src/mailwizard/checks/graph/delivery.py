"""A message to oneself over Graph: send it, wait, read how it came, look into Sent Items, remove exactly it."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from mailwizard.checks import arrival, leftovers, waiting
from mailwizard.checks.arrival import Arrival
from mailwizard.checks.deliverability import relatives
from mailwizard.checks.graph.mailbox import Found, Mailbox
from mailwizard.checks.graph.service import Graph
from mailwizard.checks.mailbox import Removed
from mailwizard.checks.order import Order
from mailwizard.checks.parcel import Parcel
from mailwizard.checks.sending import of_the_login
from mailwizard.model import Evidence, Failure, Outcome, Step
from mailwizard.net import Net
from mailwizard.witness import Note, Skip, Witness

POLL = 1.0
"""Seconds between two looks."""
_LATE = 3.0
"""Seconds in which the copy in Sent Items may still turn up."""
_BREAKS = ("tcp.", "tls.", "timeout", "http.garbled", "http.too-large")
"""How the codes begin after which nothing more can be said to a service."""


async def tidy(graph: Graph, order: Order, witness: Witness) -> None:
    """Remove what earlier checks had left in this mailbox; nothing is asked where nothing was left."""
    tokens = await leftovers.tokens(order)
    if not tokens:
        return
    with suppress(Failure):
        async with graph.step(witness, Step.MAILBOX) as note:
            note.detail = "a test message of an earlier check was looked for; it is not there"
            mailbox = Mailbox(graph)
            try:
                await mailbox.open()
                await leftovers.remove(tokens, mailbox.remove_everywhere, note)
            except Failure as failure:
                note.warn("delivery.left", f"a test message of an earlier check may still be there: {failure}")


async def post(graph: Graph, order: Order, parcel: Parcel, net: Net, witness: Witness) -> None:
    """Go through a whole delivery; a cancelled check still removes what has arrived.

    Raises:
        Failure: what Graph said; ``delivery.lost``.
    """
    await waiting.to_its_end(_story(graph, order, parcel, net, witness), parcel)


async def _story(graph: Graph, order: Order, parcel: Parcel, net: Net, witness: Witness) -> None:
    """Look at the mailbox, send, wait, read, look into Sent Items, and leave nothing of ours behind."""
    mailbox = Mailbox(graph)
    async with graph.step(witness, Step.MAILBOX) as note:
        await mailbox.open()
        await leftovers.remove(await leftovers.tokens(order), mailbox.remove_everywhere, note)
        note.add(("folders", ", ".join(mailbox.places)))
        note.detail = note.detail or f"ready to look into {', '.join(mailbox.places)}"
    if parcel.stop.is_set():
        return
    async with graph.step(witness, Step.DATA) as note:
        await _send(mailbox, order, parcel, note)
    _tell_sender(order, parcel, witness)
    found: Found | None = None
    broken = False
    try:
        with suppress(Skip):
            limit = order.wait + witness.limit
            async with graph.step(witness, Step.MAILBOX, limit) as note:
                note.add(("wait", "message"))
                found, way = await _wait(mailbox, order, parcel, note)
            await waiting.tell_way(way, parcel, net, witness)
            async with graph.step(witness, Step.APPEND) as note:
                await _look_into_sent(mailbox, parcel, found, note)
    except Failure as failure:
        broken = failure.code.startswith(_BREAKS)
        raise
    finally:
        if broken:
            leftovers.tell_behind(witness, "the connection broke", arrived=found is not None)
        elif not waiting.cancelling():
            await _clean_up(graph, mailbox, parcel, found, witness)


async def _send(mailbox: Mailbox, order: Order, parcel: Parcel, note: Note) -> None:
    """Hand the message in, written down before it leaves.

    Raises:
        Failure: what Graph said.
    """
    note.add(("message-id", parcel.message_id), ("token", parcel.token), ("from", parcel.sender.display))
    note.add(*of_the_login(parcel.sender, order))
    await leftovers.remember(parcel, order, note)
    note.add(("message", "sent"))
    try:
        reply = await mailbox.send(parcel.content)
    except Failure as failure:
        if dict(failure.facts).get("status", "").startswith("4"):
            await leftovers.forget(parcel.token)
        raise
    note.detail = f"taken with {reply.status}, request {reply.request_id}" if reply.request_id else "taken"
    note.add(*reply.facts)
    parcel.taken(note.detail)


def _tell_sender(order: Order, parcel: Parcel, witness: Witness) -> None:
    """Say that the From was let through, which only a message that was taken shows."""
    sender, recipient = parcel.sender.display, parcel.recipient.display
    facts = (*of_the_login(parcel.sender, order), ("from", sender), ("to", recipient))
    detail = f"a message from {sender} to {recipient} was taken"
    witness.remark(Evidence("", Step.RCPT_TO, Outcome.OK, detail=detail, facts=facts))


async def _wait(mailbox: Mailbox, order: Order, parcel: Parcel, note: Note) -> tuple[Found, Arrival]:
    """Wait for the message and return it, and how it came.

    Raises:
        Failure: ``delivery.lost`` where it did not come in time; what Graph said.
        Skip: ``cancelled``.
    """
    limit = order.wait
    async with waiting.ticking(note, parcel, limit):
        while True:
            seen = await mailbox.find(parcel.token, parcel.message_id)
            came = next((one for one in seen if one.place != "sentitems"), None)
            if came is not None:
                way = arrival.read(await mailbox.head(came), relatives(order.endpoint.host))
                return came, waiting.noted(mailbox.name(came.place), way, parcel, note)
            left = parcel.left_at + limit - time.monotonic()
            if left <= 0:
                raise Failure("delivery.lost", waiting.lost(parcel, limit))
            await _pause(parcel, min(left, POLL))
            if parcel.stop.is_set():
                raise Skip("cancelled", "stopped before the message had arrived")


async def _pause(parcel: Parcel, seconds: float) -> None:
    """Wait, unless the check is stopped."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await parcel.stop.wait()


async def _look_into_sent(mailbox: Mailbox, parcel: Parcel, came: Found, note: Note) -> None:
    """Find the copy in Sent Items, which Graph saves by itself.

    Raises:
        Failure: what Graph said.
        Skip: ``delivery.no-sent-folder``.
    """
    if not mailbox.keeps_sent:
        raise Skip("delivery.no-sent-folder", "there is no folder for sent messages")
    folder = mailbox.name("sentitems")
    note.add(("folder", folder))
    until = time.monotonic() + _LATE
    while True:
        seen = await mailbox.find(parcel.token, came.message_id)
        copies = sum(one.place == "sentitems" for one in seen)
        if copies or time.monotonic() >= until or parcel.stop.is_set():
            break
        await _pause(parcel, POLL)
    note.add(("sent-copy", "server" if copies else "none"), ("copies", str(copies)))
    if copies > 1:
        note.warn("delivery.two-sent-copies", f"{copies} copies of the message are in {folder}")
    elif not copies:
        note.warn("delivery.no-sent-copy", f"the provider keeps a copy of what is sent, but none is in {folder}")
    else:
        note.detail = f"in {folder}: the server saves the copy itself"


async def _clean_up(graph: Graph, mailbox: Mailbox, parcel: Parcel, came: Found | None, witness: Witness) -> None:
    """Remove our message wherever it is, and say so."""
    removed = Removed()
    with suppress(Failure):
        async with graph.step(witness, Step.MAILBOX) as note:
            known = came.message_id if came else parcel.message_id
            removed = await mailbox.remove_everywhere(parcel.token, known)
            note.add(("removed", str(removed.gone)), ("left", str(removed.left)))
            note.detail = f"removed exactly what is ours: {removed.words}"
            if not (removed.gone or removed.left):
                note.detail = "nothing of ours is there yet; the next check removes what still comes"
            if removed.left:
                note.warn("delivery.left", f"{removed.left} of ours stay: they are still there after they were removed")
    if came is not None and removed.gone and not removed.left:
        await leftovers.forget(parcel.token)

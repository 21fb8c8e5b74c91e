"""The mailbox's part of a message to oneself: wait for it, read how it came, look into Sent, remove exactly it."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from mailwizard.checks import arrival
from mailwizard.checks.arrival import Arrival
from mailwizard.checks.mailbox import Mailbox, Removed
from mailwizard.checks.order import Order
from mailwizard.checks.parcel import Parcel
from mailwizard.checks.protocols.imap import Imap
from mailwizard.model import Evidence, Failure, Outcome, Step
from mailwizard.storage import journal
from mailwizard.witness import Note, Skip, Witness

GRACE = 0.15
"""Seconds that removing our message may still take once the check was cancelled."""
ROUND = 3.0
"""Seconds to wait in the inbox before the junk folder is looked at again."""
POLL = 1.0
"""Seconds between two looks where the server cannot tell by itself that something arrived."""


async def receive(imap: Imap, order: Order, witness: Witness) -> None:
    """Go through the delivery of a message as the mailbox sees it; a cancelled check still removes what has arrived.

    Raises:
        Failure: what the server said; ``delivery.lost``.
    """
    parcel = order.parcel
    if parcel is None:
        return
    story = asyncio.ensure_future(_story(imap, order, parcel, witness))
    try:
        await asyncio.shield(story)
    except asyncio.CancelledError:
        parcel.stop.set()
        await asyncio.wait({story}, timeout=GRACE)
        raise
    finally:
        if not story.done():
            story.cancel()
        await asyncio.gather(story, return_exceptions=True)


async def _story(imap: Imap, order: Order, parcel: Parcel, witness: Witness) -> None:
    """Look at the mailbox, wait, read, look into Sent, and leave nothing of ours behind."""
    mailbox = Mailbox(imap)
    async with witness.step(Step.MAILBOX) as note:
        await mailbox.open()
        await _remove_leftovers(mailbox, order, note)
        await mailbox.find("INBOX", parcel.token)
        places = [*mailbox.places, *filter(None, [mailbox.folder("\\Sent")])]
        note.add(("folders", ", ".join(dict.fromkeys(places))))
        note.detail = note.detail or f"ready to look into {', '.join(mailbox.places)}"
    parcel.expect()
    if not await parcel.departed():
        return
    arrived = False
    try:
        with suppress(Skip):
            async with witness.step(Step.MAILBOX, order.wait + witness.limit) as note:
                note.add(("wait", "message"))
                found = await _wait(imap, mailbox, parcel, order.wait, note)
                arrived = True
            _tell_way(found, parcel, witness)
            async with witness.step(Step.APPEND) as note:
                await _look_into_sent(mailbox, parcel, note)
    finally:
        if not _cancelling():
            await _clean_up(mailbox, parcel, witness, arrived=arrived)


def _cancelling() -> bool:
    """Return whether this task is being cancelled, so that nothing more may be waited for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _remove_leftovers(mailbox: Mailbox, order: Order, note: Note) -> None:
    """Remove what an earlier check had to leave behind."""
    if order.credential is None:
        return
    where = order.endpoint.place, order.credential.username
    try:
        entries = await asyncio.to_thread(journal.entries, *where)
    except Failure:
        return
    gone = 0
    for entry in entries:
        removed = await mailbox.remove_everywhere(entry.token)
        gone += removed.gone
        if removed.gone:
            await _forget(entry.token)
    if gone:
        note.add(("removed-earlier", str(gone)))
        note.detail = f"removed {gone} test message{'s' if gone > 1 else ''} that an earlier check had left"


async def _forget(token: str) -> None:
    """Cross a message off; a journal that cannot be written means one vain look at the next start."""
    with suppress(Failure):
        await asyncio.to_thread(journal.forget, token)


async def _wait(imap: Imap, mailbox: Mailbox, parcel: Parcel, limit: float, note: Note) -> Arrival:
    """Wait for the message and return how it came.

    Raises:
        Failure: ``delivery.lost`` where it did not come in time; what the server said.
        Skip: ``cancelled``.
    """
    clock = asyncio.ensure_future(_tick(note, parcel, limit))
    try:
        while True:
            for folder in mailbox.places:
                numbers = await mailbox.find(folder, parcel.token)
                if numbers:
                    return _noted(folder, arrival.read(await mailbox.head(numbers[0])), parcel, note)
            left = parcel.left_at + limit - time.monotonic()
            if left <= 0:
                raise Failure("delivery.lost", _lost(parcel, limit))
            if parcel.stop.is_set():
                raise Skip("cancelled", "stopped before the message had arrived")
            await mailbox.find("INBOX", parcel.token)
            await _pause(imap, parcel, min(left, ROUND))
    finally:
        clock.cancel()
        await asyncio.gather(clock, return_exceptions=True)


async def _pause(imap: Imap, parcel: Parcel, seconds: float) -> None:
    """Wait until there may be something new."""
    if imap.offers("IDLE"):
        await imap.idle(seconds, parcel.stop)
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(min(seconds, POLL)):
            await parcel.stop.wait()


async def _tick(note: Note, parcel: Parcel, limit: float) -> None:
    """Show once a second how long the message has been under way."""
    while True:
        note.tick(f"under way for {time.monotonic() - parcel.left_at:.0f} s, waiting up to {limit:g} s")
        await asyncio.sleep(1)


def _lost(parcel: Parcel, limit: float) -> str:
    """Return what is known about a message that did not come."""
    return f"not there after {limit:g} s; its Message-ID is {parcel.message_id}, the server said: {parcel.queue}"


def _noted(folder: str, found: Arrival, parcel: Parcel, note: Note) -> Arrival:
    """Write down how the message came."""
    delay = time.monotonic() - parcel.left_at
    note.add(("folder", folder), ("delay", f"{delay:.1f}"), *found.facts)
    note.detail = f"arrived in {folder} after {delay:.1f} s"
    if folder.upper() != "INBOX":
        note.warn("delivery.junk", f"arrived in {folder} after {delay:.1f} s")
    return found


def _tell_way(found: Arrival, parcel: Parcel, witness: Witness) -> None:
    """Warn of what receivers would hold against the message."""

    def warn(code: str, detail: str) -> None:
        witness.remark(Evidence("", Step.MAILBOX, Outcome.WARN, code, detail=detail))

    wrote = str(parcel.sender)
    if found.author and found.author.lower() != wrote.lower():
        warn("delivery.from-rewritten", f"written as {wrote}, it arrived as {found.author}")
    if found.result("dmarc") in {"fail", "permerror"}:
        warn("sender.dmarc", f"the receiver found dmarc={found.result('dmarc')}")
    if found.result("spf") in {"fail", "softfail", "permerror"}:
        warn("sender.spf", f"the receiver found spf={found.result('spf')}")


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
            note.detail = f"removed exactly what is ours: {removed.gone} message{'s' if removed.gone > 1 else ''}"
            if not (removed.gone or removed.left):
                note.detail = "nothing of ours is there yet; the next check removes what still comes"
            if removed.left:
                detail = f"{removed.left} of ours stay: without UIDPLUS this server removes no single message"
                note.warn("delivery.left", detail)
    if arrived and removed.gone and not removed.left:
        await _forget(parcel.token)


async def remember(parcel: Parcel, order: Order, note: Note) -> None:
    """Write down, before the message leaves, where it will have to be removed."""
    if order.mailbox is None:
        return
    try:
        await asyncio.to_thread(journal.keep, parcel.token, *order.mailbox)
    except Failure as failure:
        note.add(("journal", failure.code))

"""What waiting for a message to oneself looks like, whatever the mailbox is looked into with."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from mailwizard.checks.arrival import Arrival
from mailwizard.checks.deliverability import dkim
from mailwizard.checks.parcel import Parcel
from mailwizard.model import Evidence, Outcome, Step
from mailwizard.net import Net
from mailwizard.witness import Note, Witness

GRACE = 0.15
"""Seconds that removing our message may still take once the check was cancelled."""
LOOK_UP = 5.0
"""Seconds that looking up the key of a signature may take."""


async def to_its_end(story: Coroutine[Any, Any, None], parcel: Parcel) -> None:
    """Go through a delivery; where the check is cancelled, it gets a moment to remove what has arrived.

    Raises:
        Failure: whatever the story raises.
    """
    task = asyncio.ensure_future(story)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        parcel.stop.set()
        await asyncio.wait({task}, timeout=GRACE)
        raise
    finally:
        if not task.done():
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def cancelling() -> bool:
    """Return whether this task is being cancelled, so that nothing more may be waited for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


@asynccontextmanager
async def ticking(note: Note, parcel: Parcel, limit: float) -> AsyncIterator[None]:
    """Show once a second how long the message has been under way."""
    clock = asyncio.ensure_future(_tick(note, parcel, limit))
    try:
        yield
    finally:
        clock.cancel()
        await asyncio.gather(clock, return_exceptions=True)


async def _tick(note: Note, parcel: Parcel, limit: float) -> None:
    while True:
        note.tick(f"under way for {time.monotonic() - parcel.left_at:.0f} s, waiting up to {limit:g} s")
        await asyncio.sleep(1)


def lost(parcel: Parcel, limit: float) -> str:
    """Return what is known about a message that did not come."""
    return f"not there after {limit:g} s; its Message-ID is {parcel.message_id}, the server said: {parcel.queue}"


def noted(folder: str, found: Arrival, parcel: Parcel, note: Note) -> Arrival:
    """Write down how the message came."""
    delay = time.monotonic() - parcel.left_at
    note.add(("folder", folder), ("written-as", str(parcel.sender)), ("delay", f"{delay:.1f}"), *found.facts)
    note.detail = f"arrived in {folder} after {delay:.1f} s"
    if folder.upper() != "INBOX":
        note.warn("delivery.junk", f"arrived in {folder} after {delay:.1f} s")
    return found


async def tell_way(found: Arrival, parcel: Parcel, net: Net, witness: Witness) -> None:
    """Warn of what receivers would hold against the message, and look up the key of its signature."""

    def warn(code: str, detail: str) -> None:
        seen = (("found-by", "receiver"),)
        witness.remark(Evidence("", Step.MAILBOX, Outcome.WARN, code, detail=detail, facts=seen))

    wrote = str(parcel.sender)
    if found.author and found.author.lower() != wrote.lower():
        warn("delivery.from-rewritten", f"written as {wrote}, it arrived as {found.author}")
    if found.result("dmarc") in {"fail", "permerror"}:
        warn("sender.dmarc", f"the receiver found dmarc={found.result('dmarc')}")
    if found.result("spf") in {"fail", "softfail", "permerror"}:
        warn("sender.spf", f"the receiver found spf={found.result('spf')}")
    for signature in found.signatures[:2]:
        looked = await dkim.look(signature.domain, (signature.selector,), net, named=True, limit=LOOK_UP)
        facts = (("record", "dkim"), *looked.facts)
        witness.remark(Evidence("", Step.MAILBOX, looked.outcome, looked.code, detail=looked.detail, facts=facts))

"""Messages of ours that earlier checks left in a mailbox: written down before they leave, crossed off when gone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from mailwizard.checks.mailbox import Removed
from mailwizard.checks.order import Order
from mailwizard.checks.parcel import Parcel
from mailwizard.model import Evidence, Failure, Outcome, Step
from mailwizard.storage import journal
from mailwizard.witness import Note, Witness


async def tokens(order: Order) -> tuple[str, ...]:
    """Return what the messages that may still lie in this mailbox are found by; none where nobody signs in to it."""
    if order.credential is None:
        return ()
    where = order.endpoint.place, order.credential.username
    try:
        entries = await asyncio.to_thread(journal.entries, *where)
    except Failure:
        return ()
    return tuple(entry.token for entry in entries)


async def remember(parcel: Parcel, order: Order, note: Note) -> None:
    """Write down, before the message leaves, where it will have to be removed."""
    if order.mailbox is None:
        return
    try:
        await asyncio.to_thread(journal.keep, parcel.token, *order.mailbox)
    except Failure as failure:
        note.add(("journal", failure.code))


async def forget(token: str) -> None:
    """Cross a message off; a journal that cannot be written means one vain look at the next start."""
    with suppress(Failure):
        await asyncio.to_thread(journal.forget, token)


async def remove(tokens: Iterable[str], removing: Callable[[str], Awaitable[Removed]], note: Note) -> None:
    """Remove what earlier checks had to leave behind, one message after the other, and write down what became of it.

    Raises:
        Failure: what the server said.
    """
    known = tuple(tokens)
    gone = left = 0
    for token in known:
        removed = await removing(token)
        gone, left = gone + removed.gone, left + removed.left
        if removed.gone and not removed.left:
            await forget(token)
    if known:
        tell(gone, left, note)


def tell_behind(witness: Witness, why: str, *, arrived: bool) -> None:
    """Say that our message stays behind for now, and why."""
    rest = "the next check removes the test message"
    if arrived:
        detail = f"{why} before it could be removed; {rest}"
        witness.remark(Evidence("", Step.MAILBOX, Outcome.WARN, "delivery.left", detail=detail))
    else:
        detail = f"{why[:1].upper()}{why[1:]}; {rest} if it still comes."
        witness.skip(Step.MAILBOX, "delivery.left", detail)


def tell(gone: int, left: int, note: Note) -> None:
    """Write down what became of what earlier checks had left."""
    note.add(("removed-earlier", str(gone)))
    if gone:
        note.detail = f"removed {gone} test message{'s' if gone > 1 else ''} that an earlier check had left"
    if left:
        note.add(("left", str(left)))
        note.warn(
            "delivery.left", f"{left} test message{'s' if left > 1 else ''} of an earlier check cannot be removed"
        )

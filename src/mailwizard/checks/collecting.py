"""The mailbox's part of a message to oneself over POP3: sign in again until it is there, read it, remove exactly it.

POP3 shows what had arrived when one signed in, so that every look costs a login. The pauses between them grow, and
LOGIN-DELAY (RFC 2449 section 6.5) is respected.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from email.parser import HeaderParser

from mailwizard.checks import arrival, leftovers, waiting
from mailwizard.checks.arrival import Arrival
from mailwizard.checks.deliverability import relatives
from mailwizard.checks.mailbox import Removed, is_ours
from mailwizard.checks.order import Order, Turn
from mailwizard.checks.parcel import Parcel
from mailwizard.checks.protocols.pop3 import Pop3
from mailwizard.model import Evidence, Failure, Outcome, Step
from mailwizard.net import Net
from mailwizard.witness import Note, Skip, Witness

Again = Callable[[Turn], AbstractAsyncContextManager[Pop3]]
"""Opens one more session, in which the secret is offered on that turn."""

FIRST, GROWTH, LONGEST = 1.0, 1.7, 12.0
"""Seconds before the first look, by how much each further pause is longer, and the longest one."""
NEWEST = 5
"""Messages at the end that are looked at beside those that are new, since others may have been removed meanwhile."""
MOST = 50
"""Messages that are looked at in one session."""
MOST_PASSED_OVER = 5
"""Messages of strangers whose header cannot be read, each of which costs a login."""
_UNREADABLE = frozenset({"reply.too-large", "reply.line-too-long", "reply.garbled"})
"""Codes with which a header shows itself to be no one that we read, and after which the session is of no more use."""
_LATER = frozenset({"pop3.in-use", "pop3.login-delay", "pop3.sys/temp"})
"""Codes with which a server asks to come again later."""


async def prepare(pop3: Pop3, order: Order, witness: Witness) -> bool:
    """Remove what earlier checks had left; return whether a message to oneself is to be waited for.

    Raises:
        Failure: what the server said while a message was about to be sent.
    """
    tokens, parcel = await leftovers.tokens(order), order.parcel
    if parcel is None:
        if tokens:
            with suppress(Failure):
                await _tidy(pop3, tokens, witness)
        return False
    async with witness.step(Step.MAILBOX) as note:
        parcel.before = (await pop3.count())[0]
        obstacle = _obstacle(pop3, order.wait)
        note.detail = f"ready to look into the inbox, which has {_messages(parcel.before)}"
        note.add(("messages", str(parcel.before)))
        if obstacle:
            note.detail, parcel.watched = obstacle, False
        parcel.pause = float(_delay(pop3))
        try:
            parcel.before -= await _remove_leftovers(pop3, tokens, note)
        except Failure as failure:
            if failure.code not in _UNREADABLE:
                raise
            note.warn("delivery.left", f"a test message of an earlier check may still be there: {failure}")
    parcel.expect()
    return parcel.watched


def _messages(count: int) -> str:
    """Return a number of messages in words."""
    return "1 message" if count == 1 else f"{count} messages"


def _obstacle(pop3: Pop3, wait: float) -> str:
    """Return why this mailbox cannot be watched, or nothing."""
    if pop3.says_capabilities and not pop3.offers("TOP"):
        return "this server shows no headers (TOP), so that our message cannot be found among the others"
    if _delay(pop3) > wait:
        return f"this server lets nobody sign in again within {_delay(pop3)} s (LOGIN-DELAY), longer than is waited"
    return ""


def _delay(pop3: Pop3) -> int:
    """Return the seconds that a server wants between two logins."""
    first = (pop3.argument("LOGIN-DELAY").split() or ["0"])[0]
    return int(first[:9]) if first.isascii() and first.isdecimal() else 0


async def _tidy(pop3: Pop3, tokens: tuple[str, ...], witness: Witness) -> None:
    """Remove what earlier checks had left, as a step of its own; trouble with it is a warning."""
    async with witness.step(Step.MAILBOX) as note:
        note.detail = "a test message of an earlier check was looked for; it is not there"
        try:
            await _remove_leftovers(pop3, tokens, note)
        except Failure as failure:
            note.warn("delivery.left", f"a test message of an earlier check may still be there: {failure}")


async def _remove_leftovers(pop3: Pop3, tokens: tuple[str, ...], note: Note) -> int:
    """Remove what earlier checks had left, which ends the session, and return how many messages that were."""
    found = await _find(pop3, tokens, 0) if tokens else []
    if found:
        for number, _ in found:
            await pop3.remove(number)
        await pop3.leave()
        for token in {token for _, token in found}:
            await leftovers.forget(token)
    if tokens:
        leftovers.tell(len(found), 0, note)
    return len(found)


async def collect(order: Order, again: Again, net: Net, witness: Witness) -> None:
    """Wait for the message to oneself, read how it came, and remove it.

    Raises:
        Failure: ``delivery.lost``; what the server said.
    """
    parcel = order.parcel
    if parcel is None or not await parcel.departed():
        return
    try:
        with suppress(Skip):
            async with witness.step(Step.MAILBOX, order.wait + witness.limit) as note:
                note.add(("wait", "message"))
                found, removed = await _wait(order, parcel, again, note)
            await waiting.tell_way(found, parcel, net, witness)
            _tell_removed(removed, parcel, witness)
            if removed:
                await leftovers.forget(parcel.token)
    except Failure as failure:
        why = "it did not come in time" if failure.code == "delivery.lost" else "waiting for it broke off"
        leftovers.tell_behind(witness, why, arrived=False)
        raise
    finally:
        detail = "POP3 shows the inbox alone: whether a copy is in Sent cannot be seen from here."
        witness.skip(Step.APPEND, "delivery.no-sent-folder", detail)


async def _wait(order: Order, parcel: Parcel, again: Again, note: Note) -> tuple[Arrival, int]:
    """Look until the message is there; return how it came and how many of it were removed.

    Raises:
        Failure: ``delivery.lost`` where it did not come in time; what the server said.
        Skip: ``cancelled``.
    """
    pause, logins, past = FIRST, 0, set[int]()
    async with waiting.ticking(note, parcel, order.wait):
        while True:
            left = parcel.left_at + order.wait - time.monotonic()
            await _sleep(parcel, min(max(pause, parcel.pause), max(left, 0.0)))
            if left <= 0 or left < parcel.pause:
                inbox = "POP3 shows the inbox alone, so that it may lie in junk"
                raise Failure("delivery.lost", f"{waiting.lost(parcel, order.wait)}; {inbox}")
            pause, turn, known = min(pause * GROWTH, LONGEST), Turn(), len(past)
            try:
                async with again(turn) as pop3:
                    logins += 1
                    parcel.pause = max(parcel.pause, float(_delay(pop3)))
                    found = await _find(pop3, (parcel.token,), parcel.before, past)
                    if found:
                        numbers = [number for number, _ in found]
                        return await _take(pop3, numbers, order, parcel, note, logins)
            except Failure as failure:
                if known < len(past) <= MOST_PASSED_OVER:
                    pause = FIRST
                    continue
                if not _passing(failure, turn):
                    raise
                pause = min(2 * pause, LONGEST)


def _passing(failure: Failure, turn: Turn) -> bool:
    """Return whether a session did not come about, though a later one may.

    Where the secret left and no answer came, it may have been refused: it does not leave again.
    """
    unheard = failure.code == "timeout" or failure.code.startswith("tcp.")
    return failure.code in _LATER or (unheard and not turn.spent)


async def _sleep(parcel: Parcel, seconds: float) -> None:
    """Wait, unless the check is stopped.

    Raises:
        Skip: ``cancelled``.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await parcel.stop.wait()
    if parcel.stop.is_set():
        raise Skip("cancelled", "stopped before the message had arrived")


async def _take(
    pop3: Pop3, numbers: list[int], order: Order, parcel: Parcel, note: Note, logins: int
) -> tuple[Arrival, int]:
    """Read how the message came, and remove it in the same session; what cannot be removed is left."""
    head = HeaderParser().parsestr(await pop3.head(numbers[0]))
    found = waiting.noted("INBOX", arrival.read(head, relatives(order.endpoint.host)), parcel, note)
    note.add(("logins", str(logins)))
    note.detail += f"; looking for it took {logins} more sign-in{'s' if logins > 1 else ''}"
    try:
        for number in numbers:
            await pop3.remove(number)
        await pop3.leave()
    except Failure as failure:
        note.add(("removal", failure.code))
        return found, 0
    return found, len(numbers)


async def _find(
    pop3: Pop3, tokens: tuple[str, ...], before: int, past: set[int] | None = None
) -> list[tuple[int, str]]:
    """Return the numbers of our messages, with their tokens, among the newest; ``before`` of all had been there.

    ``past`` holds the numbers to pass over; one whose header cannot be read, which ends the session, is added to it.

    Raises:
        Failure: what the server said.
    """
    count = (await pop3.count())[0]
    first = max(1, min(before, count) - NEWEST + 1)
    # A few servers put the newest message first.
    numbers = (*range(count, first - 1, -1)[:MOST], *range(1, min(first, NEWEST + 1)))
    found = []
    past = set() if past is None else past
    for number in dict.fromkeys(numbers):
        if number in past:
            continue
        try:
            head = HeaderParser().parsestr(await pop3.head(number))
        except Failure as failure:
            if failure.code in _UNREADABLE:
                past.add(number)
            if failure.code != "pop3.err":
                raise
            continue
        found += [(number, token) for token in tokens if is_ours(head, token)]
    return found


def _tell_removed(removed: int, parcel: Parcel, witness: Witness) -> None:
    """Tell whether our message is gone."""
    facts = (("removed", str(removed)), ("left", "0" if removed else "1"))
    detail = f"removed exactly what is ours: {Removed(removed).words}"
    seen = Evidence("", Step.MAILBOX, Outcome.OK, detail=detail, facts=facts)
    if not removed:
        detail = "our message is still in the inbox: the server did not remove it"
        seen = Evidence("", Step.MAILBOX, Outcome.WARN, "delivery.left", detail=detail, facts=facts)
    elif parcel.sent_copy == "auto":
        detail = f"{detail}; the copy that the provider keeps in Sent stays, because POP3 does not reach it"
        facts = (("removed", str(removed)), ("left", "1"))
        seen = Evidence("", Step.MAILBOX, Outcome.WARN, "delivery.left", detail=detail, facts=facts)
    witness.remark(seen)

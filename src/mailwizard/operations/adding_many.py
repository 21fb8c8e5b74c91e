"""Add a whole list of people: few at once at each place, each row told as it ends, and gone on with after a stop."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial

from mailwizard.model import Failure
from mailwizard.operations.adding import Added, Adding, Result
from mailwizard.operations.people import Row
from mailwizard.operations.politeness import AT_ONCE
from mailwizard.operations.wanted import Wanted
from mailwizard.storage import profiles
from mailwizard.storage.worked import Worked

Tell = Callable[[Row, Added, bool], None]
"""Hears what came of a row, and whether that was in an earlier run."""
_LANES = 64
"""Rows that are worked on at the same time, of all places together."""
_SETTLED = frozenset({Result.SAVED, Result.REFUSED})
"""What a later run of the same list does not try again."""
_OPEN = "It was stopped before its end; --resume goes on with it."


async def add_all(
    rows: Iterable[Row], adding: Adding, tell: Tell, worked: Worked | None = None, *, at_once: int = AT_ONCE
) -> None:
    """Add every row and tell what came of it as soon as it is known, in the order in which they end.

    ``worked`` knows what an earlier run did and keeps what this one does. Rows of one server wait for each other and
    for nobody else. A cancelled call has told the rows that were under way.

    Raises:
        Failure: ``store.…`` where what was done cannot be written down; nothing more is begun then.
    """
    lanes: dict[str, deque[Row]] = {}
    for row in rows:
        if row.wanted is None:
            tell(row, Added(Result.UNFIT, sentence=row.sentence), False)
        elif (before := await _earlier(row, row.wanted, worked)) is not None:
            adding.bar(worked.refused.get(row.mark, ()) if worked and before.result is Result.REFUSED else ())
            tell(row, before, True)
        else:
            lanes.setdefault(_lane(row.wanted), deque()).append(row)
    room = asyncio.Semaphore(_LANES)

    async def work(lane: deque[Row]) -> None:
        try:
            while lane:
                await _one(lane.popleft(), adding, tell, worked)
        finally:
            room.release()

    try:
        async with asyncio.TaskGroup() as group:
            for lane in lanes.values():
                for _ in range(min(at_once, len(lane))):
                    await room.acquire()
                    group.create_task(work(lane))
    except* Failure as failed:
        raise _first(failed) from None


async def _one(row: Row, adding: Adding, tell: Tell, worked: Worked | None) -> None:
    """Add one row, and write down that it began and how it ended."""
    if row.wanted is None:
        return
    try:
        if worked is not None:
            await asyncio.to_thread(worked.begin, row.mark)
        added = await adding.add(row.wanted, partial(_refused, worked, row.mark))
    except asyncio.CancelledError:
        tell(row, Added(Result.STOPPED, row.wanted, _OPEN), False)
        raise
    # Written before it is told, and whatever happens: what was told is never done again.
    try:
        if worked is not None:
            await asyncio.shield(asyncio.to_thread(worked.end, row.mark, added.result))
    finally:
        tell(row, added, False)


def _refused(worked: Worked | None, mark: str, logins: Iterable[str]) -> None:
    """Write down a refusal before anything else happens, so that no later run spends another login on it."""
    if worked is not None:
        with suppress(Failure):  # the row's end meets it again
            worked.refuse(mark, logins)


async def _earlier(row: Row, wanted: Wanted, worked: Worked | None) -> Added | None:
    """Return what an earlier run came to with a row; ``None`` where it is still to be done.

    One that was begun and whose account is there was saved just before that run ended.
    """
    if worked is None:
        return None
    result = worked.done.get(row.mark, "")
    if row.mark in worked.begun and await asyncio.to_thread(_is_saved, wanted):
        result = Result.SAVED
        await asyncio.to_thread(worked.end, row.mark, result)
    return Added(Result(result), wanted, "In an earlier run.") if result in _SETTLED else None


def _is_saved(wanted: Wanted) -> bool:
    with suppress(Failure):
        return profiles.load(wanted.called).account.address == wanted.address
    return False


def _lane(wanted: Wanted) -> str:
    """Return what rows have in common that go to the same servers."""
    end = wanted.incoming or wanted.outgoing
    return wanted.server or (end.host if end else "") or wanted.address.domain


def _first(failed: BaseExceptionGroup[Failure]) -> Failure:
    """Return the first failure of a group of them."""
    one = failed.exceptions[0]
    return one if isinstance(one, Failure) else _first(one)

"""Many saved accounts checked side by side: few at once at each place, and each answer as soon as it is there."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Iterable
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mailwizard.diagnosis import diagnose
from mailwizard.model import Account, Until
from mailwizard.operations.checking import Came, Checked, How, One, draft_of, lacking
from mailwizard.operations.politeness import AT_ONCE, Guard, Turns, places
from mailwizard.operations.remembering import is_of_the_network
from mailwizard.storage.profiles import Saved
from mailwizard.storage.recording import after, basis, record

if TYPE_CHECKING:
    from mailwizard.net import Net
    from mailwizard.storage.secrets.opening import Opened

JOBS = 64
"""Accounts that are checked at the same time, at most, over all places."""

Answer = Callable[[Checked], Awaitable[None]]
Lane = deque[tuple[Saved, ...]]
"""What waits for the same places, one after another; a bundle shares one check."""


_WORKERS = 2 * AT_ONCE
"""Workers for one place: some ask while others hand over."""


async def check_many(
    accounts: Iterable[Saved],
    net: Net,
    opened: Opened,
    answer: Answer,
    how: How | None = None,
    *,
    jobs: int = JOBS,
    turns: Turns | None = None,
) -> None:
    """Check saved accounts, each place politely, and hand over each answer as soon as it is there.

    As far as nothing secret is needed, accounts with the same servers share one check of them: it would see the same.
    Where this is cancelled, what was under way is handed over as stopped first.
    """
    how = how or How()
    turns, guard, room = turns or Turns(), Guard(), asyncio.Semaphore(jobs)

    async def work(at: frozenset[str], lane: Lane) -> None:
        while lane:
            bundle = lane.popleft()
            async with turns.turn(at) if not lacking(bundle[0], how.until) else nullcontext(), room:
                one = One(bundle[0], how, net, opened, guard)
                try:
                    first = await one.check()
                except asyncio.CancelledError:
                    await _share(one.answer(Came.STOPPED, "It was stopped before it had an answer."), bundle, answer)
                    raise
            await _share(first, bundle, answer)

    async with asyncio.TaskGroup() as group:
        for at, lane in _lanes(accounts, how.until).items():
            for _ in range(min(_WORKERS, len(lane))):
                group.create_task(work(at, lane))


def _lanes(accounts: Iterable[Saved], until: Until) -> dict[frozenset[str], Lane]:
    """Return what is to be checked by the places that are asked, so that nobody waits behind another place."""
    bundles: dict[Hashable, list[Saved]] = {}
    for saved in accounts:
        server = replace(saved.server, name="", description="", mail_from="", domain="")
        own = saved.account.name if until.includes(Until.SIGN_IN) else ""
        bundles.setdefault((own, server), []).append(saved)
    lanes: dict[frozenset[str], Lane] = {}
    for bundle in bundles.values():
        lanes.setdefault(places(draft_of(bundle[0]).chosen), deque()).append(tuple(bundle))
    return lanes


async def _share(first: Checked, bundle: tuple[Saved, ...], answer: Answer) -> None:
    """Hand over what one check saw for every account that it speaks for."""
    await answer(first)
    for saved in bundle[1:]:
        account, provider = saved.account, saved.server.provider
        told = first.diagnoses and diagnose(first.evidence, provider=provider, address=account.address)
        await answer(replace(first, name=account.name, saved=saved, diagnoses=told))


class Keeper:
    """Keeps what checks saw with their accounts, one at a time and without blocking the loop.

    ``quiet`` writes nothing where only the time would change; ``judged`` says that whoever calls has found that what
    went wrong does not lie in this machine's own network.
    """

    def __init__(self, *, quiet: bool = False, judged: bool = False) -> None:
        self._quiet, self._judged = quiet, judged
        self._turn = asyncio.Lock()

    async def keep(self, checked: Checked) -> Account | None:
        """Keep what a check saw, where it changes anything, and return the account as it stands then.

        Raises:
            Failure: as :func:`mailwizard.storage.recording.record`.
        """
        saved = checked.saved
        if saved is None or checked.came is not Came.CHECKED:
            return saved.account if saved else None
        if not self._judged and is_of_the_network(checked.diagnoses):
            return saved.account
        cause = checked.diagnoses[0].cause if checked.diagnoses else ""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        stands = after(saved.account, saved.server, checked.evidence, checked.until, cause=cause, now=now)
        before = replace(saved.account, verified_at=stands.verified_at) if self._quiet else saved.account
        if stands == before:
            return saved.account
        async with self._turn:
            return await asyncio.to_thread(self._record, checked, saved, cause)

    def _record(self, checked: Checked, saved: Saved, cause: str) -> Account:
        rests = basis(saved.account, saved.server)
        return record(checked.name, checked.evidence, checked.until, cause=cause, quiet=self._quiet, checked=rests)

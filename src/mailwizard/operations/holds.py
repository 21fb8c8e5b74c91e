"""What a watch knows of each account, and which sign-ins it holds: one refused secret holds all who share it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from mailwizard.model import Outcome, Step
from mailwizard.operations.checking import Checked
from mailwizard.operations.holding import has_run_out, is_changed, is_marked, logins
from mailwizard.operations.standing import remembered
from mailwizard.storage import watched
from mailwizard.storage.profiles import Saved
from mailwizard.storage.watched import Hold, Watched

_TAKEN = frozenset({Outcome.OK, Outcome.WARN})


class Holds:
    """What is known of accounts by name; what changes is marked, and written where it is asked for."""

    def __init__(self) -> None:
        self.known: dict[str, Watched] = {}
        self._changed: set[str] = set()
        self._gone: set[str] = set()
        self._released: list[Hold] = []
        self._writing = asyncio.Lock()

    async def read(self) -> None:
        """Read what was known, once it is sure that it can be kept.

        Raises:
            Failure: ``store.…`` where it cannot.
        """
        self.known = await asyncio.to_thread(remembered)

    async def write(self) -> None:
        """Keep what changed, and take over what another watch kept meanwhile.

        Raises:
            Failure: ``store.…``; what changed is written the next time.
        """
        async with self._writing:
            changed, gone, released = set(self._changed), set(self._gone), list(self._released)
            mine = {name: self.known[name] for name in changed if name in self.known}
            kept = await asyncio.to_thread(watched.save, mine, gone, released)
            same = {name for name, one in mine.items() if self.known.get(name) is one}
            self._changed -= same
            self._gone -= gone
            del self._released[: len(released)]
            self.known = kept | {name: self.known[name] for name in self._changed if name in self.known}

    def forget_others(self, there: Collection[str]) -> None:
        """Forget the accounts that are not among these."""
        self._gone |= self.known.keys() - set(there)
        self._gone -= set(there)
        self.known = {name: known for name, known in self.known.items() if name in there}

    def put(self, name: str, known: Watched) -> None:
        """Know this of an account."""
        self.known[name] = known
        self._changed.add(name)

    async def of(self, saved: Saved, secret: str, now: float) -> Hold | None:
        """Return the hold that keeps an account from signing in with a secret; ``None`` where nothing does.

        It is its own, or that of another account with the same user name at the same place and the same secret, unless
        this account was proven since.
        """
        own = self.known.get(saved.account.name, Watched()).hold
        if own is not None and is_changed(own, saved, now):
            return None
        if own is not None and await is_marked(own, secret):
            return own
        for held in self._of_others(saved, now):
            if await is_marked(held, secret):
                return held
        return None

    async def release(self, checked: Checked, secret: str, now: float) -> None:
        """Let go of all who were held for a secret where it was taken now."""
        taken = any(seen.step is Step.SIGN_IN and seen.outcome in _TAKEN for seen in checked.evidence)
        if checked.saved is None or not taken:
            return
        over = [held for held in self._of_others(checked.saved, now) if await is_marked(held, secret)]
        for name, known in list(self.known.items()):
            if known.hold is not None and any(_is_same(known.hold, held) for held in over):
                self._released.append(known.hold)
                self.put(name, replace(known, hold=None))

    def _of_others(self, saved: Saved, now: float) -> Iterator[Hold]:
        """Yield each refusal once that others had with the same login, after this account was last proven."""
        wanted, proven, told = logins(saved), _seconds(saved.account.verified_at), set[tuple[str, int]]()
        for name, known in list(self.known.items()):
            held = known.hold
            if held is None or name == saved.account.name or (held.salt, held.mark) in told:
                continue
            if wanted.intersection(held.logins) and held.at >= proven and not has_run_out(held, now):
                told.add((held.salt, held.mark))
                yield held


def _is_same(one: Hold, other: Hold) -> bool:
    return (one.salt, one.mark) == (other.salt, other.mark)


def _seconds(moment: str) -> float:
    """Return a time of ISO 8601 by the wall clock; 0 where there is none."""
    with suppress(ValueError):
        return datetime.fromisoformat(moment).timestamp()
    return 0.0

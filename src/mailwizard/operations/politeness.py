"""How hard one place is asked: few at once, with a pause after each, and no more sign-ins where they are refused.

A place is a provider card's id or, where none is known, a server's host. Everything here holds for one run on one loop.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256

from mailwizard.model import Candidate, Evidence, Outcome, Step
from mailwizard.net.clean import clean

AT_ONCE = 2
"""Accounts that one place is asked about at the same time."""
PAUSE = 0.1
"""Seconds after an account until the next one takes its turn."""
IN_A_ROW = 3
"""Refused sign-ins one after another at one place, after which it is asked for no more."""


def places(candidates: Iterable[Candidate]) -> frozenset[str]:
    """Return the places that servers belong to."""
    return frozenset(place_of(candidate) for candidate in candidates)


def place_of(candidate: Candidate) -> str:
    """Return the place that a server belongs to: its provider where that is known, because it counts sign-ins."""
    return candidate.provider or candidate.endpoint.host


def login_mark(place: str, login: str) -> str:
    """Return a digest of a login at a place, for files that hold no word of a person; capitals make no other one."""
    return sha256(f"{place} {login.casefold()}".encode(errors="surrogatepass")).hexdigest()[:32]


class Turns:
    """Lets few in at once at each place, and the next one only after a pause."""

    def __init__(self, at_once: int = AT_ONCE, pause: float = PAUSE) -> None:
        self._pause = pause
        self._free: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(at_once))

    @asynccontextmanager
    async def turn(self, places: Iterable[str]) -> AsyncIterator[None]:
        """Wait for a turn at all of these places, and keep it until the end of the block."""
        async with AsyncExitStack() as held:
            for place in sorted(set(places)):  # in one order for everybody, so that no two wait for each other
                await held.enter_async_context(self._turn(self._free[place]))
            yield

    @asynccontextmanager
    async def _turn(self, free: asyncio.Semaphore) -> AsyncIterator[None]:
        await free.acquire()
        try:
            yield
        finally:
            asyncio.get_running_loop().call_later(self._pause, free.release)


class Held(Exception):
    """A sign-in that is not tried; carries one sentence for a person."""

    def __init__(self, sentence: str, place: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.place = sentence, place


@dataclass(slots=True)
class Attempt:
    """One account's sign-in, and the places that answered it."""

    refused: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)

    def read(self, candidates: Iterable[Candidate], evidence: Iterable[Evidence]) -> None:
        """Take from evidence which places refused the secret and which took it."""
        by_subject = {str(candidate.endpoint): place_of(candidate) for candidate in candidates}
        for seen in evidence:
            if seen.step is not Step.SIGN_IN or seen.subject not in by_subject:
                continue
            if seen.outcome is Outcome.FAIL and seen.fact("secret") == "sent":
                self.refused.add(by_subject[seen.subject])
            elif seen.outcome in {Outcome.OK, Outcome.WARN}:
                self.taken.add(by_subject[seen.subject])


class Guard:
    """Keeps accounts from being locked: one refusal ends an account's turn, a few in a row end a place's."""

    def __init__(self, in_a_row: int = IN_A_ROW) -> None:
        self._most = in_a_row
        self._in_a_row: Counter[str] = Counter()
        self._under_way: Counter[str] = Counter()
        self._took: set[str] = set()
        self._refused: set[tuple[str, str]] = set()
        self._barred: set[str] = set()
        self._taken: set[tuple[str, str]] = set()
        self._trying: Counter[tuple[str, str]] = Counter()
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def attempt(self, places: Collection[str], login: str) -> AsyncIterator[Attempt]:
        """Let one account sign in at places; what is noted in the attempt counts once the block ends.

        It waits while the answers to those under way decide whether it may, and while a login is tried for the first
        time at one of the places. Capital letters make no other login.

        Raises:
            Held: where a place refused this login before, or too many in a row.
        """
        tried = [(place, login.casefold()) for place in set(places)]
        async with self._changed:
            while not all(self._may(place, login) for place in places):
                await self._changed.wait()
            self._under_way.update(places)
            self._trying.update(tried)
        attempt = Attempt()
        try:
            yield attempt
        finally:
            self._under_way.subtract(places)
            self._trying.subtract(tried)
            self._note(attempt, login)
            async with self._changed:
                self._changed.notify_all()

    def bar(self, logins: Iterable[str]) -> None:
        """Hold logins that were refused in an earlier run, by their :func:`login_mark`."""
        self._barred.update(logins)

    def is_stopped(self, place: str) -> bool:
        """Return whether a place is asked for no more sign-ins in this run."""
        return self._in_a_row[place] >= self._most

    def _note(self, attempt: Attempt, login: str) -> None:
        for place in attempt.taken - attempt.refused:
            self._took.add(place)
            self._taken.add((place, login.casefold()))
            if not self.is_stopped(place):
                self._in_a_row[place] = 0
        for place in attempt.refused:
            self._in_a_row[place] += 1
            self._refused.add((place, login.casefold()))

    def _may(self, place: str, login: str) -> bool:
        """Return whether there is room for one more; not yet where those under way could use it up.

        Raises:
            Held: where there is none.
        """
        known = (place, login.casefold())
        if known in self._refused or (self._barred and login_mark(place, login) in self._barred):
            when = "a moment ago" if known in self._refused else "in an earlier run"
            raise Held(
                f"{clean(place)} refused {clean(login)} {when}, so it is not tried again: wrong passwords can "
                "lock an account.",
                place,
            )
        if self.is_stopped(place):
            raise Held(
                f"{clean(place)} refused {self._most} sign-ins in a row, so nobody else is signed in there in this "
                "run: it could lock everybody out. Find out with one of them what is wrong.",
                place,
            )
        if self._trying[known] and known not in self._taken:
            return False
        calm = place in self._took and not self._in_a_row[place]
        return calm or self._in_a_row[place] + self._under_way[place] < self._most

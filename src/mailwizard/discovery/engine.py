"""One run of discovery: who is asked when, what was found so far, and what is not worth waiting for any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from mailwizard.discovery import SUMMARY, Source, sources
from mailwizard.discovery.closing import close
from mailwizard.discovery.memory import Memory
from mailwizard.discovery.ranking import best, can_win, settled
from mailwizard.model import Address, Candidate, Evidence, Failure, Outcome, Step, Trust
from mailwizard.net import Net
from mailwizard.plugins import plugins
from mailwizard.witness import Note, Skip, Tell, Witness

GRACE = 0.25
"""Seconds that what is under way may still confirm or contradict a good answer."""
PARENT_AFTER = 0.5
"""Seconds after which the registered domain above the mail domain is asked as well."""
_DNS_SHARE = 0.73
"""The share of the time after which DNS counts as silent: 2.2 of 3 seconds."""
_LEFT = 0.05
"""Seconds that are left for ending, so that an answer is there when the time is up."""
_FINAL = frozenset({"discover.no-client-access"})
"""Codes after which no other source can find anything."""


class _Hurried(Witness):
    """A witness whose steps all end by one moment, however many there are and whenever they begin."""

    def __init__(self, subject: str, tell: Tell, limit: float) -> None:
        super().__init__(subject, tell, limit)
        self.end = asyncio.get_running_loop().time() + limit

    @asynccontextmanager
    async def step(self, step: Step, limit: float | None = None) -> AsyncIterator[Note]:
        left = max(0.0, round(self.end - asyncio.get_running_loop().time(), 2))
        async with super().step(step, left if limit is None else min(left, limit)) as note:
            yield note


@dataclass(frozen=True, slots=True)
class _Above(Address):
    """An address whose domain's registered parent is asked in its stead; it still reads as it is."""

    whole: str

    def __str__(self) -> str:
        return self.whole


class Engine:
    """A run for one address; used once."""

    def __init__(self, address: Address, net: Net, tell: Tell, limit: float) -> None:
        clock = asyncio.get_running_loop()
        self.address, self._tell = address, tell
        self._begun = clock.time()
        self._limit = limit
        self.memory = Memory(net, address.domain, limit * _DNS_SHARE)
        self.found: list[Candidate] = []
        self.clues: list[Evidence] = []
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._why_stopped: dict[str, tuple[str, str]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._adopted: list[Candidate] = []

    async def run(self, *, offline: bool, third_party: bool) -> None:
        """Ask what there is to ask, and tell the end of it."""
        offered: dict[str, Source] = plugins(sources)
        try:
            for name, source in offered.items():
                if not source.NETWORK:
                    await self._ask(name, source, self.address)
            if not offline:
                await self._ask_network({n: s for n, s in offered.items() if s.NETWORK}, third_party)
        finally:
            if self._timer is not None:
                self._timer.cancel()
            await _end(self._tasks.values())
            await self.memory.close()

    async def _ask_network(self, offered: dict[str, Source], third_party: bool) -> None:
        """Start every source in its turn, and wait until all have ended or the time is up."""
        if not self._finished:
            for name, source in sorted(offered.items(), key=lambda item: item[1].AFTER):
                if source.THIRD_PARTY and not third_party:
                    self._witness(name).skip(Step.DISCOVER, "discover.no-third-party", "no third party is to be asked")
                    continue
                earlier = [task for other, task in self._tasks.items() if offered[other].AFTER < source.AFTER]
                self._start(name, self._in_turn(name, source, earlier))
            if self.memory.parent and self.memory.parent != self.address.domain:
                self._start(SUMMARY, self._ask_parent(offered, third_party, list(self._tasks.values())))
        await self._wait()
        self._stop("timeout", f"no answer within {self._limit:g} s")
        await _end(self._tasks.values())
        self._sum_up()

    @property
    def _finished(self) -> bool:
        """Return whether it is known already that nothing can be found."""
        return any(clue.code in _FINAL for clue in self.clues)

    def _left(self) -> float:
        """Return how many seconds are left."""
        return self._begun + self._limit - _LEFT - asyncio.get_running_loop().time()

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self._tasks[name] = asyncio.create_task(work, name=f"discovery {name}")

    async def _wait(self) -> None:
        """Wait until all tasks have ended, or the time is up.

        Raises:
            Exception: what a task raised that no step turned into evidence: a bug.
        """
        left = max(0.0, self._left())
        done, _ = await asyncio.wait(self._tasks.values(), timeout=left) if self._tasks else (set(), set())
        for task in done:
            if not task.cancelled():
                task.result()

    async def _in_turn(self, name: str, source: Source, earlier: list[asyncio.Task[None]]) -> None:
        """Wait for what costs less, then ask, if that can still change anything."""
        witness = self._witness(name)
        try:
            if source.AFTER and earlier:
                wait = self._begun + source.AFTER - asyncio.get_running_loop().time()
                await asyncio.wait(earlier, timeout=max(0.0, wait))
        except asyncio.CancelledError:
            witness.skip(Step.DISCOVER, *self._why_stopped.get(name, ("cancelled", "stopped before it began")))
            raise
        if source.AFTER and not can_win(name, source.CEILING, self.found):
            witness.skip(Step.DISCOVER, "discover.outranked", f"not asked: {self._ahead()}")
            return
        await self._ask(name, source, self.address)

    async def _ask(self, name: str, source: Source, address: Address) -> None:
        """Ask one source, and hear what it proposes."""
        with suppress(Failure, Skip):
            for candidate in await source.find(address, self.memory, self._witness(name)):
                self._hear(candidate)

    def _witness(self, name: str, subject: str = "") -> _Hurried:
        """Return a witness for a source, whose steps end when the run does."""

        def tell(fact: Candidate | Evidence) -> None:
            if isinstance(fact, Evidence) and fact.code == "cancelled" and name in self._why_stopped:
                code, detail = self._why_stopped[name]
                fact = replace(fact, code=code, detail=detail)
            if isinstance(fact, Evidence) and fact.code == "timeout":
                fact = replace(fact, outcome=Outcome.SKIP)
            self._hear(fact)

        return _Hurried(subject or name, tell, max(0.0, self._left()))

    def _hear(self, fact: Candidate | Evidence) -> None:
        """Pass on a fact, a candidate once only, and see whether it decides the search."""
        if isinstance(fact, Evidence):
            if fact.outcome is not Outcome.RUNNING:
                self.clues.append(fact)
            self._tell(fact)
            if self._finished:
                self._stop("discover.outranked", "stopped: this provider lets no mail program in")
            return
        if fact in self.found:
            return
        self.found.append(fact)
        self._tell(fact)
        if self._timer is None and settled(self.found):
            self._timer = asyncio.get_running_loop().call_later(GRACE, self._cut)

    def _cut(self) -> None:
        """Stop what still runs though there is a good answer."""
        self._stop("discover.outranked", f"stopped: {self._ahead()}")

    def _ahead(self) -> str:
        """Return who is ahead, in a few words."""
        chosen = (best(self.found, incoming=True), best(self.found, incoming=False))
        names = dict.fromkeys(candidate.source for candidate in chosen if candidate)
        return f"there is a good answer already ({', '.join(names)})"

    def _stop(self, code: str, detail: str) -> None:
        """Stop every source that still runs, saying why."""
        for name, task in self._tasks.items():
            if not task.done() and task is not asyncio.current_task():
                self._why_stopped.setdefault(name, (code, detail))
                task.cancel()

    async def _ask_parent(self, offered: dict[str, Source], third_party: bool, exact: list[asyncio.Task[None]]) -> None:
        """Ask about the registered domain above the mail domain, where that one itself has no answer."""
        wait = self._begun + PARENT_AFTER - asyncio.get_running_loop().time()
        await asyncio.wait(exact, timeout=max(0.0, wait))
        if settled(self.found):
            return
        parent = _Above(self.address.local, self.memory.parent, self.memory.parent, str(self.address))
        asked = {
            name: source
            for name, source in offered.items()
            if source.CEILING is not Trust.GUESS and (third_party or not source.THIRD_PARTY)
        }
        async with asyncio.TaskGroup() as group:
            for name, source in asked.items():
                group.create_task(self._ask_above(name, source, parent))

    async def _ask_above(self, name: str, source: Source, parent: Address) -> None:
        """Ask one source about the parent; its answers count where the mail domain itself has none."""
        with suppress(Failure, Skip):
            witness = self._witness(SUMMARY, f"{name} of {parent.domain}")
            for candidate in await source.find(parent, self.memory, witness):
                self._hear_above(candidate, parent)

    def _hear_above(self, candidate: Candidate, parent: Address) -> None:
        """Take in what the parent's servers are, for the address at hand."""
        own = [found for found in self.found if found not in self._adopted]
        chosen = best(own, incoming=candidate.endpoint.protocol.incoming)
        if chosen is not None and chosen.trust.rank >= Trust.PUBLISHED.rank:
            return
        trust = min(candidate.trust, Trust.PUBLISHED, key=lambda trust: trust.rank)
        why = f"{candidate.why} This is said of {parent.domain}, to which {self.address.unicode_domain} belongs."
        login = str(self.address) if candidate.username == f"{parent.local}@{parent.domain}" else candidate.username
        adopted = replace(candidate, username=login, trust=trust, why=why)
        self._adopted.append(adopted)
        self._hear(adopted)

    def _sum_up(self) -> None:
        """Tell what is true of the search as a whole."""
        seconds = asyncio.get_running_loop().time() - self._begun
        silent = not self.memory.answers and self.memory.silences > 0
        for fact in close(SUMMARY, self.address, self.found, self.clues, self.memory.sightings, silent, seconds):
            self._hear(fact)


async def _end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks and wait until they are gone."""
    running = list(tasks)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)

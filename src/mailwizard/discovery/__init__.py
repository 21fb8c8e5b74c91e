"""Find candidates for an address: every source at once, each telling what it does and proposes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Protocol

from mailwizard.discovery import sources
from mailwizard.model import Address, Candidate, Evidence, Failure, Step
from mailwizard.net import Net
from mailwizard.plugins import plugins
from mailwizard.witness import Note, Skip, Tell, Witness

__all__ = ["LIMIT", "Source", "discover", "known_provider"]

LIMIT = 3.0
"""Seconds to an answer, or to an honest "nothing found, and why"."""


class Source(Protocol):
    """What a module in ``sources/`` offers."""

    LABEL: str
    NETWORK: bool

    async def find(self, address: Address, net: Net, witness: Witness) -> list[Candidate]:
        """Return what this source proposes."""


class _Hurried(Witness):
    """A witness whose steps all end by one moment, however many there are and whenever they begin."""

    def __init__(self, subject: str, tell: Tell, limit: float) -> None:
        super().__init__(subject, tell, limit)
        self.end = time.monotonic() + limit

    @asynccontextmanager
    async def step(self, step: Step, limit: float | None = None) -> AsyncIterator[Note]:
        left = max(0.0, round(self.end - time.monotonic(), 2))
        async with super().step(step, left if limit is None else min(left, limit)) as note:
            yield note


async def discover(address: Address, net: Net, tell: Tell, *, offline: bool = False, limit: float = LIMIT) -> None:
    """Ask every source at once, and tell evidence and candidates as they come, each candidate once.

    A source that fails has told why and stops no other; cancelling leaves nothing running. ``offline`` asks only
    the sources that need no network; ``limit`` is in seconds and holds for all of them together.
    """
    told: set[Candidate] = set()

    def once(fact: Candidate | Evidence) -> None:
        if isinstance(fact, Candidate):
            if fact in told:
                return
            told.add(fact)
        tell(fact)

    async def ask(name: str, source: Source) -> None:
        with suppress(Failure, Skip):
            for candidate in await source.find(address, net, _Hurried(name, once, limit)):
                once(candidate)

    async with asyncio.TaskGroup() as group:
        for name, source in plugins(sources).items():
            if not (offline and source.NETWORK):
                group.create_task(ask(name, source), name=f"discovery {name}")


def known_provider(clues: Iterable[Evidence]) -> str:
    """Return the id of the provider card that discovery's evidence points to, the domain's own card first."""
    by_source = {clue.subject: clue.fact("provider") for clue in clues if clue.fact("provider")}
    return by_source.get("cards") or next(iter(by_source.values()), "")

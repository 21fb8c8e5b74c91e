"""Fetch published documents from several places at once, and say plainly how each place answered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field

from mailwizard.discovery.documents import Configuration
from mailwizard.model import Candidate, Failure, Trust
from mailwizard.net.reach import Reach, reach
from mailwizard.witness import Note, Skip

LIMIT = 2.5
"""Seconds that a source may take for all its documents."""
_PLACE_LIMIT = 2.3
"""Seconds that one document may take."""
_HEAD_START = 0.25
"""Seconds that a better place may still answer once a lesser one has."""
_REFUSED = frozenset(
    {
        "http.redirect-unsafe",
        "http.redirect-loop",
        "http.insecure",
        "http.private-address",
        "http.too-large",
        "http.garbled",
        "document.unsafe",
        "document.too-deep",
        "document.too-large",
        "document.digest",
    }
)
"""Answers that were not taken for safety's sake: a person should know."""
_BROKEN = frozenset({"dns.timeout", "dns.servfail", "dns.unconfigured"})

Read = Callable[[], Awaitable[Configuration]]
"""Fetches one document and reads it."""


@dataclass(slots=True)
class Harvest:
    """What came of asking several places."""

    place: str = ""
    """The best place that had a document; empty where none had."""
    configuration: Configuration = field(default_factory=Configuration)
    failures: dict[str, Failure] = field(default_factory=dict)

    def conclude(self, note: Note) -> None:
        """Write down how the places answered.

        Raises:
            Failure: where DNS gave no answer about any of them.
            Skip: where none has a document, and why.
        """
        note.add(*(("refused", f"{place} {failure.code}") for place, failure in self._refused()))
        if self.place:
            note.add(("document", self.place))
            note.add(*(("left-out", text) for text in self.configuration.notes))
            note.add(*self.configuration.services)
            note.add(*(("page", f"{link.kind} {link.url}") for link in self.configuration.links if link.url))
            note.detail = self.place
            return
        for place, failure in self._refused():
            note.add(*failure.facts)
            note.warn(failure.code, f"{place}: {failure.detail}")
            return
        failures = list(self.failures.values())
        if failures and all(failure.code in _BROKEN for failure in failures):
            raise failures[0]
        told = "; ".join(f"{place}: {failure.detail or failure.code}" for place, failure in self.failures.items())
        raise Skip(_most_telling(failures), told or "there is nowhere to ask")

    def _refused(self) -> Iterator[tuple[str, Failure]]:
        return ((place, failure) for place, failure in self.failures.items() if failure.code in _REFUSED)

    def candidates(self, source: str, why: str, note: Note) -> list[Candidate]:
        """Return what the document proposes; a host inside this machine or network is left out and noted."""
        found = []
        for candidate in self.configuration.candidates(source, Trust.PUBLISHED, why):
            if leads_inside(candidate.endpoint.host):
                note.add(("unusable", f"{candidate.endpoint} leads into a private network"))
            else:
                found.append(candidate)
        return found


async def harvest(reads: Mapping[str, Read]) -> Harvest:
    """Read all places at once, best first; one that fails stops no other, and a lesser one waits for no slow better."""
    tasks = {place: asyncio.create_task(_kept(read), name=place) for place, read in reads.items()}
    got = Harvest()
    try:
        await _until_enough(list(tasks.values()))
        for place, task in tasks.items():
            result = task.result() if task.done() else Failure("timeout", f"no answer within {_PLACE_LIMIT:g} s")
            if isinstance(result, Failure):
                got.failures[place] = result
            elif not got.place:
                got.place, got.configuration = place, result
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
    return got


async def _kept(read: Read) -> Configuration | Failure:
    """Return what was read, or why it could not be."""
    try:
        configuration = await read()
    except Failure as failure:
        return failure
    if not configuration.servers:
        left_out = " ".join(configuration.notes)
        return Failure("document.no-servers", f"the document names no server that can be used {left_out}".strip())
    return configuration


async def _until_enough(tasks: list[asyncio.Task[Configuration | Failure]]) -> None:
    """Wait until the best place has answered, or a lesser one has and the better ones had their head start."""
    clock = asyncio.get_running_loop()
    until = clock.time() + _PLACE_LIMIT
    pending = set(tasks)
    while pending and clock.time() < until:
        done, pending = await asyncio.wait(pending, timeout=until - clock.time(), return_when=asyncio.FIRST_COMPLETED)
        good = [place for place, task in enumerate(tasks) if task.done() and isinstance(task.result(), Configuration)]
        if good and all(task.done() for task in tasks[: good[0]]):
            return
        if good and done:
            until = min(until, clock.time() + _HEAD_START)


def _most_telling(failures: list[Failure]) -> str:
    """Return the code that says most: somebody who answered says more than a name that does not exist."""
    spoken = [failure.code for failure in failures if not failure.code.startswith("dns.")]
    return spoken[0] if spoken else failures[0].code if failures else "dns.nxdomain"


def leads_inside(host: str) -> bool:
    """Return whether a host is written as an address inside this machine or a private network, or as this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return reach(host) is not Reach.PUBLIC
    except ValueError:
        return False

"""Checks of misbehaving servers, many at once, and what they told."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.stopwatch import Stopwatch

from mailwizard.checks import Limits, verify
from mailwizard.checks.transcript import Conversation
from mailwizard.draft import Draft
from mailwizard.model import Address, Candidate, Credential, Evidence, Outcome, Trust
from mailwizard.sandbox import Fault, World, open_faults
from mailwizard.sandbox.fault import PASSWORD
from mailwizard.storage import journal

AT_ONCE = 8
"""Checks that run side by side."""
IN_ONE_WORLD = 60
"""Misbehaving servers that listen at the same time."""
CHECK = 20.0
"""Seconds for a whole check."""
ARRIVAL = 1.2
"""Seconds for a message to arrive."""
TURN = 2.0
"""Seconds of work, of eight checks and their servers together, after which others must have had their turn."""
STALLED = 0.3
"""Seconds without a processor after which a check is done again."""
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""What a terminal would act on, or a person could not see; a line end is our own."""


@dataclass
class Told:
    """What one check told, and how long it took."""

    fault: Fault
    heard: list[Evidence] = field(default_factory=list)
    said: list[Conversation] = field(default_factory=list)
    seconds: float = 0.0
    stalled: float = 0.0
    """Seconds of these in which no processor was free."""

    @property
    def ends(self) -> list[Evidence]:
        """Return how each step of the misbehaving server's check ended."""
        subject = str(self.fault.endpoint)
        return [seen for seen in self.heard if seen.subject == subject and seen.outcome is not Outcome.RUNNING]

    @property
    def ending(self) -> Evidence:
        """Return what failed first, else what warned first, else the last of the step that it should end in."""
        for outcome in (Outcome.FAIL, Outcome.WARN):
            for seen in self.ends:
                if seen.outcome is outcome:
                    return seen
        return next((seen for seen in reversed(self.ends) if seen.step is self.fault.step), self.ends[-1])


def draft(fault: Fault) -> Draft:
    """Return a draft that leads to a misbehaving server, and to its partner where it has one."""
    ends = [end for end in (fault.endpoint, fault.partner) if end is not None]
    chosen = [Candidate(end, fault.address, (), "typed", Trust.CURATED) for end in ends]
    incoming = next((one for one in chosen if one.endpoint.protocol.incoming), None)
    outgoing = next((one for one in chosen if not one.endpoint.protocol.incoming), None)
    return Draft(address=Address.parse(fault.address), incoming=incoming, outgoing=outgoing)


async def try_one(fault: Fault, world: World, check: float = CHECK) -> Told:
    """Check one misbehaving server."""
    told = Told(fault)

    def hear(fact: Candidate | Evidence) -> None:
        assert isinstance(fact, Evidence)
        told.heard.append(fact)

    limits = Limits(step=fault.limit, check=check, delivery=ARRIVAL)
    who = Credential(fault.address, PASSWORD)
    begun, watch = time.monotonic(), Stopwatch()
    await verify(draft(fault), who, world.net, hear, fault.until, limits=limits, keep=told.said.append)
    told.seconds, told.stalled = time.monotonic() - begun, watch.stalled
    return told


async def try_afresh(fault: Fault, world: World) -> Told:
    """Check one misbehaving server as if it had never been checked: nothing is known of what that left there."""
    for end in filter(None, (fault.endpoint, fault.partner)):
        for entry in journal.entries(end.place, fault.address):
            journal.forget(entry.token)
    return await try_one(fault, world)


async def try_all(faults: Sequence[Fault]) -> list[Told]:
    """Check misbehaving servers side by side.

    Nothing of a check may stay behind, no task, no socket, no file, and none may take the loop for itself.
    """
    found: list[Told] = []
    gate = asyncio.Semaphore(AT_ONCE)

    async def gated(fault: Fault, world: World) -> Told:
        async with gate:
            return await try_one(fault, world)

    await asyncio.to_thread(int)  # the loop's own thread is nobody's fault
    turns = Turns()
    watching = asyncio.create_task(turns.watch())
    for at in range(0, len(faults), IN_ONE_WORLD):
        tasks, files = asyncio.all_tasks(), open_files()
        async with open_faults(faults[at : at + IN_ONE_WORLD]) as world:
            some = [gated(fault, world) for fault in faults[at : at + IN_ONE_WORLD]]
            for told in await asyncio.gather(*some):
                # What waited for a processor proves nothing about time: it is done again, with the loop to itself.
                found.append(await try_afresh(told.fault, world) if told.stalled > STALLED else told)
            async with asyncio.timeout(10):
                # A server's side of a connection ends with the client's: one that stays would wait for ever.
                await world.ports.emptied()
            assert world.seen_secrets_in_clear == 0
        assert asyncio.all_tasks() == tasks
        assert len(open_files()) <= len(files)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    assert turns.longest < TURN, f"nothing else could happen for {turns.longest:.2f} s"
    return found


class Turns:
    """How long others had to wait for their turn at most, in the processor's own time, whatever else it did."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def watch(self) -> None:
        """Measure until cancelled."""
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.005)
            self.longest = max(self.longest, time.thread_time() - before)


def open_files() -> list[str]:
    """Return every open file of this process, where the system tells."""
    folder = Path("/proc/self/fd")
    return [entry.name for entry in folder.iterdir()] if folder.is_dir() else []

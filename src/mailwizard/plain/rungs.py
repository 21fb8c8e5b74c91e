"""Says how a check goes: a line for each step as it ends, and of a slow one now and then that it still runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

from mailwizard.diagnosis import diagnose
from mailwizard.draft import Draft
from mailwizard.faces.check import LIMITS, checked_before
from mailwizard.faces.rungs import ended, named, quiet
from mailwizard.faces.words import day
from mailwizard.model import Candidate, Evidence, Outcome, Step
from mailwizard.plain.talk import Talk

T = TypeVar("T")
SILENT = 2.0
"""Seconds that a step may take before anything is said of it."""
PAUSE = 5.0
"""Seconds between two lines about a step that still runs."""
TICK = 0.5


class Rungs:
    """The lines of one check of some servers; ``chosen`` gives the servers their places."""

    def __init__(self, talk: Talk, chosen: tuple[Candidate, ...]) -> None:
        self.talk, self.chosen = talk, chosen
        self._runs: dict[tuple[str, Step], tuple[float, Evidence]] = {}
        """When each step that runs began, and what it told last."""
        self._told: dict[tuple[str, Step], float] = {}
        self._said: set[str] = set()

    def heard(self, seen: Evidence) -> None:
        """Say how a step ended, once; note one that runs."""
        key = (seen.subject, seen.step)
        if seen.outcome is Outcome.RUNNING:
            began, _ = self._runs.get(key, (time.monotonic(), seen))
            self._runs[key] = began, seen
            return
        self._runs.pop(key, None)
        line = ended(seen, self.chosen)
        if not quiet(seen) and line not in self._said:
            self._said.add(line)
            self.talk.say(line)

    async def during(self, work: Coroutine[Any, Any, T]) -> T:
        """Do the work, and say meanwhile of slow steps that they run."""
        clock = asyncio.create_task(self._tell_time())
        try:
            return await work
        finally:
            clock.cancel()

    async def _tell_time(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self.tick(time.monotonic())

    def tick(self, moment: float) -> None:
        """Say which steps have been running for long, none twice within a few seconds."""
        for key, (began, seen) in self._runs.items():
            if moment - began >= SILENT and moment - self._told.get(key, 0.0) >= PAUSE:
                self._told[key] = moment
                limit = f", {seen.detail}" if seen.detail else f" of at most {LIMITS.step:g} s"
                self.talk.say(f"RUNNING: {named(seen, self.chosen)}, {moment - began:.0f} s{limit}")


def all_of(talk: Talk, chosen: tuple[Candidate, ...], evidence: tuple[Evidence, ...]) -> None:
    """Say how every step of an earlier check ended."""
    rungs = Rungs(talk, chosen)
    for seen in evidence:
        if seen.outcome is not Outcome.RUNNING:
            rungs.heard(seen)


def earlier(talk: Talk, draft: Draft) -> None:
    """Say what a check of an earlier run found, in short; nothing where there was none."""
    if draft.evidence:
        diagnoses = diagnose(draft.evidence, provider=draft.provider, address=draft.address, today=day().isoformat())
        talk.say("", f"{checked_before(draft)}:")
        all_of(talk, draft.chosen, draft.evidence)
        talk.say(*(diagnosis.title for diagnosis in diagnoses[:1]))

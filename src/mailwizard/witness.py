"""Watch steps as they happen, and turn every failure into evidence."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from mailwizard.model import Candidate, Evidence, Facts, Failure, Outcome, Step
from mailwizard.net.clean import clean

Tell = Callable[[Candidate | Evidence], None]
"""Whoever wants to hear the facts: a list's append, a printer, a screen."""

STEP_LIMIT = 15.0
"""Seconds that a step may take unless it is told otherwise."""


class Skip(Exception):
    """Raised inside a step that turns out to be needless; becomes evidence with outcome ``skip``."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


class Note:
    """What a running step wants to have written down when it ends well."""

    def __init__(self) -> None:
        self.detail = ""
        self.code = ""
        self.enhanced = ""
        self.outcome = Outcome.OK
        self.facts: Facts = ()
        self.tick: Callable[[str], None] = lambda detail: None
        """Tell that the step still runs, with a detail that changes."""

    def add(self, *facts: tuple[str, str]) -> None:
        """Write down named facts; they are kept when the step fails as well."""
        self.facts += facts

    def warn(self, code: str, detail: str) -> None:
        """Let the step end well, with a warning."""
        self.outcome, self.code, self.detail = Outcome.WARN, code, detail


Scrub = Callable[[str], str]
"""What takes the secrets out of a text."""

CODE_LIMIT = 80
"""Characters of a code; ours are shorter, and a server may have had a hand in it."""


class Witness:
    """Writes down what one subject does; nothing is told that ``scrub`` has not seen whole."""

    def __init__(self, subject: str, tell: Tell, limit: float = STEP_LIMIT, scrub: Scrub = str) -> None:
        self.subject, self.tell, self.limit, self.scrub = subject, tell, limit, scrub

    @asynccontextmanager
    async def step(self, step: Step, limit: float | None = None) -> AsyncIterator[Note]:
        """Tell that a step began, and later how it ended; a failure is raised on.

        Every string that is told has passed :func:`~mailwizard.net.clean.clean`.

        Raises:
            Failure: what the body raised; ``timeout`` after the limit; ``bug`` for anything unforeseen, with its kind
                and place and nothing of its text, which could hold a secret that no scrubbing knows.
            Skip: what the body raised.
        """
        begun = time.monotonic()
        note = Note()
        allowed = self.limit if limit is None else limit

        def tell(outcome: Outcome, code: str = "", enhanced: str = "", detail: str = "", facts: Facts = ()) -> None:
            cleaned = tuple((name, self._shown(value)) for name, value in note.facts + facts)
            codes = clean(code, CODE_LIMIT), clean(enhanced, CODE_LIMIT)
            took = time.monotonic() - begun
            self.tell(Evidence(self.subject, step, outcome, *codes, self._shown(detail), took, cleaned))

        note.tick = lambda detail: tell(Outcome.RUNNING, detail=detail)
        tell(Outcome.RUNNING)
        try:
            async with asyncio.timeout(allowed):
                yield note
        except Failure as failure:
            tell(Outcome.FAIL, failure.code, failure.enhanced, failure.detail, failure.facts)
            raise
        except Skip as skip:
            tell(Outcome.SKIP, skip.code, "", skip.detail)
            raise
        except TimeoutError:
            slow = Failure("timeout", f"no answer within {allowed:g} s")
            tell(Outcome.FAIL, slow.code, "", slow.detail)
            raise slow from None
        except asyncio.CancelledError:
            tell(Outcome.SKIP, "cancelled", "", "stopped before it ended")
            raise
        except Exception as bug:
            wrong = Failure("bug", f"a mistake of mailwizard itself: {_place_of(bug)}")
            tell(Outcome.FAIL, wrong.code, "", wrong.detail)
            raise wrong from bug
        tell(note.outcome, note.code, note.enhanced, note.detail)

    def skip(self, step: Step, code: str, detail: str) -> None:
        """Tell that a step was not needed, and why."""
        self.tell(Evidence(self.subject, step, Outcome.SKIP, code, "", self._shown(detail)))

    def remark(self, seen: Evidence) -> None:
        """Tell a fact that took no step of its own, about this witness's subject."""
        facts = tuple((name, self._shown(value)) for name, value in seen.facts)
        code, detail = clean(seen.code, CODE_LIMIT), self._shown(seen.detail)
        self.tell(replace(seen, subject=self.subject, code=code, detail=detail, facts=facts))

    def _shown(self, text: str) -> str:
        """Return outside text as it may be told: secrets first, because cutting may leave half of one."""
        return clean(self.scrub(text)) if text else ""


def _place_of(bug: Exception) -> str:
    """Return the kind of an error and where it was raised."""
    trace = bug.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {trace.tb_frame.f_globals.get('__name__', '?')} line {trace.tb_lineno}" if trace is not None else ""
    return f"{type(bug).__name__}{where}"


async def watch_all(
    jobs: Mapping[str, Callable[[Witness], Awaitable[None]]],
    tell: Tell,
    limit: float = STEP_LIMIT,
    scrub: Scrub = str,
) -> None:
    """Run every job at once; one that fails has told why, and stops no other."""

    async def run(subject: str, job: Callable[[Witness], Awaitable[None]]) -> None:
        with suppress(Failure, Skip):
            await job(Witness(subject, tell, limit, scrub))

    async with asyncio.TaskGroup() as group:
        for subject, job in jobs.items():
            group.create_task(run(subject, job))

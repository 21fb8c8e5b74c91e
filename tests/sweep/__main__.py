"""The long form: ``python -m tests.sweep RUNS [SEED]``."""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.sweep import tracing
from tests.sweep.reporting import CALM, Disturbance, Report, table
from tests.sweep.running import run
from tests.sweep.stories import STORIES
from tests.sweep.story import Story

AT_ONCE = max(2, os.cpu_count() or 2)
"""Runs side by side."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL, signal.SIGQUIT, signal.SIGSEGV)
LONGEST = 3.0
"""Seconds within which a signal comes."""


def disturbed(story: Story, chance: random.Random) -> Disturbance:
    """Return what disturbs a run: each kind by itself in most cases, sometimes with much talk beside it."""
    talkative = chance.random() < 0.3
    kind = chance.choice(("nothing", "signal", "signal", "crash", "crash", "full disk"))
    if kind == "signal":
        chosen = chance.choice(SIGNALS)
        since = chance.choice(("begun", "held"))
        return Disturbance(chosen, chance.uniform(0, LONGEST if since == "begun" else 1), since, talkative=talkative)
    if kind == "crash":
        return Disturbance(crash=chance.choice(story.crashes), talkative=talkative)
    return Disturbance(full_disk=kind == "full disk", talkative=talkative)


def planned(runs: int, chance: random.Random) -> list[tuple[Story, Disturbance]]:
    """Return the runs: every story plain first, and then any, disturbed."""
    first = [(story, CALM) for story in STORIES][:runs]
    chance.shuffle(first)
    rest = [chance.choice(STORIES) for _ in range(runs - len(first))]
    return [*first, *((story, disturbed(story, chance)) for story in rest)]


def main(runs: int, seed: int) -> int:
    """Run so many stories, print the table, and return 1 where a secret was found or a plain run went amiss.

    Ctrl+C ends it early, with the table of what was run.
    """
    if why := tracing.missing():
        print(why, file=sys.stderr)  # noqa: T201 - a program of its own
        return 2
    begun, chance = time.monotonic(), random.Random(seed)
    folder = Path(tempfile.mkdtemp(prefix="sweep-"))
    reports: list[Report] = []
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        plan = enumerate(planned(runs, chance))
        for report in pool.map(lambda at: run(at[1][0], folder / str(at[0]), at[1][1]), plan):
            reports.append(report)
            _tell(len(reports), report)
    except KeyboardInterrupt:
        pool.shutdown(cancel_futures=True)
    print(f"{table(reports)}\nseed {seed}, {time.monotonic() - begun:.0f} s, kept below {folder}")  # noqa: T201
    return int(any(report.findings or report.wrong for report in reports))


def _tell(number: int, report: Report) -> None:
    """Print what was found in a run."""
    amiss = [f"amiss: {report.wrong}"] if report.wrong else []
    for line in (*map(str, report.findings), *amiss):
        print(f"{number} {report.story} ({report.disturbance}) {line}", flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 32)))

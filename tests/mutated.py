"""Open reports that were changed at random: ``python -m tests.mutated [COUNT [SEED]]`` tells what came of them."""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from tests.drawn import drawn
from tests.judged import judge, opened
from tests.mutating import mutated, seeds

from mailwizard.report import Report

COUNT = 100_000
DRAWN = 100
"""Of those that were read one in so many is opened in the wizard too."""
MEMORY = 2 * 1024**3
"""Bytes of memory that the whole run may take."""
KEPT = Path("build/fuzz")
"""Where what breaks it is kept."""


def _warm(source: bytes, good: Report) -> None:
    """Judge a real report twice: the first time loads what is loaded late."""
    with suppress(AssertionError):
        judge(source, good)
    assert judge(source, good)


def run(count: int, seed: int, sources: tuple[bytes, ...]) -> tuple[int, float]:
    """Open so many; return how many were a report all the same, and the most seconds of processor time of one."""
    chance = random.Random(seed)
    good = opened(sources[0])
    assert good is not None
    for source in sources:
        _warm(source, good)
    read, looked, longest = 0, 0, 0.0
    for number in range(count):
        data = mutated(chance, sources)
        begun = time.thread_time()
        try:
            read += judge(data, good)
            longest = max(longest, time.thread_time() - begun)
            if read // DRAWN > looked and (report := opened(data)) is not None:
                drawn(report)
                looked += 1
        except BaseException as wrong:
            KEPT.mkdir(parents=True, exist_ok=True)
            (KEPT / f"report-{seed}-{number}").write_bytes(data)
            raise AssertionError(f"number {number} of seed {seed}, kept in {KEPT}") from wrong
    return read, longest


def main() -> None:
    """Run it and print the figures as JSON."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(2**32)
    with tempfile.TemporaryDirectory(prefix="mailwizard-mutated-") as home:
        os.environ["HOME"] = home
        sources = seeds()
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        begun = time.perf_counter()
        read, longest = run(count, seed, sources)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    figures = {"opened": count, "seed": seed, "reports": read, "seconds": round(time.perf_counter() - begun, 1)}
    sys.stdout.write(json.dumps(figures | {"longest": round(longest, 3), "most memory in MB": most}) + "\n")


if __name__ == "__main__":
    main()

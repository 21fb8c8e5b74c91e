"""The long form: ``python -m tests.durable RUNS [SEED]``."""

from __future__ import annotations

import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tests.durable.actions import ACTIONS
from tests.durable.faulting import Fault, faults, missing
from tests.durable.reporting import table
from tests.durable.running import Outcome, Stage
from tests.durable.writers import WRITERS, write_together

AT_ONCE = max(2, os.cpu_count() or 2)
"""Stages side by side."""
SAVES = 200
"""Saves of each writer."""


def chosen(made: dict[str, list[tuple[str, int]]], chance: random.Random) -> Iterator[tuple[str, Fault]]:
    """Yield faults, one of each action in turn, each call and kind as often as the others of the action."""
    left: dict[str, list[Fault]] = {}
    while True:
        for action in made:
            if not left.get(action):
                left[action] = faults(made[action])
                chance.shuffle(left[action])
            yield action, left[action].pop()


def main(runs: int, seed: int) -> int:
    """Run so many faults, print the table, and return 1 where something went wrong."""
    if why := missing():
        print(why, file=sys.stderr)  # noqa: T201 - a program of its own
        return 2
    begun, folder = time.monotonic(), Path(tempfile.mkdtemp(prefix="durable-"))
    outcomes: list[Outcome] = []
    lock = threading.Lock()

    def work(at: int) -> None:
        with Stage(folder / str(at)) as stage:
            plan = chosen({action: stage.made(action) for action in ACTIONS}, random.Random(f"{seed} {at}"))
            while sum(one.hit for one in outcomes) < runs:
                outcome = stage.run(*next(plan))
                with lock:
                    outcomes.append(outcome)
                    for wrong in outcome.wrong:
                        print(f"{outcome.action}: {outcome.fault}: {wrong}", flush=True)  # noqa: T201

    threads = [threading.Thread(target=work, args=(at,)) for at in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{table(outcomes)}\nseed {seed}, {time.monotonic() - begun:.0f} s")  # noqa: T201
    kept = write_together(folder / "writers", SAVES)
    print(f"{WRITERS} writers x {SAVES} saves: {', '.join(f'{kind} {count}' for kind, count in kept.items())} kept")  # noqa: T201
    whole = sum(one.hit for one in outcomes) >= runs and all(count == WRITERS * SAVES for count in kept.values())
    return int(not whole or any(one.wrong for one in outcomes))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 32)))

"""``python -m tests.dropping [RUNS] [SEED]``."""

from __future__ import annotations

import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.dropping.running import chosen, run


def main(runs: int, seed: int) -> int:
    """Make the runs, print what is not as it must be, and a table; 1 where anything was."""
    plan = chosen(runs, seed)
    with ThreadPoolExecutor(3) as pool:
        ended = list(pool.map(lambda one: run(*one), plan))
    good: Counter[tuple[str, str]] = Counter()
    for one in ended:
        if one.faults:
            sys.stdout.write(f"{one.face}, {one.way} after {one.moment:.2f} s: {', '.join(one.faults)}\n")
        else:
            good[one.face, one.way] += 1
    every = Counter((one.face, one.way) for one in ended)
    for pair, count in every.items():
        slowest = max(one.seconds for one in ended if (one.face, one.way) == pair)
        sys.stdout.write(f"{pair[0]:8}{pair[1]:26}{good[pair]:4} of {count:4}  gone after {slowest:.2f} s at most\n")
    sys.stdout.write(f"{sum(good.values())} of {runs} runs left everything as it must be (seed {seed})\n")
    return 0 if sum(good.values()) == runs else 1


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    raise SystemExit(main(numbers[0] if numbers else 200, numbers[1] if len(numbers) > 1 else 20261122))

"""Measure diagnosing: lines a second on one core, a megabyte of pasted text, and what holds of answers left out."""

from __future__ import annotations

import sys
import time

from tests import bench_left_out
from tests.answers_of_others import FILES, answers

from mailwizard.diagnosis import explain

LINES = [line for file in FILES for answer in answers(file) for line in [answer.text] if "\n" not in line]
LEAST = 10_000
"""Lines that are diagnosed in a second of one core."""
LONGEST = 1.0
"""Seconds for a megabyte."""


def lines_a_second(seconds: float = 1.0, rounds: int = 3) -> float:
    """Return how many lines are diagnosed in a second of processor time: the best of some rounds after a warm-up."""
    for line in LINES:
        explain(line)
    best = 0.0
    for _ in range(rounds):
        begun, done = time.process_time(), 0
        while time.process_time() - begun < seconds:
            for line in LINES:
                explain(line)
            done += len(LINES)
        best = max(best, done / (time.process_time() - begun))
    return best


def megabyte() -> float:
    """Return the seconds of processor time that a megabyte of log lines takes."""
    line = "2026-11-21 10:00:00 ERROR 535 5.7.8 authentication failed for smtp.example.com:587\n"
    text = line * (1_000_000 // len(line))
    begun = time.process_time()
    explain(text)
    return time.process_time() - begun


def show() -> bool:
    """Print the figures; whether they hold."""
    rate, long = lines_a_second(), megabyte()
    sys.stdout.write(f"diagnosis: {rate:,.0f} lines a second (at least {LEAST:,}); ")
    sys.stdout.write(f"1 MB in {long:.2f} s (at most {LONGEST:.0f} s)\n")
    bench_left_out.show()
    return rate >= LEAST and long <= LONGEST


if __name__ == "__main__":
    raise SystemExit(not show())

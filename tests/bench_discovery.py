"""Measure discovery against the made-up domains, at a simulated round trip of 30 ms: a section of ``make bench``.

Medians of 21 runs, each in a world of its own. Runs that mostly wait are done several at once.
"""

from __future__ import annotations

import asyncio
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.journeys.discovering import Run, run

from mailwizard.cli.finding import Found
from mailwizard.cli.many import find_all
from mailwizard.discovery import discover
from mailwizard.discovery.ranking import best
from mailwizard.model import Address, Candidate, Evidence
from mailwizard.sandbox import Domain, all_domains, open_country

RUNS = 21
ROUND_TRIP = 0.03
MANY = 200
DOMAINS = {domain.name: domain for domain in all_domains()}
_MAIL_PORTS = frozenset({25, 110, 143, 465, 587, 993, 995})


@dataclass(frozen=True)
class Figure:
    """One line of the table: what was measured, and what it may be at most."""

    name: str
    value: float
    target: float
    unit: str

    @property
    def missed(self) -> bool:
        return self.value > self.target

    def __str__(self) -> str:
        digits = {"": 0, "MB": 0, "ms": 1}.get(self.unit, 2)
        shown = f"{self.value:.{digits}f} {self.unit}".strip()
        target = f"{self.target:.{digits}f} {self.unit}".strip()
        return f"{self.name:52}{shown:>10}{target:>10}{'  missed' if self.missed else ''}"


async def _medians(name: str, measure: Callable[[Run], float], at_once: int = 1) -> float:
    """Return the median of what is measured of the runs of one domain, after one to warm up."""
    domain, turns = DOMAINS[name], asyncio.Semaphore(at_once)
    await run(domain, round_trip=ROUND_TRIP)

    async def one() -> float:
        async with turns:
            made = await run(domain, round_trip=ROUND_TRIP)
        if domain.incoming:
            found = best(made.candidates, incoming=True)
            assert found is not None and str(found.endpoint) == domain.fill(domain.incoming)
        return measure(made)

    return statistics.median(await asyncio.gather(*(one() for _ in range(RUNS))))


async def _offline() -> float:
    """Return the milliseconds of the engine's call for a known provider, without any network."""
    seconds = []
    async with open_country([DOMAINS["gmx.de"]]) as world:
        for _ in range(RUNS):
            told: list[Candidate | Evidence] = []
            begun = time.perf_counter()
            await discover(Address.parse("alice@gmx.de"), world.net, told.append, offline=True)
            seconds.append(time.perf_counter() - begun)
            assert any(isinstance(fact, Candidate) for fact in told)
        assert not world.traffic.questions and not world.traffic.connects
    return statistics.median(seconds) * 1000


def _mail_connects(made: Run) -> int:
    return sum(connect.port in _MAIL_PORTS for connect in made.connects)


def _in_clear(made: Run) -> int:
    return sum(bool(connect.in_clear) or connect.port in {25, 80} for connect in made.connects)


async def _guessing() -> list[Figure]:
    """Count the connections of searches that find nothing published."""
    names = [name for name in DOMAINS if name.startswith(("guess-", "silent-all"))]
    runs = [await run(DOMAINS[name], round_trip=ROUND_TRIP) for name in names]
    return [
        Figure(f"connects in a full guess, most of {len(runs)} domains", max(map(_mail_connects, runs)), 20, ""),
        Figure("connects in clear in a full guess", max(map(_in_clear, runs)), 0, ""),
    ]


async def _times() -> list[Figure]:
    def answered(made: Run) -> float:
        return made.answered

    def ended(made: Run) -> float:
        return made.ended

    return [
        Figure("known provider, offline", await _offline(), 50, "ms"),
        Figure("at Google by MX, to the answer", await _medians("mx-google.example", answered), 0.35, "s"),
        Figure("at Microsoft by MX, to the answer", await _medians("mx-microsoft.example", answered), 0.35, "s"),
        Figure("service records only, to the answer", await _medians("srv-only.example", answered), 0.35, "s"),
        Figure(
            "everything black-holed, to an honest nothing", await _medians("silent-all.example", ended, 3), 3.0, "s"
        ),
        Figure(
            "143 and 587 dropped, 993 and 465 open, to the answer",
            await _medians("guess-dropped.example", answered),
            1.0,
            "s",
        ),
        Figure("DNS dead, to saying so", await _medians("dns-dead.example", ended, 3), 2.5, "s"),
    ]


async def _together(domains: list[Domain]) -> dict[str, float]:
    """Look up addresses at once, as ``discover --from`` does; return the seconds that each took."""
    took: dict[str, float] = {}

    def answer(found: Found, seconds: float) -> None:
        took[str(found.address)] = seconds

    async with open_country(list({domain.name: domain for domain in domains}.values()), round_trip=ROUND_TRIP) as world:
        lines = [(at, Address.parse(domain.address)) for at, domain in enumerate(domains, 1)]
        await find_all(list(lines), world.net, answer, offline=False, third_party=True, limit=None)
    assert len(took) == len(domains)
    return took


def _several(domain: Domain, count: int) -> list[Domain]:
    """Return as many people of one domain."""
    return [replace(domain, local=f"{domain.local}{at}") for at in range(count)]


async def _many() -> tuple[float, float, float, float]:
    """Look up 200 addresses; return the seconds, and those of a quick one alone, among quick and among slow ones."""
    quick, slow = DOMAINS["srv-only.example"], DOMAINS["silent-all.example"]
    mixed = [domain for domain in DOMAINS.values() if not (domain.alone or domain.attack)]
    people = [person for domain in mixed for person in _several(domain, 2)][: MANY - 1]
    (alone,) = (await _together([quick])).values()
    among_quick = (await _together([*_several(quick, MANY - 1), quick]))[quick.address]
    among_slow = (await _together([*_several(slow, MANY - 1), quick]))[quick.address]
    begun = time.perf_counter()
    await _together([*people, slow])
    return time.perf_counter() - begun, alone, among_quick, among_slow


def _peak() -> float:
    """Return the most memory that this process held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def many() -> None:
    """Print the figures of 200 addresses at once; in a process of its own, because memory is counted."""
    figures = asyncio.run(_many())
    sys.stdout.write(" ".join(f"{value:.4f}" for value in (*figures, _peak())))


def discovery() -> list[Figure]:
    """Return every figure of discovery."""
    figures = [*asyncio.run(_times()), *asyncio.run(_guessing())]
    command = [sys.executable, "-c", "from tests.bench_discovery import many; many()"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    whole, alone, among_quick, among_slow, peak = map(float, told.split())
    return [
        *figures,
        Figure(f"{MANY} addresses at once, all of them", whole, 10.0, "s"),
        Figure(f"{MANY} addresses at once, memory with the world in it", peak, 150, "MB"),
        Figure(f"a quick one among {MANY - 1} quick ones (alone {alone:.2f} s)", among_quick, 3 * alone, "s"),
        Figure(f"a quick one among {MANY - 1} black-holed ones", among_slow, 3 * alone, "s"),
    ]


def show(figures: list[Figure]) -> bool:
    """Print a table of figures; return whether all targets are reached."""
    sys.stdout.write(f"\n{'discovery at a round trip of 30 ms':52}{'median':>10}{'at most':>10}\n")
    sys.stdout.writelines(f"{figure}\n" for figure in figures)
    return not any(figure.missed for figure in figures)


if __name__ == "__main__":
    raise SystemExit(not show(discovery()))

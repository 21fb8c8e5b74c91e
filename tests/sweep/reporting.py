"""What disturbs a run, how it went, and the table of several."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.sweep.places import Finding, Searched


@dataclass(frozen=True)
class Disturbance:
    """What happens to a run from outside, and in it."""

    signal: int = 0
    moment: float = 0.0
    """Seconds after that."""
    since: str = "begun"
    """After what: ``begun`` the first command line, ``held`` a secret."""
    crash: str = ""
    full_disk: bool = False
    talkative: bool = False

    def __str__(self) -> str:
        stopped = (
            f"{signal.Signals(self.signal).name} {self.moment:.2f} s after it was {self.since}" if self.signal else ""
        )
        crashed = f"a fault in {self.crash}" if self.crash else ""
        rest = ("a full disk" if self.full_disk else "", "much talk" if self.talkative else "")
        return ", ".join(filter(None, (stopped, crashed, *rest))) or "nothing"

    @property
    def calm(self) -> bool:
        """Return whether the run has to end as its story tells."""
        return not (self.signal or self.crash or self.full_disk)


CALM = Disturbance()


@dataclass
class Report:
    """How a run went."""

    story: str
    disturbance: Disturbance
    code: int
    searched: Searched
    secrets: int
    """Canaries that were searched for."""
    wrong: str = ""
    """Why it did not go as its story tells."""

    @property
    def findings(self) -> list[Finding]:
        """Return the secrets that were found where they do not belong."""
        return self.searched.findings


def table(reports: Sequence[Report]) -> str:
    """Return how many runs there were, what was searched, and what was found, by story."""
    rows: dict[str, list[Report]] = {}
    for report in reports:
        rows.setdefault(report.story, []).append(report)
    lines = [f"{'STORY':26}{'RUNS':>5}{'SECRETS':>9}{'MB':>9}{'FOUND':>7}{'AMISS':>7}"]
    for name, several in [*rows.items(), ("all", list(reports))]:
        size = sum(sum(one.searched.sizes.values()) for one in several) / 1e6
        found, amiss = sum(len(one.findings) for one in several), sum(bool(one.wrong) for one in several)
        lines.append(f"{name:26}{len(several):5}{sum(one.secrets for one in several):9}{size:9.1f}{found:7}{amiss:7}")
    return "\n".join([*lines, "", _sizes(reports)])


def _sizes(reports: Sequence[Report]) -> str:
    """Return what was searched by the kind of place."""
    sizes: Counter[str] = sum((report.searched.sizes for report in reports), start=Counter())
    return "bytes searched: " + ", ".join(f"{place} {size:,}" for place, size in sorted(sizes.items()))

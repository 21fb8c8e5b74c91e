"""The machine on which a run happened, asked of nobody."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from mailwizard.diagnosis.clock import told_in
from mailwizard.machine import clock, network, program, terminal
from mailwizard.model import Evidence, Step
from mailwizard.report.shape import Environment

if TYPE_CHECKING:
    from mailwizard.report.gathering import Run


def environment(run: Run, evidence: Sequence[Evidence], now: datetime) -> Environment:
    """Return what is known of this machine, and what a run saw of its clock and its ways out."""
    columns, lines = terminal.size()
    offset, whose = seen_clock(evidence, now)
    ipv4, ipv6 = network.way_out()
    resolvers: tuple[str, ...] = ()
    with suppress(OSError):
        resolvers = network.resolvers()
    return Environment(
        system=program.system(),
        distribution=program.distribution(),
        python=program.python(),
        libraries=program.parts(),
        locale=terminal.language(),
        encoding=terminal.encoding(),
        time_zone=terminal.time_zone(),
        terminal=terminal.kind() if terminal.is_there() else "",
        columns=columns,
        lines=lines,
        inside=terminal.around(),
        resolvers=resolvers,
        resolver=run.resolver,
        proxies=network.proxies(),
        authorities=network.authorities(),
        ca_file=run.ca_file,
        clock=clock.words(),
        clock_offset=offset,
        clock_of=whose,
        ipv4=ipv4,
        ipv6=ipv6,
    )


def seen_clock(evidence: Sequence[Evidence], now: datetime) -> tuple[float | None, str]:
    """Return by how many seconds a server's clock was ahead of this machine's, and whose that was.

    A web server's answer was compared as it came; a greeting is compared ``now``, which is soon after it.
    """
    for seen in evidence:
        with suppress(ValueError):
            if ahead := seen.fact("ahead"):
                return float(ahead), seen.fact("url").partition("://")[2].partition("/")[0] or seen.subject
    for seen in evidence:
        said = told_in(seen.detail) if seen.step is Step.GREETING else None
        if said is not None:
            return round((said - now).total_seconds()), seen.subject.partition("://")[2].rpartition("/")[0]
    return None, ""

"""The machine on which a run happened, asked of nobody."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from mailwizard.machine import clock, network, program, terminal
from mailwizard.model import Evidence
from mailwizard.report.shape import Environment

if TYPE_CHECKING:
    from mailwizard.report.gathering import Run


def environment(run: Run, evidence: Sequence[Evidence]) -> Environment:
    """Return what is known of this machine, and what a run saw of its clock and its ways out."""
    columns, lines = terminal.size()
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
        ipv4=ipv4,
        ipv6=ipv6,
    )

"""``python -m tests.journeys.over_world SCENARIO WORD…``: a command line to which a practice world is the network.

``slow:SCENARIO`` and ``silent:SCENARIO`` have a DNS that answers nothing: it hangs, or fails at once. SIGUSR1 mends it.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import suppress
from typing import Any

from tests.journeys.shared_world import Shared, opened

import mailwizard.cli.running
import mailwizard.net.real
from mailwizard.cli import main
from mailwizard.model import Failure
from mailwizard.net import Net


def run(scenario: str, words: list[str]) -> int:
    """Run a command line over a world, whatever way to the network it names."""
    trouble, _, name = scenario.rpartition(":")
    with opened(name if trouble in {"slow", "silent"} else scenario) as shared:
        if trouble in {"slow", "silent"}:
            _spoil(shared, hangs=trouble == "slow")

        def network(*_: object, **__: object) -> Net:
            return shared.world.net

        mailwizard.cli.running.real_network = network
        vars(mailwizard.net.real)["RealNet"] = network
        return main(words)


def _spoil(shared: Shared, *, hangs: bool) -> None:
    """Let the world's DNS answer nothing until it is mended."""
    net: Any = shared.world.net
    works = net.resolve

    async def fails(name: str, kind: object) -> object:
        if hangs:
            await asyncio.sleep(3600)
        raise Failure("dns.timeout", f"no answer for {name}")

    net.resolve = fails
    with suppress(ValueError):
        signal.signal(signal.SIGUSR1, lambda *_: setattr(net, "resolve", works))


if __name__ == "__main__":
    raise SystemExit(run(sys.argv[1], sys.argv[2:]))

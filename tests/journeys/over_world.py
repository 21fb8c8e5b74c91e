"""``python -m tests.journeys.over_world SCENARIO WORD…``: a command line to which a practice world is the network."""

from __future__ import annotations

import sys

from tests.journeys.shared_world import opened

import mailwizard.cli.running
import mailwizard.net.real
from mailwizard.cli import main
from mailwizard.net import Net


def run(scenario: str, words: list[str]) -> int:
    """Run a command line over a world, whatever way to the network it names."""
    with opened(scenario) as shared:

        def network(*_: object, **__: object) -> Net:
            return shared.world.net

        mailwizard.cli.running.real_network = network
        vars(mailwizard.net.real)["RealNet"] = network
        return main(words)


if __name__ == "__main__":
    raise SystemExit(run(sys.argv[1], sys.argv[2:]))

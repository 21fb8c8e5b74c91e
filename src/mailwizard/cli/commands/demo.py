"""``mailwizard demo``: the wizard on a practice world inside this machine."""

from __future__ import annotations

import argparse
from functools import partial

from mailwizard.cli.endings import UsageError
from mailwizard.cli.output import columns, put, put_json, say
from mailwizard.cli.parsing import add_json, add_plain

NAME = "demo"
HELP = "Try the wizard on a practice world; nothing leaves this machine."
EXAMPLES = (
    "mailwizard demo",
    "mailwizard demo microsoft-smtp-auth-off",
    "mailwizard demo --list",
    "mailwizard demo --list fault:imap-",
    "mailwizard demo wrong-password --story",
    "mailwizard demo fault:smtp-auth-421",
    "mailwizard discover alice@practice.example --practice all-well",
)
_INSTEAD = "Without a terminal --story tells one, and discover and check take --practice SCENARIO."
DEFAULT = "microsoft-smtp-auth-off"
"""The scenario that is played where none is named."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "scenario", nargs="?", metavar="SCENARIO", help=f"what is wrong in it (default {DEFAULT}), or fault:NAME"
    )
    parser.add_argument("--list", action="store_true", help="list those whose name begins so, for --practice too")
    parser.add_argument("--story", action="store_true", help="say what to type in the scenario, and what will happen")
    add_plain(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Run the wizard on a scenario, list them all, or tell one."""
    from mailwizard.cli.running import run, scenario
    from mailwizard.sandbox import open_world

    if options.json:
        if not options.list:
            raise UsageError("only the list of the scenarios can be had as JSON: mailwizard demo --list --json.")
        from mailwizard.cli.answers import DemoAnswer, Scenario

        put_json(DemoAnswer(1, tuple(Scenario(name, title) for name, title in _listed(options.scenario))))
        return 0
    if options.list:
        put(*columns(_listed(options.scenario)))
        if not options.scenario:
            say("Single faults of servers, each a world of its own: mailwizard demo --list fault:")
        return 0
    chosen = scenario(options.scenario or DEFAULT)

    async def story() -> tuple[str, ...]:
        async with open_world(chosen) as world:
            return world.label, *(f"  {line}" for line in world.story)

    if options.story:
        put(*run(story()))
        return 0
    from mailwizard.wizard import run_wizard

    return run_wizard(world=partial(open_world, chosen), plain=options.plain, instead=_INSTEAD)


def _listed(begun: str | None) -> list[tuple[str, str]]:
    """Return the scenarios with their titles, or those whose name begins so; faults only where that is asked for.

    Raises:
        UsageError: where no name begins so.
    """
    from mailwizard.sandbox import FAULT, all_faults, labels

    known = labels()
    if (begun or "").startswith(FAULT):
        faults = all_faults().values()
        known = {f"{FAULT}{one.name}": f"{one.protocol.upper()} server, step {one.step}" for one in faults}
    found = [(name, title) for name, title in known.items() if name.startswith(begun or "")]
    if not found:
        raise UsageError("no scenario begins so; mailwizard demo --list lists them, and --list fault: the faults.")
    return found

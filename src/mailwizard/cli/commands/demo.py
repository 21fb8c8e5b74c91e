"""``mailwizard demo``: the wizard on a practice world inside this machine."""

from __future__ import annotations

import argparse

from mailwizard.cli.output import columns, put
from mailwizard.cli.terminal import need_screen

NAME = "demo"
FIRST = "microsoft-smtp-auth-off"
"""The scenario that is played where none is named."""
HELP = "Try the wizard on a practice world; nothing leaves this machine."
EXAMPLES = (
    "mailwizard demo",
    "mailwizard demo microsoft-smtp-auth-off",
    "mailwizard demo --list",
    "mailwizard discover alice@practice.example --practice all-well",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("scenario", nargs="?", metavar="SCENARIO", help="what is wrong in it")
    parser.add_argument(
        "--list",
        action="store_true",
        help="list the scenarios; discover and check take one as --practice SCENARIO",
    )


def run(options: argparse.Namespace) -> int:
    """Run the wizard on a scenario, or list them all."""
    from mailwizard.cli.running import scenario

    if options.list:
        from mailwizard.sandbox import labels

        put(*columns(list(labels().items())))
        return 0
    chosen = scenario(options.scenario or FIRST)
    need_screen()
    from mailwizard.sandbox import open_world
    from mailwizard.tui.running import run_wizard

    return run_wizard(world=lambda: open_world(chosen))

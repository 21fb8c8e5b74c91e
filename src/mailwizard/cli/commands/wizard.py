"""``mailwizard``: the wizard, which asks for what is missing until the account works and is saved."""

from __future__ import annotations

import argparse

from mailwizard.cli.endings import UsageError
from mailwizard.cli.keeping import add_passphrase
from mailwizard.cli.parsing import add_door, door
from mailwizard.cli.terminal import need_screen

NAME = "wizard"
HELP = "Set up an account step by step, full screen (also: mailwizard alone)."
EXAMPLES = ("mailwizard", "mailwizard --resolver 9.9.9.9")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    add_door(parser.add_argument_group("network"))
    add_passphrase(parser)


def run(options: argparse.Namespace) -> int:
    """Run the wizard until it is left."""
    if options.plain:
        raise UsageError("the line-by-line wizard is not in this version; the commands are plain: mailwizard --help.")
    need_screen()
    from mailwizard.cli.confirmed import tell_leftovers

    tell_leftovers()
    from mailwizard.operations.prefilled import waiting
    from mailwizard.tui.running import run_wizard

    draft = waiting()
    if not (options.resolver or options.ca_file):
        return run_wizard(draft=draft)
    from mailwizard.cli.running import real_network

    return run_wizard(real_network(options), door=door(options), draft=draft)

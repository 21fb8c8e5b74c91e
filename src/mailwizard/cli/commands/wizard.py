"""``mailwizard``: the wizard, which asks for what is missing until the account works and is saved."""

from __future__ import annotations

import argparse

from mailwizard.cli.keeping import add_passphrase
from mailwizard.cli.parsing import add_door, add_plain, door

NAME = "wizard"
HELP = "Set up an account step by step, full screen (also: mailwizard alone)."
EXAMPLES = ("mailwizard", "mailwizard --resolver 9.9.9.9")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_plain(parser)
    add_door(parser.add_argument_group("network"))
    add_passphrase(parser)


def run(options: argparse.Namespace) -> int:
    """Run the wizard until it is left."""
    from mailwizard.cli.confirmed import tell_leftovers

    tell_leftovers()
    from mailwizard.operations.prefilled import waiting
    from mailwizard.wizard import run_wizard

    draft = waiting()
    if not (options.resolver or options.ca_file):
        return run_wizard(draft=draft, plain=options.plain)
    from mailwizard.cli.running import real_network

    return run_wizard(real_network(options), door=door(options), draft=draft, plain=options.plain)

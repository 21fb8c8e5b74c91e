"""``mailwizard servers``: connection sets that accounts share, and the relay that stands in for unproven ones."""

from __future__ import annotations

import argparse

from mailwizard.cli.actions import add_actions, run_action

NAME = "servers"
HELP = "List the saved servers, which accounts share, add, show, rename or remove one, or choose the relay."
EXAMPLES = (
    "mailwizard servers list",
    "mailwizard servers add relay --smtp relay.example.com:25/none --no-sign-in",
    "mailwizard servers show relay",
    "mailwizard servers rename relay office-relay",
    "mailwizard servers fallback office-relay",
    "mailwizard servers remove office-relay",
)
_ACTIONS = "mailwizard.cli.servers"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_actions(parser, _ACTIONS, "list")


def run(options: argparse.Namespace) -> int:
    """Do what the action says."""
    return run_action(options, _ACTIONS)

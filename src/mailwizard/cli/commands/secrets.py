"""``mailwizard secrets``: where the accounts' secrets are kept, and what opens the vault."""

from __future__ import annotations

import argparse

from mailwizard.cli.actions import add_actions, run_action

NAME = "secrets"
HELP = "List where secrets are kept, move one to another store, or change, give or take what opens the vault."
EXAMPLES = (
    "mailwizard secrets list",
    "mailwizard secrets check",
    "mailwizard secrets move alice@example.com --to pass",
    "mailwizard secrets passphrase",
    "mailwizard secrets unlock --for 30",
    "mailwizard secrets lock",
)
_ACTIONS = "mailwizard.cli.secrets"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_actions(parser, _ACTIONS, "list")


def run(options: argparse.Namespace) -> int:
    """Do what the action says."""
    return run_action(options, _ACTIONS)

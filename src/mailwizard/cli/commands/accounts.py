"""``mailwizard accounts``: what is saved, other names for it, how another program sends with it, and taking it away."""

from __future__ import annotations

import argparse

from mailwizard.cli.actions import add_actions, run_action

NAME = "accounts"
HELP = "List the saved accounts, add, show, edit, rename or remove one, or say through what it sends."
EXAMPLES = (
    "mailwizard accounts list",
    "mailwizard accounts show alice@example.com --origin",
    "mailwizard accounts add --from people.csv --dry-run",
    "mailwizard accounts edit alice@example.com",
    "mailwizard accounts rename alice@example.com work",
    "mailwizard accounts default work",
    "mailwizard accounts resolve work --json",
    "mailwizard accounts remove work",
)
_ACTIONS = "mailwizard.cli.accounts"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_actions(parser, _ACTIONS, "list")


def run(options: argparse.Namespace) -> int:
    """Do what the action says."""
    return run_action(options, _ACTIONS)

"""``mailwizard secrets list``: where each account's secret is kept, without opening anything."""

from __future__ import annotations

import argparse

from mailwizard.cli.endings import Exit
from mailwizard.cli.output import columns, put, put_json, say
from mailwizard.cli.parsing import add_json
from mailwizard.cli.secrets._kept import accounts, told

NAME = "secrets list"
HELP = "List where each account's secret is kept; nothing is opened, and no secret is shown."
EXAMPLES = ("mailwizard secrets list", "mailwizard secrets list --json")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print the references of all accounts; 30 where an account cannot be read."""
    found, unreadable = accounts()
    if options.json:
        from mailwizard.cli.secret_answers import KeptSecret, SecretsAnswer

        kept = tuple(KeptSecret(each.name, each.secret) for each in found)
        put_json(SecretsAnswer(1, not unreadable, kept, tuple(unreadable)))
    elif found:
        put(*columns([("ACCOUNT", "SECRET"), *((each.name, each.secret or "asked for each time") for each in found)]))
    elif not unreadable:
        say("mailwizard: no account is saved yet; mailwizard sets one up.")
    return Exit.STORAGE if told(unreadable) else Exit.HOLDS

"""``mailwizard secrets lock``: from now on the vault wants its passphrase again."""

from __future__ import annotations

import argparse

from mailwizard.cli.endings import Exit
from mailwizard.cli.output import put_json, say
from mailwizard.cli.parsing import add_json

NAME = "secrets lock"
HELP = "End what secrets unlock began: the vault's key leaves the kernel, for every program that had it."
EXAMPLES = ("mailwizard secrets lock",)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Take the key away; it is no failure where there is none.

    Raises:
        Failure: ``store.missing`` without a vault, ``store.no-backend`` …
    """
    from mailwizard.cli.running import run
    from mailwizard.storage.secrets.stores import vault

    was_open = run(vault.close())
    if options.json:
        from mailwizard.cli.secret_answers import UnlockAnswer

        put_json(UnlockAnswer(1, False, "", ""))
    say("The vault is locked: it wants its passphrase again." if was_open else "The vault was locked already.")
    return Exit.HOLDS

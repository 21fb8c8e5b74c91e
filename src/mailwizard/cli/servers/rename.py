"""``mailwizard servers rename``: another name for a server, also in the accounts that use it."""

from __future__ import annotations

import argparse

from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.output import put_json, say
from mailwizard.cli.parsing import add_json
from mailwizard.cli.servers._named import add_name, add_scope, needed

NAME = "servers rename"
HELP = "Give a server another name, also in the accounts that use it."
EXAMPLES = ("mailwizard servers rename relay office-relay",)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    add_name(parser, "OLD")
    add_name(parser, "NEW", "what it is to be called")
    add_scope(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Rename a server."""
    from mailwizard.storage.renaming import rename_server

    if not (options.old and options.new):
        raise UsageError("mailwizard servers rename OLD NEW: say what it is called, and what it is to be called.")
    old = needed(options.old, "rename")
    try:
        users = rename_server(old, options.new, options.scope)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    if options.json:
        from mailwizard.cli.account_answers import RenamedAnswer

        put_json(RenamedAnswer(1, old, options.new, users))
    say(f"{old} is called {options.new} now, also in {len(users)} account{'' if len(users) == 1 else 's'}.")
    return Exit.HOLDS

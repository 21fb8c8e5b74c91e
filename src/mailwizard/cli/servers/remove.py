"""``mailwizard servers remove``: a server that nobody uses goes."""

from __future__ import annotations

import argparse

from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.output import say
from mailwizard.cli.parsing import add_json
from mailwizard.cli.servers._named import add_name, add_scope, needed

NAME = "servers remove"
HELP = "Remove a server that no account uses; its file stays once as NAME.toml.old."
EXAMPLES = ("mailwizard servers remove relay",)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    add_name(parser)
    add_scope(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Remove a server."""
    from mailwizard.storage import servers

    name = needed(options.name, "remove")
    try:
        servers.remove(name, options.scope)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    say(f"Removed the server {name}; what was written there stays once, as {name}.toml.old.")
    return Exit.HOLDS

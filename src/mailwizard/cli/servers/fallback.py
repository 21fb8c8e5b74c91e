"""``mailwizard servers fallback``: the relay that stands in for accounts that are not proven yet."""

from __future__ import annotations

import argparse

from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.output import put, put_json, say
from mailwizard.cli.parsing import add_json
from mailwizard.cli.servers._named import add_name, add_scope

NAME = "servers fallback"
HELP = "Say which relay stands in for accounts that are not proven yet, or choose it."
EXAMPLES = (
    "mailwizard servers fallback",
    "mailwizard servers fallback relay --scope host",
    "mailwizard servers fallback --none",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    add_name(parser, text="the server to choose; without one the chosen one is printed")
    parser.add_argument("--none", action="store_true", help="choose none")
    add_scope(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print or set the relay."""
    from mailwizard.storage import servers, settings

    if options.name and options.none:
        raise UsageError("name a server, or say --none.")
    name = settings.load().fallback
    if options.name or options.none:
        try:
            name = servers.load(options.name).server.name if options.name else ""
            settings.save("fallback", name, options.scope)
        except ValueError as wrong:
            raise UsageError(str(wrong)) from None
        stands = f"{name} stands in for accounts that are not proven yet."
        say(stands if name else "No relay stands in for accounts that are not proven yet.")
    if options.json:
        from mailwizard.cli.account_answers import DefaultAnswer

        put_json(DefaultAnswer(1, name))
    elif not (options.name or options.none):
        put(*([name] if name else []))
    return Exit.HOLDS

"""``mailwizard accounts default``: which account is meant where none is named."""

from __future__ import annotations

import argparse

from mailwizard.cli.accounts._named import add_name, add_scope, load
from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.output import put, put_json, say
from mailwizard.cli.parsing import add_json

NAME = "accounts default"
HELP = "Say which account is meant where none is named, or choose it."
EXAMPLES = ("mailwizard accounts default", "mailwizard accounts default work", "mailwizard accounts default --none")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    add_name(parser, text="the account to choose; without one the chosen one is printed")
    parser.add_argument("--none", action="store_true", help="choose none")
    add_scope(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print or set the default account."""
    from mailwizard.operations.resolving import default_name
    from mailwizard.storage import settings

    if options.name and options.none:
        raise UsageError("name an account, or say --none.")
    try:
        if options.name or options.none:
            name = load(options.name).account.name if options.name else ""
            settings.save("default", name, options.scope)
            say(f"{name} is meant where no account is named." if name else "No account is meant where none is named.")
        else:
            name = default_name()
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    if options.json:
        from mailwizard.cli.account_answers import DefaultAnswer

        put_json(DefaultAnswer(1, name))
    elif not (options.name or options.none):
        put(name)
    return Exit.HOLDS

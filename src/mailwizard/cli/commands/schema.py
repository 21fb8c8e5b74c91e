"""``mailwizard schema``: what the JSON of every command looks like."""

from __future__ import annotations

import argparse

from mailwizard.cli.output import put_json
from mailwizard.cli.parsing import one_of

NAME = "schema"
HELP = "Print the JSON Schema of what the commands print with --json."
EXAMPLES = ("mailwizard schema", "mailwizard schema check")

_COMMANDS = ("discover", "check", "explain", "guide", "accounts", "demo", "error")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "command",
        nargs="?",
        type=one_of(*_COMMANDS),
        metavar="COMMAND",
        help="discover, check, explain, guide, accounts, demo, or error: what any of them prints instead of its answer",
    )


def run(options: argparse.Namespace) -> int:
    """Print the schema of one answer, or of all."""
    import msgspec

    from mailwizard.cli.answers import ANSWERS

    wanted = {options.command: ANSWERS[options.command]} if options.command else ANSWERS
    references, definitions = msgspec.json.schema_components(wanted.values(), ref_template="#/$defs/{name}")
    named = dict(zip(wanted, references, strict=True))
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "What mailwizard prints, schema 1"}
    body = named[options.command] if options.command else {"anyOf": list(named.values())}
    put_json({**head, **body, "$defs": definitions})
    return 0

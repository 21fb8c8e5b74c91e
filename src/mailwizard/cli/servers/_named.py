"""Servers as they were named on the command line."""

from __future__ import annotations

import argparse

from mailwizard.cli import parsing
from mailwizard.cli.endings import UsageError
from mailwizard.cli.offering import offer
from mailwizard.cli.parsing import printable, sentence


def add_name(parser: argparse.ArgumentParser, metavar: str = "NAME", text: str = "the server's name") -> None:
    """Add the name of a server."""
    offer(
        parser.add_argument(metavar.lower(), nargs="?", type=sentence(printable), metavar=metavar, help=text), "servers"
    )


def add_scope(parser: argparse.ArgumentParser) -> None:
    """Add for whom."""
    parsing.add_scope(parser, "for whom: user (default), organization:NAME or host")


def needed(name: str | None, action: str) -> str:
    """Return a name that must be given.

    Raises:
        UsageError: where it was not.
    """
    if not name:
        raise UsageError(f"which server? mailwizard servers {action} NAME; mailwizard servers lists them.")
    return name

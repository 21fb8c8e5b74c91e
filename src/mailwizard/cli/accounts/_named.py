"""Accounts as they were named on the command line."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from mailwizard.cli import parsing
from mailwizard.cli.endings import UsageError
from mailwizard.cli.offering import offer
from mailwizard.cli.output import say
from mailwizard.cli.parsing import printable, sentence

if TYPE_CHECKING:
    from mailwizard.storage.profiles import Saved


def add_name(parser: argparse.ArgumentParser, metavar: str = "NAME", text: str = "the account's name") -> None:
    """Add the name of an account."""
    dest = metavar.lower().replace(" ", "_")
    name = parser.add_argument(dest, nargs="?", type=sentence(printable), metavar=metavar, help=text)
    offer(name, "accounts")


def add_scope(parser: argparse.ArgumentParser) -> None:
    """Add for whom."""
    parsing.add_scope(parser, "whose files: user (default), organization:NAME or host")


def needed(name: str | None, action: str) -> str:
    """Return a name that must be given.

    Raises:
        UsageError: where it was not.
    """
    if not name:
        raise UsageError(f"which account? mailwizard accounts {action} NAME; mailwizard accounts lists them.")
    return name


def load(name: str) -> Saved:
    """Return a saved account.

    Raises:
        UsageError: for a name that no account can have.
        Failure: ``store.…``.
    """
    from mailwizard.storage import profiles

    try:
        return profiles.load(name)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None


def agrees(question: str) -> bool:
    """Return whether a person at the terminal says yes.

    Raises:
        UsageError: where there is nobody to ask.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask whether you are sure: add --yes.")
    say(f"{question} [y/N]")
    return sys.stdin.readline().strip().lower() in {"y", "yes"}

"""What is known of where secrets are kept."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mailwizard.cli.output import say
from mailwizard.model import Failure

if TYPE_CHECKING:
    from mailwizard.model import Account


def accounts(named: str = "") -> tuple[list[Account], list[tuple[str, str]]]:
    """Return the saved accounts, or the one that is named, and those that cannot be read with the reason.

    Raises:
        Failure: ``store.…`` where the one that is named cannot be read.
    """
    from mailwizard.storage import profiles

    if named:
        return [profiles.load(named).account], []
    found: list[Account] = []
    unreadable: list[tuple[str, str]] = []
    for name in profiles.names():
        try:
            found.append(profiles.load(name).account)
        except Failure as failure:
            unreadable.append((name, failure.detail or failure.code))
    return found, unreadable


def told(unreadable: list[tuple[str, str]]) -> bool:
    """Say which accounts cannot be read; return whether there are any."""
    for name, reason in unreadable:
        say(f"mailwizard: the account {name} cannot be read: {reason}")
    return bool(unreadable)


def at_terminal() -> bool:
    """Return whether somebody can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()

"""``mailwizard accounts list``: what is saved, and how it stands."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Exit
from mailwizard.cli.output import columns, put, put_json, say
from mailwizard.cli.parsing import add_json

if TYPE_CHECKING:
    from mailwizard.storage.profiles import Saved

NAME = "accounts list"
HELP = "List the saved accounts and how they stand."
EXAMPLES = ("mailwizard accounts list", "mailwizard accounts list --json")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print all accounts; one that cannot be read is named and hides no other."""
    from mailwizard.storage import settings
    from mailwizard.storage.listing import load_all

    listed = load_all(origins=options.json)
    found = listed.accounts
    unreadable = [(name, failure.detail or failure.code) for name, failure in listed.unreadable]
    default = settings.load().default
    if options.json:
        from mailwizard.cli.account_answers import AccountsAnswer, account_shape

        shapes = tuple(account_shape(saved, default=default) for saved in found)
        put_json(AccountsAnswer(1, shapes, tuple(unreadable)))
    elif found:
        put(*_tables(found, default))
    elif not unreadable:
        say("mailwizard: no account is saved yet; mailwizard sets one up.")
    for name, reason in unreadable:
        say(f"mailwizard: the account {name} cannot be read: {reason}")
    return Exit.STORAGE if unreadable else Exit.HOLDS


def _tables(found: Sequence[Saved], default: str) -> list[str]:
    """Return one's own accounts, and apart from them those of other people."""
    from mailwizard.operations.prefilled import user_name

    me = user_name() if any(saved.account.owner for saved in found) else ""
    mine = [saved for saved in found if saved.account.owner in {"", me}]
    lines = (
        columns([("NAME", "STATE", "VERIFIED", "SERVER"), *(_row(saved, default) for saved in mine)]) if mine else []
    )
    others = [saved for saved in found if saved.account.owner not in {"", me}]
    if others:
        rows = [(*_row(saved, default)[:3], saved.account.server, saved.account.owner) for saved in others]
        lines += ["", *columns([("FOR OTHERS", "STATE", "VERIFIED", "SERVER", "OWNER"), *rows])]
    return lines[1:] if lines[0] == "" else lines


def _row(saved: Saved, default: str) -> tuple[str, str, str, str]:
    account = saved.account
    name = f"{account.name} (default)" if account.name == default else account.name
    return name, account.state, account.verified_at or "-", account.server

"""``mailwizard accounts identity``: the other addresses that an account writes as."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from mailwizard.cli.accounts._named import add_name, add_scope, load, needed
from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.output import columns, put, put_json, say
from mailwizard.cli.parsing import add_address, add_json, sentence
from mailwizard.draft.display_name import read_display_name
from mailwizard.model import Identity

if TYPE_CHECKING:
    from mailwizard.model import Account

NAME = "accounts identity"
HELP = "List the addresses that an account writes as, add or change one, or take one away."
EXAMPLES = (
    "mailwizard accounts identity work",
    "mailwizard accounts identity work --add sales@example.com --display-name Sales",
    "mailwizard accounts identity work --remove sales@example.com",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    add_name(parser)
    add_address(parser, "--add", metavar="ADDRESS", help="write as this address too, or change how")
    add_address(parser, "--remove", metavar="ADDRESS", help="write as this address no more")
    parser.add_argument(
        "--display-name", type=sentence(read_display_name), metavar="NAME", help="what others see beside the address"
    )
    add_address(parser, "--reply-to", metavar="ADDRESS", help="where answers go, if not to the address")
    add_scope(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """List the identities, or change one; what does not fit is noted and saved all the same."""
    from mailwizard.operations.identities import doubts, identities_of
    from mailwizard.storage import profiles

    name = needed(options.name, "identity")
    if options.add and options.remove:
        raise UsageError("say --add or --remove, one at a time.")
    if not options.add and (options.display_name is not None or options.reply_to):
        raise UsageError("say whose name or answers: --add ADDRESS, which may be the account's own.")
    saved = load(name)
    if options.add or options.remove:
        try:
            profiles.update(saved.account.name, lambda account: _changed(account, options), options.scope)
        except ValueError as wrong:
            raise UsageError(str(wrong)) from None
        saved = load(name)
    account = saved.account
    if options.json:
        from mailwizard.cli.account_answers import AccountsAnswer, account_shape

        found = [one for identity in identities_of(account) for one in doubts(account, saved.server, identity)]
        put_json(AccountsAnswer(1, (account_shape(saved, doubts=tuple(dict.fromkeys(found))),)))
        return Exit.HOLDS
    every = identities_of(account)
    rows = [(one.address.display, one.display_name or "-", str(one.reply_to or "-")) for one in every]
    put(*columns([("ADDRESS", "NAME", "ANSWERS TO"), *rows]))
    for identity in every:
        for doubt in doubts(account, saved.server, identity):
            say(f"mailwizard: {doubt}")
    return Exit.HOLDS


def _changed(account: Account, options: argparse.Namespace) -> Account:
    """Return the account with one identity more, less or changed.

    Raises:
        ValueError: for one that it has not.
    """
    address = options.add or options.remove
    others = [one for one in account.identities if one.address != address]
    if options.remove:
        if address == account.address:
            raise ValueError("That is the account's own address; mailwizard accounts edit changes it.")
        if len(others) == len(account.identities):
            raise ValueError(f"The account does not write as {address.display}.")
        return replace(account, identities=tuple(others))
    if address == account.address:
        return replace(
            account,
            display_name=account.display_name if options.display_name is None else options.display_name,
            reply_to=options.reply_to or account.reply_to,
        )
    was = next((one for one in account.identities if one.address == address), Identity(address))
    now = Identity(
        address,
        was.display_name if options.display_name is None else options.display_name,
        options.reply_to or was.reply_to,
    )
    at = account.identities.index(was) if was in account.identities else len(others)
    return replace(account, identities=(*others[:at], now, *others[at:]))

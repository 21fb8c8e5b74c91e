"""``mailwizard accounts edit``: the wizard on a saved account; only what changes is proven again."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from mailwizard.cli.accounts._named import add_name, add_scope, load, needed
from mailwizard.cli.endings import UsageError
from mailwizard.cli.keeping import add_passphrase
from mailwizard.cli.output import say
from mailwizard.cli.parsing import add_door, add_json, add_plain, door
from mailwizard.model import AuthKind, Credential, Failure

if TYPE_CHECKING:
    from mailwizard.storage.profiles import Saved

NAME = "accounts edit"
HELP = "Open the wizard on a saved account; only what changes is proven again."
EXAMPLES = ("mailwizard accounts edit alice@example.com", "mailwizard accounts edit office --scope host")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    add_name(parser)
    add_scope(parser)
    add_door(parser.add_argument_group("network"))
    add_passphrase(parser)
    add_plain(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Run the wizard on the account until it is left."""
    from mailwizard.draft.editing import editing
    from mailwizard.storage.places import place

    saved = load(needed(options.name, "edit"))
    try:
        place(options.scope)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    stored = at_hand(saved)
    draft = editing(saved.account, saved.server, at_hand=stored is not None)
    from mailwizard.wizard import run_wizard

    net = None
    if options.resolver or options.ca_file:
        from mailwizard.cli.running import real_network

        net = real_network(options)
    draft = replace(draft, scope=options.scope)
    return run_wizard(net, door=door(options), draft=draft, stored=stored, plain=options.plain)


def at_hand(saved: Saved) -> Credential | None:
    """Return the saved secret; nothing, with a sentence, where it cannot be had and is asked for once it is needed."""
    from mailwizard.cli.keeping import Remembered
    from mailwizard.cli.secret import stored

    account, server = saved.account, saved.server
    kinds = [kind for kind in (server.incoming_auth, server.outgoing_auth) if kind is not AuthKind.NONE]
    if not account.secret or not kinds or AuthKind.OAUTH2 in kinds:
        return None
    try:
        return Credential(account.username, stored(account.secret, Remembered()), kinds[0])
    except Failure as failure:
        say(f"mailwizard: the saved secret cannot be read, so a changed server asks for it: {failure.detail}")
        return None

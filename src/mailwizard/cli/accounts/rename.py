"""``mailwizard accounts rename``: another name for an account; secret, server and settings follow."""

from __future__ import annotations

import argparse

from mailwizard.cli.accounts._named import add_name, add_scope, needed
from mailwizard.cli.endings import Exit, Stopped, UsageError
from mailwizard.cli.keeping import add_passphrase, asking
from mailwizard.cli.output import put_json, say
from mailwizard.cli.parsing import add_json
from mailwizard.model import Failure

NAME = "accounts rename"
HELP = "Give an account another name; its secret, its server and the settings follow."
EXAMPLES = ("mailwizard accounts rename alice@example.com work",)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    add_name(parser, "OLD", "the account's name")
    add_name(parser, "NEW", "what it is to be called")
    add_scope(parser)
    add_passphrase(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Rename an account."""
    from mailwizard.storage.renaming import rename

    if not (options.old and options.new):
        raise UsageError("mailwizard accounts rename OLD NEW: say what it is called, and what it is to be called.")
    old = needed(options.old, "rename")
    try:
        name = rename(old, options.new, options.scope)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    secret = _secret_follows(name, old)
    if options.json:
        from mailwizard.cli.account_answers import RenamedAnswer

        put_json(RenamedAnswer(1, old, name, (name,)))
    say(f"{old} is called {name} now.{f' {secret}' if secret else ''}")
    return Exit.HOLDS


def _secret_follows(name: str, old: str) -> str:
    """Let the secret get the new name too, and say where it is; where it cannot, it stays and is found all the same."""
    from mailwizard.cli.running import run
    from mailwizard.storage import profiles
    from mailwizard.storage.moving import follow

    moved = None
    try:
        moved = run(follow(name, old, asking()))
    except (Failure, ValueError, UsageError):
        pass
    except Stopped as stopped:
        raise Stopped(stopped.number, f"The account is called {name} now, and its secret is where it was.") from None
    if moved:
        return f"Its secret is kept as {moved.after}. {moved.left}".rstrip()
    secret = profiles.load(name).account.secret
    return f"Its secret stays where it is, {secret}." if secret else ""

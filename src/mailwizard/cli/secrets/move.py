"""``mailwizard secrets move``: an account's secret goes to another store."""

from __future__ import annotations

import argparse

from mailwizard.cli.endings import Exit, Stopped, UsageError
from mailwizard.cli.keeping import Remembered, add_passphrase, read_store
from mailwizard.cli.output import put_json, say
from mailwizard.cli.parsing import add_json, printable, sentence
from mailwizard.net.clean import shown_word

NAME = "secrets move"
HELP = "Move an account's secret to another store: put, read back, named by the account, and then forgotten."
EXAMPLES = (
    "mailwizard secrets move alice@example.com --to keyring",
    "mailwizard secrets move alice@example.com --to pass",
    "mailwizard secrets move alice@example.com --to pass:mail/alice",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    parser.add_argument("account", nargs="?", type=sentence(printable), metavar="ACCOUNT", help="a saved account")
    parser.add_argument(
        "--to",
        type=sentence(read_store),
        metavar="STORE",
        help="keyring, vault, pass, or a reference to a place that nothing is in yet",
    )
    add_passphrase(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Move the secret and say where it is now.

    Raises:
        UsageError: where nothing can be kept there.
        Failure: ``store.…``; the secret is then where it was.
    """
    from mailwizard.cli.running import run
    from mailwizard.storage.memory import keep_memory_private
    from mailwizard.storage.moving import move

    if not (options.account and options.to):
        raise UsageError("say whose and where to: mailwizard secrets move ACCOUNT --to STORE.")
    keep_memory_private()
    try:
        moved = run(move(options.account, options.to, Remembered()))
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    except Stopped as stopped:
        where = f"mailwizard secrets check {shown_word(options.account)} says where the secret is."
        raise Stopped(stopped.number, where) from None
    if options.json:
        from mailwizard.cli.secret_answers import MovedAnswer

        put_json(MovedAnswer(1, options.account, moved.before, moved.after, moved.left))
    else:
        say(f"The secret of {options.account} is kept as {moved.after} now, and was read back from there.")
        say(moved.left or f"It is gone from {moved.before}.")
    return Exit.HOLDS

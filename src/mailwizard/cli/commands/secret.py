"""``mailwizard secret``: an account's password for another mail program, and nothing else."""

from __future__ import annotations

import argparse
import textwrap

from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.keeping import add_passphrase
from mailwizard.cli.output import WIDTH, put, put_exact, say, shows
from mailwizard.cli.parsing import printable, sentence
from mailwizard.model import Failure
from mailwizard.net.clean import shown_word

NAME = "secret"
HELP = "Print a saved account's password and nothing else, for msmtp, mutt, fetchmail and the like."
EXAMPLES = (
    "mailwizard secret alice@example.com",
    "mailwizard secret alice@example.com --username",
    "mailwizard secret alice@example.com --show",
)
_KEEP = (
    "Let the other program run this command itself, as its passwordeval, passwordcommand or the like. On a terminal "
    "the password is printed only with --show, because whoever looks at the screen, and its scrollback, reads it too."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("account", type=sentence(printable), metavar="ACCOUNT", help="a saved account")
    parser.add_argument("--username", action="store_true", help="print the login name instead")
    parser.add_argument("--show", action="store_true", help="print the password on a terminal too")
    add_passphrase(parser)
    parser.add_argument_group("keeping it secret", textwrap.fill(_KEEP, WIDTH - 2))


def run(options: argparse.Namespace) -> int:
    """Print the password, as it is and with a line end; 30 where the account has none or its store does not give it.

    Raises:
        UsageError: on a terminal without ``--show``, and for a sign-in at a provider, which is no password.
        Failure: ``store.…``.
    """
    from mailwizard.storage import profiles

    account = profiles.load(options.account).account
    if options.username:
        put(account.username)
        return Exit.HOLDS
    if not account.secret:
        raise Failure("store.missing", f"the account {account.name} has no password stored.")
    if shows() and not options.show:
        raise UsageError("this is a terminal: add --show to have the password printed on it.")
    from mailwizard.cli.secret import stored
    from mailwizard.signin.oauth.grant import is_grant

    secret = stored(account.secret)
    if is_grant(secret):
        raise UsageError(
            f"{account.name} signs in at its provider and has no password: mailwizard token {shown_word(account.name)}"
        )
    put_exact(secret)
    if shows():
        say("mailwizard: whoever has this password can use the mailbox; clear it from this terminal.")
    return Exit.HOLDS

"""``mailwizard token``: a fresh access token for another mail program, and nothing else."""

from __future__ import annotations

import argparse
import textwrap

from mailwizard.cli.endings import Exit, Stopped, UsageError
from mailwizard.cli.keeping import add_passphrase
from mailwizard.cli.output import WIDTH, put, say, shows
from mailwizard.cli.parsing import add_network, printable, sentence
from mailwizard.model import Failure

NAME = "token"
HELP = "Print a fresh access token of a saved sign-in and nothing else, for msmtp, mutt, aerc and the like."
EXAMPLES = (
    "mailwizard token alice@example.com",
    "mailwizard token --secret vault:alice@example.com/sign-in",
)
DEADLINE = 60.0
_KEEP = (
    "Let the other program run this command itself. A token in the words of a command is seen by everybody in the list "
    "of processes, a shell keeps it in its history, and a script with set -x writes it into its log."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("account", nargs="?", type=sentence(printable), metavar="ACCOUNT", help="a saved account")
    parser.add_argument("--secret", type=sentence(_reference), metavar="REF", help="or where a sign-in is kept")
    add_network(parser, DEADLINE)
    add_passphrase(parser)
    parser.add_argument_group("keeping it secret", textwrap.fill(_KEEP, WIDTH - 2))


def run(options: argparse.Namespace) -> int:
    """Print the token; 14 where the sign-in has ended, with the cause on stderr, 30 where it could not be kept."""
    from mailwizard.cli.running import run
    from mailwizard.cli.saved_sign_in import failed, reference_of
    from mailwizard.signin.oauth.grant import Grant
    from mailwizard.signin.oauth.tokens import Unkept
    from mailwizard.storage.memory import keep_memory_private

    if bool(options.account) == bool(options.secret):
        raise UsageError("name a saved account, or --secret with the reference of a sign-in.")
    reference, provider = (options.secret, "") if options.secret else reference_of(options.account)
    keep_memory_private()

    async def work() -> Grant:
        import asyncio

        from mailwizard.cli.keeping import asking
        from mailwizard.cli.running import network
        from mailwizard.signin.oauth.tokens import fresh_grant

        async with network(options) as net, asyncio.timeout(options.deadline or DEADLINE):
            return await fresh_grant(reference, net, asking())

    what, lost = f"no token of {options.account or reference}", ""
    try:
        grant = run(work())
    except Unkept as unkept:
        grant, lost = unkept.grant, unkept.detail
    except Failure as failure:
        return failed(failure, what, provider)
    except TimeoutError:
        return failed(Failure("timeout", "it did not come in time"), what, provider)
    except Stopped as stopped:
        raise Stopped(stopped.number, "No token was printed.") from None
    put(grant.access_token)
    if shows():
        say("mailwizard: whoever has this token can use the mailbox until it ends; clear it from this terminal.")
    if lost:
        say(f"mailwizard: {lost}")
    return Exit.STORAGE if lost else Exit.HOLDS


def _reference(text: str) -> str:
    from mailwizard.storage import secrets

    return secrets.read_reference(text)

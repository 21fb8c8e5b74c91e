"""``mailwizard run``: start a program that finds an account, secret included, in its environment."""

from __future__ import annotations

import argparse
import os
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Stopped, UsageError
from mailwizard.cli.keeping import add_passphrase
from mailwizard.cli.output import WIDTH, say
from mailwizard.cli.parsing import add_network, printable, sentence
from mailwizard.model import Failure

if TYPE_CHECKING:
    from mailwizard.exports.setup import Setup, Side

NAME = "run"
HELP = "Start a program with a saved account in its environment: SMTP_HOST, SMTP_USERNAME, SMTP_PASSWORD and so on."
EXAMPLES = (
    "mailwizard run alice@example.com -- ./send-report",
    "mailwizard run shop -- docker compose up -d",
    "mailwizard run shop -- env",
)
DEADLINE = 60.0
_NOT_STARTED = "The program was not started."
_VARIABLES = (
    "MAIL_ADDRESS, MAIL_FROM, MAIL_FROM_NAME; for SMTP, IMAP and POP3 each _HOST, _PORT, _SECURITY (tls, starttls or "
    "none), _USERNAME, _AUTH (password or xoauth2) and _PASSWORD (for xoauth2 an access token, good for an hour or so)."
)
_KEEP = (
    "The secret reaches the program and what that starts, and nobody else: no file, no argument. Whoever may look into "
    "the program's memory, root for one, may read it there."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("account", type=sentence(printable), metavar="ACCOUNT", help="a saved account")
    parser.add_argument("command", nargs="+", metavar="-- COMMAND", help="the program and its words")
    add_network(parser, DEADLINE)
    add_passphrase(parser)
    parser.add_argument_group("variables", textwrap.fill(_VARIABLES, WIDTH - 2))
    parser.add_argument_group("keeping it secret", textwrap.fill(_KEEP, WIDTH - 2))


def run(options: argparse.Namespace) -> int:
    """Become the program; 14 where the sign-in has ended, 30 where the secret cannot be had.

    Raises:
        UsageError: for an account that cannot be named or used so, or a program that cannot be started.
        Failure: ``store.…``.
    """
    from mailwizard.cli.saved_sign_in import failed
    from mailwizard.exports.environment import secrets, variables
    from mailwizard.storage import memory
    from mailwizard.storage.secrets import passphrase

    memory.lend()
    setup, reference, provider = _setup(options.account)
    found = variables(setup)
    try:
        found |= _secrets(options, secrets(setup), reference)
    except Stopped as stopped:
        raise Stopped(stopped.number, _NOT_STARTED) from None
    except Failure as failure:
        return failed(failure, f"{options.account}: {_NOT_STARTED[0].lower()}{_NOT_STARTED[1:-1]}", provider)
    environment = passphrase.withheld(os.environ) | found
    try:
        with _as_it_was():
            os.execvpe(options.command[0], options.command, environment)  # noqa: S606 - a program by its words
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"the program {options.command[0]} cannot be started: {reason}.") from None


def _setup(name: str) -> tuple[Setup, str, str]:
    """Return an account as a program uses it now, its secret's reference, and its provider."""
    from dataclasses import replace

    from mailwizard.exports.setup import Setup
    from mailwizard.operations.resolving import resolve

    try:
        resolved = resolve(name)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    if resolved.fallback:
        say(f"mailwizard: {resolved.reason}")
    account = replace(resolved.account, outgoing_username=resolved.username)
    setup = Setup.of(account, resolved.server)
    # The relay's sign-in is another account's: what that may fetch is none of this program's business.
    setup = replace(setup, incoming=None) if resolved.fallback else setup
    return setup, resolved.secret, resolved.server.provider


@contextmanager
def _as_it_was() -> Iterator[None]:
    """Give back what this program changed about its process while another one takes its place.

    Where that fails this one goes on, and must not die of a line that nobody reads any more.
    """
    import signal

    from mailwizard.storage import memory

    memory.as_it_was()
    handlers = {number: signal.signal(number, signal.SIG_DFL) for number in (signal.SIGPIPE, signal.SIGXFSZ)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        memory.keep_memory_private()


def _secrets(options: argparse.Namespace, wanted: dict[str, Side], reference: str) -> dict[str, str]:
    """Return the secrets by variable; one of a browser sign-in is renewed where it is about to end.

    Raises:
        UsageError: where none is stored.
        Failure: ``store.…``, ``oauth.…``.
    """
    from mailwizard.cli.keeping import Remembered
    from mailwizard.cli.secret import stored
    from mailwizard.signin.oauth.grant import is_grant

    if not wanted:
        return {}
    if not reference:
        raise UsageError(f"no secret is stored with the account {options.account}: mailwizard accounts edit adds it.")
    passphrase = Remembered()
    secret = stored(reference, passphrase)
    tokens = is_grant(secret)
    for side in wanted.values():
        if side.tokens is not tokens:
            kept, taken = ("a browser sign-in", "a password") if tokens else ("a password", "browser sign-in alone")
            raise UsageError(f"{side.endpoint.host} takes {taken}, and {kept} is stored with {options.account}.")
    if tokens:
        secret = _token(options, reference, passphrase)
    return dict.fromkeys(wanted, secret)


def _token(options: argparse.Namespace, reference: str, passphrase: object) -> str:
    """Return an access token that is good for a while.

    Raises:
        Failure: ``oauth.…``, ``store.…``, ``timeout``.
    """
    import asyncio

    from mailwizard.cli.running import network, run
    from mailwizard.signin.oauth.tokens import fresh

    async def work() -> str:
        async with network(options) as net, asyncio.timeout(options.deadline or DEADLINE):
            return (await fresh(reference, net, passphrase)).secret  # type: ignore[arg-type]

    try:
        return run(work())
    except TimeoutError:
        raise Failure("timeout", "no token came in time") from None

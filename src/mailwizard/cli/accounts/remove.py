"""``mailwizard accounts remove``: an account goes, and its secret with it."""

from __future__ import annotations

import argparse

from mailwizard.cli.accounts._named import add_name, agrees, needed
from mailwizard.cli.endings import Exit, Stopped, UsageError
from mailwizard.cli.output import say
from mailwizard.cli.parsing import add_json
from mailwizard.model import Failure
from mailwizard.net.clean import shown_word

NAME = "accounts remove"
HELP = "Remove an account, and its secret from our stores."
EXAMPLES = ("mailwizard accounts remove alice@example.com", "mailwizard accounts remove work --yes")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    add_name(parser)
    parser.add_argument("--yes", action="store_true", help="remove without asking")
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Remove an account, damaged or not, and its secret from our stores, once a person said yes; 30 where one stays."""
    from mailwizard.storage import profiles

    name = profiles.named(needed(options.name, "remove"))
    _warn_of_the_sign_in(name)
    if not options.yes and not agrees(f"Remove the account {name} and its secret from this machine?"):
        raise UsageError("nothing was removed.")
    removed = profiles.remove(name)
    say(f"Removed the account {name}{' and its server' if removed.server else ''}.")
    if name in profiles.names():
        say(f"mailwizard: another scope describes {name} too: mailwizard accounts show {shown_word(name)}")
    say(f"What was written there stays once, as {name}.toml.old; delete that as well if nothing is to stay.")
    if not (removed.readable or removed.reference):
        say("mailwizard: its file was damaged; if it named a secret, or a server of its own, that is still there.")
    return _forget(removed.reference) if removed.reference else Exit.HOLDS


def _warn_of_the_sign_in(name: str) -> None:
    """Say how a sign-in at a provider is ended there as well, while that can still be done from here."""
    from contextlib import suppress

    from mailwizard.model import AuthKind
    from mailwizard.storage import profiles

    with suppress(Failure):
        saved = profiles.load(name)
        tokens = AuthKind.OAUTH2 in {saved.server.incoming_auth, saved.server.outgoing_auth}
        if tokens and saved.account.secret:
            ends = f"mailwizard logout {shown_word(name)} ends it there as well."
            say(f"mailwizard: its sign-in stays good at the provider; {ends}")


def _forget(reference: str) -> int:
    """Forget the secret of an account that is gone; say where it is and why if it stays."""
    from mailwizard.cli.running import run
    from mailwizard.storage import secrets
    from mailwizard.storage.saving import forget_unnamed

    try:
        secrets.read_reference(reference)
    except ValueError as wrong:
        say(f"mailwizard: what its file named as its secret stays where it is. {wrong}")
        return Exit.HOLDS
    try:
        run(forget_unnamed(reference))
    except Stopped as stopped:
        raise Stopped(stopped.number, f"Its secret, {reference}, may still be there.") from None
    except Failure as failure:
        raise Failure(
            failure.code, f"its secret, {reference}, is still there: {failure.detail or failure.code}"
        ) from None
    say(_what_became_of(reference))
    return Exit.HOLDS


def _what_became_of(reference: str) -> str:
    """Return a sentence about a secret that :func:`forget_unnamed` took away, or left alone."""
    from mailwizard.storage.named_secrets import is_named
    from mailwizard.storage.secrets import forgets

    if not forgets(reference):
        return f"Its secret, {reference}, is kept by you, and stays where it is."
    if is_named(reference):
        return f"Its secret, {reference}, stays: another account may need it."
    return f"Removed its secret, {reference}, as well."

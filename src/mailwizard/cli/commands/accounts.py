"""``mailwizard accounts``: what is saved, and taking it away again."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Exit, Stopped, UsageError
from mailwizard.cli.output import columns, labelled, put, put_json, say
from mailwizard.cli.parsing import add_json, one_of
from mailwizard.model import Failure

if TYPE_CHECKING:
    from mailwizard.cli.answers import SavedAccount
    from mailwizard.storage.profiles import Saved

NAME = "accounts"
HELP = "List the saved accounts, show one, or remove one with its secret."
EXAMPLES = (
    "mailwizard accounts list",
    "mailwizard accounts show alice@example.com --json",
    "mailwizard accounts remove alice@example.com",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "action",
        nargs="?",
        default="list",
        type=one_of("list", "show", "remove"),
        metavar="ACTION",
        help="list (default), show or remove",
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="the account's name, to show or remove it")
    parser.add_argument("--yes", action="store_true", help="remove without asking")
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Do what the action says."""
    if options.action == "list":
        if options.name:
            raise UsageError("accounts list takes no name; accounts show NAME shows one.")
        return _list(options.json)
    if not options.name:
        raise UsageError(f"which account? mailwizard accounts {options.action} NAME; mailwizard accounts lists them.")
    return _remove(options) if options.action == "remove" else _show(_load(options.name), options.json)


def _load(name: str) -> Saved:
    """Return a saved account.

    Raises:
        UsageError: for a name that no account can have.
        Failure: ``store.…``.
    """
    from mailwizard.storage import profiles

    try:
        return profiles.load(name)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None


def _list(json: bool) -> int:
    """Print all accounts; one that cannot be read is named and hides no other."""
    from mailwizard.storage import profiles

    found: list[Saved] = []
    unreadable: list[tuple[str, str]] = []
    for name in profiles.names():
        try:
            found.append(profiles.load(name))
        except Failure as failure:
            unreadable.append((name, failure.detail or failure.code))
    if json:
        from mailwizard.cli.answers import AccountsAnswer

        put_json(AccountsAnswer(1, tuple(_shape(saved) for saved in found), tuple(unreadable)))
    elif found:
        rows = [(s.account.name, s.account.state, s.account.verified_at or "-", s.account.server) for s in found]
        put(*columns([("NAME", "STATE", "VERIFIED", "SERVER"), *rows]))
    elif not unreadable:
        say("mailwizard: no account is saved yet; mailwizard sets one up.")
    for name, reason in unreadable:
        say(f"mailwizard: the account {name} cannot be read: {reason}")
    return Exit.STORAGE if unreadable else Exit.HOLDS


def _show(saved: Saved, json: bool) -> int:
    """Print one account, and where each value comes from."""
    if json:
        from mailwizard.cli.answers import AccountsAnswer

        put_json(AccountsAnswer(1, (_shape(saved),)))
        return Exit.HOLDS
    shape = _shape(saved)
    names = ("name", "address", "display_name", "role", "owner", "state", "verified_at", "verified_until", "cause")
    rows = [(name, str(getattr(shape, name))) for name in (*names, "server", "provider", "secret")]
    for end in shape.servers:
        rows.append((end.protocol, f"{end.host}:{end.port}/{end.security}\nas {end.username}, {end.auth}"))
    wide = max(len(name) for name, _ in rows)
    for name, value in rows:
        put(*(labelled(name.replace("_", " "), value, 0, wide) if value else ()))
    put("", "Where each value comes from:")
    for path in dict.fromkeys(shape.origins.values()):
        fields = ", ".join(field for field, origin in shape.origins.items() if origin == path)
        put(f"  {path}", *labelled("", fields, 2, 0))
    return Exit.HOLDS


def _remove(options: argparse.Namespace) -> int:
    """Remove an account, damaged or not, and its secret from our stores, once a person said yes; 30 where one stays."""
    from mailwizard.storage import profiles

    name = profiles.named(options.name)
    _warn_of_the_sign_in(name)
    if not options.yes and not _agrees(f"Remove the account {name} and its secret from this machine?"):
        raise UsageError("nothing was removed.")
    removed = profiles.remove(name)
    say(f"Removed the account {name}{' and its server' if removed.server else ''}.")
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
            say(f"mailwizard: its sign-in stays good at the provider; mailwizard logout {name} ends it there as well.")


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
    from mailwizard.storage.secrets.references import load_store

    if not load_store(reference.partition(":")[0]).KEEPS:
        return f"Its secret, {reference}, is kept by you, and stays where it is."
    if is_named(reference):
        return f"Its secret, {reference}, stays: another account may need it."
    return f"Removed its secret, {reference}, as well."


def _agrees(question: str) -> bool:
    """Return whether a person at the terminal says yes.

    Raises:
        UsageError: where there is nobody to ask.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask whether you are sure: add --yes.")
    say(f"{question} [y/N]")
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _shape(saved: Saved) -> SavedAccount:
    """Return an account as JSON has it."""
    from mailwizard.cli.answers import SavedAccount, saved_servers

    account, server = saved.account, saved.server
    return SavedAccount(
        name=account.name,
        address=str(account.address),
        display_name=account.display_name,
        role=account.role,
        owner=account.owner,
        state=account.state,
        verified_at=account.verified_at,
        verified_until=account.verified_until or "",
        cause=account.cause,
        server=account.server,
        provider=server.provider,
        secret=account.secret,
        servers=saved_servers(server, account.username, account.outgoing_username),
        origins={origin.field: str(origin.path) for origin in saved.origins},
    )

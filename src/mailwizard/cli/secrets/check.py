"""``mailwizard secrets check``: does each account's store give its secret?"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Exit, Stopped
from mailwizard.cli.keeping import Remembered, add_passphrase
from mailwizard.cli.output import columns, put, put_json, say
from mailwizard.cli.parsing import add_json, printable, sentence
from mailwizard.cli.secrets._kept import accounts, told
from mailwizard.model import Failure

if TYPE_CHECKING:
    from mailwizard.cli.secret_answers import KeptSecret
    from mailwizard.model import Account

NAME = "secrets check"
HELP = "Ask each account's store for its secret, without the network and without showing it."
EXAMPLES = ("mailwizard secrets check", "mailwizard secrets check alice@example.com --json")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    parser.add_argument("account", nargs="?", default="", type=sentence(printable), metavar="ACCOUNT", help="only this")
    add_passphrase(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print for each account whether its secret is there; 30 where one is not."""
    from mailwizard.cli.running import run
    from mailwizard.storage.memory import keep_memory_private

    found, unreadable = accounts(options.account)
    keep_memory_private()
    try:
        kept = run(_checked(found))
    except Stopped as stopped:
        raise Stopped(stopped.number, "Nothing was sent and nothing was changed.") from None
    missing = [each for each in kept if each.ok is False]
    if options.json:
        from mailwizard.cli.secret_answers import SecretsAnswer

        put_json(SecretsAnswer(1, not (missing or unreadable), tuple(kept), tuple(unreadable)))
    elif kept:
        put(*columns([("ACCOUNT", "SECRET", ""), *((one.account, one.reference or "-", _word(one)) for one in kept)]))
    elif not unreadable:
        say("mailwizard: no account is saved yet; mailwizard sets one up.")
    return Exit.STORAGE if told(unreadable) or missing else Exit.HOLDS


async def _checked(found: list[Account]) -> list[KeptSecret]:
    """Return what each account's store gives; one store after the other, because one may ask."""
    from mailwizard.cli.secret_answers import KeptSecret
    from mailwizard.storage import secrets

    passphrase = Remembered()
    kept = []
    for account in found:
        if not account.secret:
            kept.append(KeptSecret(account.name, ""))
            continue
        try:
            await secrets.get(account.secret, passphrase)
        except Failure as failure:
            kept.append(KeptSecret(account.name, account.secret, False, failure.code, failure.detail))
        else:
            kept.append(KeptSecret(account.name, account.secret, True))
    return kept


def _word(one: KeptSecret) -> str:
    """Return what came of it, for a person."""
    if one.ok is None:
        return "asked for each time"
    return "is there" if one.ok else one.why or one.code

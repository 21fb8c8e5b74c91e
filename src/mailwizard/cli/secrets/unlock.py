"""``mailwizard secrets unlock``: the vault opens without its passphrase for a while."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta

from mailwizard.cli.endings import Exit
from mailwizard.cli.keeping import Remembered, add_passphrase
from mailwizard.cli.output import put_json, say
from mailwizard.cli.parsing import add_json, sentence

NAME = "secrets unlock"
HELP = "Let the vault open without its passphrase for some minutes: its key, not the passphrase, waits in the kernel."
EXAMPLES = ("mailwizard secrets unlock", "mailwizard secrets unlock --for 60")
_MINUTES = 15
_MOST = 24 * 60


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    parser.add_argument(
        "--for",
        dest="minutes",
        type=sentence(_minutes),
        default=_MINUTES,
        metavar="MINUTES",
        help=f"how long (default {_MINUTES}, at most {_MOST}); mailwizard secrets lock ends it",
    )
    add_passphrase(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Open the vault for a while and say who can use that.

    Raises:
        Failure: ``store.wrong-passphrase``, ``store.missing`` without a vault, ``store.no-backend`` where the kernel
            keeps no keys for us.
    """
    from mailwizard.cli.running import run
    from mailwizard.storage.memory import keep_memory_private
    from mailwizard.storage.secrets.stores import vault

    async def work() -> str:
        text = await vault.open_with_passphrase(Remembered())
        return await vault.keep_open(text, options.minutes * 60)

    keep_memory_private()
    holders = run(work())
    until = (datetime.now().astimezone() + timedelta(minutes=options.minutes)).isoformat(timespec="minutes")
    if options.json:
        from mailwizard.cli.secret_answers import UnlockAnswer

        put_json(UnlockAnswer(1, True, until, holders))
    say(
        f"Until {until[11:16]} the vault opens without its passphrase for {holders}; mailwizard secrets lock ends that."
    )
    return Exit.HOLDS


def _minutes(text: str) -> int:
    """Read a number of minutes."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 4 and 0 < int(text) <= _MOST):
        raise ValueError(f"a number of minutes from 1 to {_MOST}")
    return int(text)

"""``mailwizard secrets passphrase``: the vault gets another passphrase."""

from __future__ import annotations

import argparse
import os

from mailwizard.cli.endings import Exit, Stopped, UsageError
from mailwizard.cli.keeping import Remembered, add_passphrase, new_passphrase
from mailwizard.cli.output import say
from mailwizard.cli.parsing import add_json, descriptor, sentence
from mailwizard.cli.secret import one_line_of
from mailwizard.cli.secrets._kept import at_terminal

NAME = "secrets passphrase"
HELP = "Change the vault's passphrase: every secret in it is sealed anew, and nothing of the old file stays."
EXAMPLES = (
    "mailwizard secrets passphrase",
    "mailwizard secrets passphrase --passphrase-fd 3 --new-passphrase-fd 4",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    add_passphrase(parser)
    parser.add_argument(
        *("--new-passphrase-fd",),
        type=sentence(descriptor),
        metavar="N",
        help="read the new one from an open file descriptor",
    )
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Change the passphrase.

    Raises:
        UsageError: where nobody can be asked for the new one, or it was typed in two ways.
        Failure: ``store.wrong-passphrase``, ``store.…``; the vault is then as it was.
    """
    from mailwizard.cli.running import run
    from mailwizard.storage.memory import keep_memory_private

    keep_memory_private()
    if options.new_passphrase_fd is None and not at_terminal():
        raise UsageError("there is no terminal to ask for the new passphrase on: use --new-passphrase-fd N.")
    try:
        count, source = run(_change(options.new_passphrase_fd))
    except Stopped as stopped:
        raise Stopped(stopped.number, "The vault opens with the old passphrase, or already with the new one.") from None
    if options.json:
        from mailwizard.cli.output import put_json
        from mailwizard.cli.secret_answers import PassphraseAnswer

        put_json(PassphraseAnswer(1, count))
    say(f"The vault has another passphrase now; {_secrets(count)} sealed anew, and the old file is gone.")
    say("A copy of it in a backup still opens with the old one: change the passwords in it if somebody knows that.")
    if source:
        say(f"mailwizard: {source} still says the old passphrase; change it there as well.")
    return Exit.HOLDS


async def _change(number: int | None) -> tuple[int, str]:
    """Change the passphrase; return how many secrets there are, and what gave the old one without a person."""
    from mailwizard.storage.secrets import passphrase
    from mailwizard.storage.secrets.stores import vault

    await vault.entries()  # what is damaged is said before anybody types
    old = await vault.open_with_passphrase(Remembered())
    new = new_passphrase() if number is None else one_line_of(number, f"file descriptor {number}", "passphrase")
    source = "" if os.environ.get("MAILWIZARD_PASSPHRASE_FD") else await passphrase.named_source()
    return await vault.change_passphrase(old, passphrase.readable(new)), "" if source.startswith("--") else source


def _secrets(count: int) -> str:
    return "its one secret is" if count == 1 else f"its {count} secrets are"

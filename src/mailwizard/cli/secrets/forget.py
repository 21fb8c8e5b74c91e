"""``mailwizard secrets forget``: a secret that nobody needs goes."""

from __future__ import annotations

import argparse

from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.output import put_json, say
from mailwizard.cli.parsing import add_json, sentence
from mailwizard.model import Failure

NAME = "secrets forget"
HELP = "Take a secret out of its store that no account names, as mailwizard doctor lists them."
EXAMPLES = ("mailwizard secrets forget vault:alice@example.com/2",)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    parser.add_argument("reference", nargs="?", type=sentence(_reference), metavar="REFERENCE", help="vault:NAME, ...")
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Forget the secret.

    Raises:
        UsageError: where none is named, or it is not ours to take away.
        Failure: ``store.in-use`` where something names it, ``store.…``.
    """
    from mailwizard.cli.running import run
    from mailwizard.operations.doctor.kept import references
    from mailwizard.storage import secrets
    from mailwizard.storage.saving import forget_unnamed

    if not options.reference:
        raise UsageError("say which: mailwizard secrets forget REFERENCE; mailwizard doctor lists what nobody names.")
    if not secrets.forgets(options.reference):
        raise UsageError(f"{options.reference} is kept by you: take it away there yourself.")
    users = [name for name, reference in references().items() if reference == options.reference]
    if users:
        raise Failure("store.in-use", f"{options.reference} stays: {', '.join(users)} needs it.")
    run(forget_unnamed(options.reference))
    if options.json:
        from mailwizard.cli.secret_answers import ForgottenAnswer

        put_json(ForgottenAnswer(1, options.reference))
    say(f"{options.reference} is gone from its store.")
    return Exit.HOLDS


def _reference(text: str) -> str:
    """Read a reference; what is none is not repeated, because it may be the secret itself."""
    from mailwizard.storage import secrets

    return secrets.read_reference(text)

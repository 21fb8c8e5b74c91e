"""``mailwizard export``: a saved account as another program's configuration, on stdout or in that program's file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.offering import offer
from mailwizard.cli.output import columns, put, put_exact, put_json, say
from mailwizard.cli.parsing import add_json, printable, sentence
from mailwizard.net.clean import shown_word

if TYPE_CHECKING:
    from mailwizard.exports import Format
    from mailwizard.exports.setup import Setup
    from mailwizard.exports.writing import Change

NAME = "export"
HELP = "Turn a saved account into another program's configuration, with a command in place of the secret."
EXAMPLES = (
    "mailwizard export alice@example.com --to msmtp",
    "mailwizard export work --to mbsync --write",
    "mailwizard export shop --to django --write shop/settings.py --dry-run",
    "mailwizard export --list",
)
_USUAL = "\0"
"""What stands for the program's usual file."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    word = sentence(printable)
    parser.add_argument("account", nargs="?", type=word, metavar="ACCOUNT", help="a saved account")
    offer(parser.add_argument("--to", type=word, metavar="FORMAT", help="such as msmtp or django"), "programs")
    parser.add_argument("--list", action="store_true", help="list the programs and where they usually look")
    parser.add_argument(
        "--write",
        nargs="?",
        const=_USUAL,
        metavar="PATH",
        help="put it into the program's file, or this one; show what changes and ask first; keep the old version",
    )
    parser.add_argument("--dry-run", action="store_true", help="with --write: show what would change, and no more")
    parser.add_argument("--yes", action="store_true", help="with --write: do not ask")
    parser.add_argument(
        "--program", default="", metavar="PATH", help="where the other program finds mailwizard, if not on its PATH"
    )
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print an account as a program reads it, or bring it into that program's file.

    Raises:
        UsageError: where something is missing, or the program cannot use such an account or such a file.
        Failure: ``store.…``.
    """
    from mailwizard.exports import export, targets

    if options.list:
        return _list(options)
    if not options.account or not options.to:
        raise UsageError("name the account and the program: mailwizard export ACCOUNT --to FORMAT, or --list.")
    if options.write is None and (options.dry_run or options.yes):
        raise UsageError("--dry-run and --yes are about writing a file: add --write.")
    try:
        setup = _setup(options)
        text = export(setup, options.to)
        if options.write is None:
            return _print(options, setup, text)
        return _write(options, setup, targets()[options.to], text)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None


def _list(options: argparse.Namespace) -> int:
    """Print what there is to export to."""
    from mailwizard.exports import targets

    if options.json:
        from mailwizard.cli.export_answers import Target, TargetsAnswer

        found = (Target(name, one.TITLE, one.PATH, not one.COMMENT) for name, one in targets().items())
        put_json(TargetsAnswer(1, tuple(found)))
        return Exit.HOLDS
    put(*columns([(name, one.TITLE, one.PATH) for name, one in targets().items()]))
    return Exit.HOLDS


def _setup(options: argparse.Namespace) -> Setup:
    """Return the account for other programs.

    Raises:
        ValueError: for a name that no account can have.
        Failure: ``store.…``.
    """
    from mailwizard import knowledge
    from mailwizard.cli.calling import program
    from mailwizard.exports.setup import Setup
    from mailwizard.knowledge.provider_card import SentCopy
    from mailwizard.model import State
    from mailwizard.storage import profiles

    saved = profiles.load(options.account)
    if saved.account.state is not State.VERIFIED:
        name = saved.account.name
        say(f"mailwizard: {name} is not proven to work: mailwizard check {shown_word(name)}")
    card = knowledge.provider(saved.server.provider)
    copy = str(card.sent_copy) if card and card.sent_copy is not SentCopy.UNKNOWN else ""
    return Setup.of(saved.account, saved.server, sent_copy=copy, program=program(options.program))


def _print(options: argparse.Namespace, setup: Setup, text: str) -> int:
    """Print the text, or what the JSON answer says of it."""
    if options.json:
        from mailwizard.cli.export_answers import ExportAnswer

        put_json(ExportAnswer(1, setup.name, options.to, text))
    else:
        put_exact(text.removesuffix("\n"))
    return Exit.HOLDS


def _write(options: argparse.Namespace, setup: Setup, target: Format, text: str) -> int:
    """Show what changes in the file, ask, and write it.

    Raises:
        UsageError: where nobody can be asked, or the answer is no.
        ValueError: where the file cannot take it.
        Failure: ``store.…``.
    """
    from mailwizard.cli.export_answers import ExportAnswer
    from mailwizard.exports.writing import carry_out, foresee

    change = foresee(target, text, _path(options, target), setup.name)
    path, kept, written = str(change.path), "", False
    if not options.json:
        put(*change.diff)
    if change.warning:
        say(f"mailwizard: {change.warning}")
    if change.diff and not options.dry_run:
        _ask(options, change)
        copy = carry_out(target, text, change, setup.name)
        kept, written = str(copy or ""), True
    if options.json:
        put_json(ExportAnswer(1, setup.name, options.to, text, path, change.diff, written, kept, change.warning))
    elif not change.diff:
        say(f"{path} is as it should be.")
    elif written:
        say(f"Wrote {path}{f'; the version before is {kept}' if kept else ''}.")
    return Exit.HOLDS


def _path(options: argparse.Namespace, target: Format) -> Path:
    """Return the file to write.

    Raises:
        UsageError: where the program has no usual place and none was named.
    """
    named = options.write if options.write != _USUAL else target.PATH
    if not named:
        raise UsageError(f"{target.TITLE} has no usual place for this: --write PATH.")
    return Path(named).expanduser().absolute()


def _ask(options: argparse.Namespace, change: Change) -> None:
    """Ask a person whether to write.

    Raises:
        UsageError: where nobody is there to ask, or the answer is no.
    """
    if options.yes:
        return
    if options.json or sys.stdin is None or not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask whether to write that: add --yes, or --dry-run to look only.")
    say(f"Change {change.path} so? [y/N]")
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise UsageError("nothing was written.")

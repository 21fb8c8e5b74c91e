"""``mailwizard import``: the accounts in another program's configuration, as they would be saved here."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.offering import offer
from mailwizard.cli.output import labelled, put, put_json, say
from mailwizard.cli.parsing import add_address, add_json, printable, sentence
from mailwizard.model import Failure

if TYPE_CHECKING:
    from mailwizard.cli.export_answers import ImportedAccount
    from mailwizard.exports.reading import Found
    from mailwizard.exports.taking import Taken

NAME = "import"
HELP = "Read accounts out of another program's configuration; passwords in it are not taken over."
EXAMPLES = (
    "mailwizard import msmtp ~/.msmtprc",
    "mailwizard import thunderbird ~/.thunderbird/abcd.default/prefs.js --save",
    "mailwizard import mutt ~/.muttrc --save --replace --with-commands",
    "mailwizard import mbsync --json",
)
_WHOLE = 20_000
"""Characters of a command, all of which are shown: more than a line of a file can hold."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    word = sentence(printable)
    source = parser.add_argument(
        "source", nargs="?", type=word, metavar="FORMAT", help="aerc, env, himalaya, mbsync, msmtp …"
    )
    offer(source, "sources")
    parser.add_argument("path", nargs="?", metavar="PATH", help="the file, if not where the program usually has it")
    add_address(parser, "--address", metavar="ADDRESS", help="whose it is, where the file does not say")
    parser.add_argument("--save", action="store_true", help="save the accounts; without it they are only shown")
    parser.add_argument(
        "--replace",
        action="store_true",
        help="put it in the place of an account of its name; a secret stays where no server or user name changes",
    )
    parser.add_argument(
        "--with-commands",
        action="store_true",
        help="take over commands that tell passwords; they are run at every sign-in",
    )
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Show or save what a file describes; 20 where it describes no account, 30 where one cannot be saved.

    Raises:
        UsageError: where the program is unknown, the file cannot be read as its, or an option goes without its other.
        Failure: ``store.…`` where the file cannot be had.
    """
    from mailwizard.exports.reading import sources

    if options.source not in sources():
        raise UsageError(f"say which program's file it is: {', '.join(sources())}.")
    if (options.replace or options.with_commands) and not options.save:
        raise UsageError("--replace and --with-commands are about saving: add --save.")
    path = _path(options)
    if not (options.path or options.json):
        say(f"Reading {path}.")
    found = _read(options, path)
    if options.address and len(found) != 1:
        raise UsageError(f"--address is about one account, and the file has {len(found)}.")
    shapes, code = [], Exit.HOLDS if found else Exit.NOTHING_FOUND
    for one in found:
        shape, lost = _taken(options, one)
        shapes.append(shape)
        code = Exit.STORAGE if lost else code
    if options.json:
        from mailwizard.cli.export_answers import ImportAnswer

        put_json(ImportAnswer(1, options.source, str(path), tuple(shapes)))
    elif not found:
        say(f"{path} describes no account that mailwizard could use.")
    return code


def _path(options: argparse.Namespace) -> Path:
    """Return the file to read.

    Raises:
        UsageError: where none was named and the program has no usual one.
    """
    from mailwizard.exports.reading import sources

    named = options.path or sources()[options.source].PATH
    if not named:
        raise UsageError(f"name the file: mailwizard import {options.source} PATH.")
    return Path(named).expanduser().absolute()


def _read(options: argparse.Namespace, path: Path) -> tuple[Found, ...]:
    """Return the accounts of the file.

    Raises:
        UsageError: with the line that cannot be read.
        Failure: ``store.…``.
    """
    from mailwizard.exports.reading import read
    from mailwizard.storage import foreign

    data = foreign.look(path).data
    if data is None:
        raise Failure("store.missing", f"{path} does not exist.")
    try:
        return read(options.source, data)
    except ValueError as wrong:
        raise UsageError(f"{path}: {wrong}") from None


def _taken(options: argparse.Namespace, found: Found) -> tuple[ImportedAccount, bool]:
    """Save an account if that was asked for, and return it as it is printed, and whether saving failed."""
    notes, saved, lost = found.notes, False, False
    if options.save:
        try:
            taken = _account(options, found)
            notes, saved = (*notes, *_save(taken)), True
        except (ValueError, Failure) as wrong:
            reason = (wrong.detail or wrong.code) if isinstance(wrong, Failure) else str(wrong)
            notes, lost = (*notes, f"It was not saved: {reason}"), True
    shape = _shape(options, found, notes, saved=saved)
    if not options.json:
        _put(shape)
    return shape, lost


def _account(options: argparse.Namespace, found: Found) -> Taken:
    """Return what is to be saved.

    Raises:
        ValueError: with one sentence, where something is missing or cannot be saved.
        Failure: ``store.…``.
    """
    from mailwizard.exports.taking import take

    return take(found, options.address, lambda: _allowed(options, found), replacing=options.replace)


def _allowed(options: argparse.Namespace, found: Found) -> bool:
    """Return whether a command may be taken over: by the option, or because a person who read it says yes."""
    from mailwizard.net.clean import clean

    if options.with_commands:
        return True
    if options.json or sys.stdin is None or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    say(f"Line {found.secret_line} names a command that would be run at every sign-in of {clean(found.name)}:")
    say(f"    {clean(found.secret.removeprefix('cmd:'), _WHOLE)}", "Take it over? [y/N]")
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _save(taken: Taken) -> tuple[str, ...]:
    """Save an account with its server, and return what was not taken over.

    Raises:
        ValueError: for a value that no file may hold.
        Failure: ``store.…``.
    """
    from mailwizard.storage import profiles

    profiles.save(taken.account, taken.server)
    return taken.notes


def _shape(options: argparse.Namespace, found: Found, notes: tuple[str, ...], *, saved: bool) -> ImportedAccount:
    from mailwizard.cli.account_answers import SavedIdentity, SavedServer
    from mailwizard.cli.export_answers import ImportedAccount

    ends = (
        SavedServer(
            str(one.endpoint.protocol),
            one.endpoint.host,
            one.endpoint.port,
            str(one.endpoint.security),
            one.username,
            str(one.auth),
        )
        for one in (found.incoming, found.outgoing)
        if one
    )
    others = (SavedIdentity(str(one.address), one.display_name, str(one.reply_to or "")) for one in found.identities)
    address, reply_to = (str(one or "") for one in (options.address or found.address, found.reply_to))
    texts = (found.name, address, found.display_name)
    return ImportedAccount(*texts, tuple(ends), found.secret, reply_to, tuple(others), notes, saved)


def _put(shape: ImportedAccount) -> None:
    """Print an account."""
    shown = f"{shape.display_name} <{shape.address}>" if shape.display_name else shape.address
    put(f"{shape.name}: {shown or 'no address is said'}{' (saved)' if shape.saved else ''}")
    for end in shape.servers:
        put(*labelled(end.protocol, end.told()))
    if shape.secret:
        put(*labelled("secret", shape.secret))
    for note in shape.notes:
        put(*labelled("note", note))

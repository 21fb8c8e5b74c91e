"""``mailwizard accounts hand-off``: a file with which another person goes on, and the code to say to that person."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mailwizard.cli.accounts._named import add_name, load, needed
from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.output import columns, put, put_json, say
from mailwizard.cli.parsing import add_json, printable, sentence

if TYPE_CHECKING:
    from mailwizard.cli.paper_answers import WrittenFile
    from mailwizard.operations.handoff import HandOff
    from mailwizard.storage.profiles import Saved

NAME = "accounts hand-off"
HELP = "Write a file with which another person completes an account; it holds no secret."
EXAMPLES = (
    "mailwizard accounts hand-off work --for alice -o work.hand-off.json",
    "mailwizard accounts hand-off work --for alice --expires 2027-12-31",
    "mailwizard accounts hand-off --owner-missing --to-folder hand-offs",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    word = sentence(printable)
    add_name(parser)
    parser.add_argument("--for", dest="owner", type=word, default="", metavar="OWNER", help="whose account it is to be")
    parser.add_argument(
        "-o", "--output", type=word, default="", metavar="FILE", help="the file, which is not there yet"
    )
    parser.add_argument(
        "--owner-missing", action="store_true", help="one file for each account that waits for the secret of its owner"
    )
    parser.add_argument("--to-folder", type=word, default="", metavar="DIR", help="where these files go")
    parser.add_argument("--note", type=word, default="", metavar="TEXT", help="a line for the owner")
    parser.add_argument("--by", type=word, default=None, metavar="NAME", help="who you are (default: your login name)")
    parser.add_argument(
        "--expires", type=_day, default=None, metavar="DAY", help="the last day on which it can be used"
    )
    add_json(parser)


def _day(text: str) -> str:
    """Read a day, loading what that takes only now."""
    from mailwizard.operations.papers import read_day

    return sentence(read_day)(text)


def run(options: argparse.Namespace) -> int:
    """Write one file, or one for every account that waits for its owner; say the codes.

    Raises:
        UsageError: where it is not said which account, or where the file goes.
        Failure: ``store.…``.
    """
    from mailwizard.operations.prefilled import user_name

    if options.by is None:
        options.by = user_name()
    if options.owner_missing:
        written = _every(options)
    else:
        if options.to_folder:
            raise UsageError("--to-folder goes with --owner-missing; one account's file is named by --output.")
        saved = load(needed(options.name, "hand-off"))
        written = _write([(saved, Path(options.output or f"{saved.account.name}.hand-off.json"))], options)
    if options.json:
        from mailwizard.cli.paper_answers import HandOffAnswer

        put_json(HandOffAnswer(1, written))
    else:
        put(*columns([("ACCOUNT", "FOR", "CODE", "FILE"), *((w.account, w.owner, w.code, w.path) for w in written)]))
        say("Send each file, and say its code by telephone, not by mail. To go on: mailwizard open FILE")
    return Exit.HOLDS


def _every(options: argparse.Namespace) -> tuple[WrittenFile, ...]:
    """Write the files of all accounts that wait for their owners, or none where one of them is there already.

    Raises:
        UsageError: where there is nothing to write, or no place for it.
        Failure: ``store.…``.
    """
    import os

    from mailwizard.operations.handoff import waits
    from mailwizard.operations.prefilled import user_name
    from mailwizard.storage.listing import load_all

    if options.name or options.owner or options.output:
        raise UsageError("--owner-missing takes every account for its own owner: no NAME, --for or --output.")
    if not options.to_folder:
        raise UsageError("where to? --to-folder DIR.")
    folder, me = Path(options.to_folder), user_name()
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}: make it first.")
    waiting = [saved for saved in load_all().accounts if waits(saved, me)]
    if not waiting:
        raise UsageError("no account waits for another owner's secret; mailwizard accounts lists them.")
    paths = [folder / f"{saved.account.name}.hand-off.json" for saved in waiting]
    if there := next((path for path in paths if os.path.lexists(path)), None):
        raise UsageError(f"{there} is there already, so no file was written.")
    return _write(list(zip(waiting, paths, strict=True)), options)


def _write(wanted: Sequence[tuple[Saved, Path]], options: argparse.Namespace) -> tuple[WrittenFile, ...]:
    """Write all files, or none.

    Raises:
        UsageError: where one is there already, or nobody is named for whom it is.
        Failure: ``store.…``.
    """
    from mailwizard.cli.paper_answers import WrittenFile
    from mailwizard.operations import papers
    from mailwizard.storage import files

    written: list[WrittenFile] = []
    try:
        made = [(_made(saved, options), path) for saved, path in wanted]
        for paper, path in made:
            papers.write(path, paper)
            written.append(WrittenFile(str(path), paper.code, paper.name, str(paper.account["owner"])))
    except BaseException as error:
        for file in written:
            files.erase(Path(file.path))
        if isinstance(error, ValueError):
            raise UsageError(str(error)) from None
        raise
    return tuple(written)


def _made(saved: Saved, options: argparse.Namespace) -> HandOff:
    """Return what is handed off, once it is certain that it can be opened.

    Raises:
        ValueError: with one sentence.
        Failure: ``store.…``.
    """
    from mailwizard.operations import handoff, papers

    paper = handoff.make(saved, owner=options.owner, maker=options.by, note=options.note, expires=options.expires or "")
    if not paper.account.get("owner"):
        raise ValueError("whose account is it to be? --for OWNER.")
    return handoff.read(papers.encode(paper))

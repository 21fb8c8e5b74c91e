"""``mailwizard open``: a file that somebody sent: an account handed over, a request, an answer, a report."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from mailwizard.cli.endings import UsageError
from mailwizard.cli.output import put, put_json, say
from mailwizard.cli.parsing import add_door, add_json, add_plain, add_scope, printable, sentence

if TYPE_CHECKING:
    from mailwizard.operations.papers import Paper

NAME = "open"
HELP = (
    "Open a file that somebody sent: an account handed over, a request to an administrator, its answer, or a report of "
    "a check, which is shown with no network."
)
EXAMPLES = (
    "mailwizard open work.hand-off.json",
    "mailwizard open work.hand-off.json --code K7QP-M2XD-9FTR --save",
    "mailwizard open alice.request.json",
    "mailwizard open alice.request.json --answer --mark 1=done",
    "mailwizard open alice.answer.json --json",
    "mailwizard open alice.mwz",
)
_TRIES = 3
_ABOUT = {"save": "--save", "name": "--name", "answer": "--answer", "mark": "--mark", "output": "--output"}
_ABOUT |= {"note": "--note", "no_check": "--no-check", "transcript": "--transcript"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    word = sentence(printable)
    parser.add_argument("file", type=word, metavar="FILE", help="the file, which is not changed")
    parser.add_argument("--code", type=word, default="", metavar="CODE", help="what its maker said by telephone")
    group = parser.add_argument_group("an account handed over")
    group.add_argument("--save", action="store_true", help="keep it as a draft instead of opening the wizard")
    group.add_argument("--name", type=word, default="", metavar="NAME", help="call it so here")
    add_scope(group, "whose files: user (default), organization:NAME, host")
    group = parser.add_argument_group("a request")
    group.add_argument("--answer", action="store_true", help="write a file that says what was done")
    group.add_argument(
        "--mark", action="append", default=[], metavar="N=WORD", help="done, refused or open; after a colon why"
    )
    group.add_argument("-o", "--output", type=word, default="", metavar="FILE", help="the answer's file")
    group.add_argument("--note", type=word, default="", metavar="TEXT", help="a line for whoever asked")
    group.add_argument("--by", type=word, default=None, metavar="NAME", help="who answers (default: your login name)")
    group = parser.add_argument_group("an answer")
    group.add_argument("--no-check", action="store_true", help="do not check the account again")
    group = parser.add_argument_group("a report")
    group.add_argument("--transcript", action="store_true", help="show all that was said as well")
    add_door(parser.add_argument_group("network"))
    add_plain(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Show what is in the file, ask for its code, and go on with it.

    Raises:
        UsageError: where the file is none of ours, was swapped or damaged, or cannot be used here.
        Failure: ``store.…``.
    """
    from mailwizard.operations.prefilled import user_name

    if options.by is None:
        options.by = user_name()
    kind, paper = _read(Path(options.file))
    for option, flag in _ABOUT.items():
        if getattr(options, option) and option not in kind.TAKES:
            raise UsageError(f"{flag} is not about a file of this kind.")
    if hasattr(kind, "show"):
        if options.code:
            raise UsageError("--code is not about a file of this kind: nothing is done with it but showing it.")
        return int(kind.show(paper, options))
    return _go_on(kind, paper, options)


def _go_on(kind: Any, paper: Paper, options: argparse.Namespace) -> int:
    """Show a file that has a code, ask for it, and do what it is for."""
    _refuse_scope(options.scope)
    if not options.json:
        put(*kind.lines(paper))
    if options.code or not options.json:
        if over := paper.over(datetime.now(UTC).date()):
            raise UsageError(over)
        kind.refuse(paper, options)
    confirmed = _confirmed(paper, options)
    more: dict[str, Any] = {}
    code = 0
    if confirmed:
        more, code = kind.apply(paper, options)
    if options.json:
        _tell(kind, paper, more, confirmed=confirmed)
    return code


def _read(path: Path) -> tuple[Any, Paper]:
    """Return what opens a file, and what is in it.

    Raises:
        UsageError: with one sentence.
    """
    from mailwizard.cli import papers as kinds
    from mailwizard.operations import papers
    from mailwizard.plugins import plugins

    known: dict[str, ModuleType] = {module.FORMAT: module for module in plugins(kinds).values()}
    try:
        data = papers.read(path, max(int(module.LIMIT) for module in known.values()))
        kind: Any = known.get(papers.format_of(data))
        if kind is None:
            raise ValueError(f"{path} is no file that mailwizard made for somebody to open.")
        if len(data) > kind.LIMIT:
            raise ValueError(f"{path} is too large for a file of its kind: more than {kind.LIMIT} bytes.")
        return kind, kind.read(data)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None


def _refuse_scope(scope: str) -> None:
    """Refuse a scope that there is not.

    Raises:
        UsageError: with one sentence.
    """
    from mailwizard.storage.places import place

    try:
        place(scope)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None


def _confirmed(paper: Paper, options: argparse.Namespace) -> bool:
    """Return whether the code is the file's; with JSON and without a code nothing is confirmed, and nothing done.

    Raises:
        UsageError: for another code, or where nobody can be asked.
    """
    if options.code:
        if wrong := _wrong(options.code, paper):
            raise UsageError(wrong)
        return True
    if options.json:
        if options.save or options.answer:
            raise UsageError("with --json nobody is asked for the code: add --code CODE.")
        return False
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask for the code: --code CODE is what its maker says by telephone.")
    for left in reversed(range(_TRIES)):
        say("", "Its maker says its code by telephone, not by mail. Type the code:")
        wrong = _wrong(sys.stdin.readline(200), paper)
        if not wrong:
            return True
        if left:
            say(f"mailwizard: {wrong}")
    raise UsageError(wrong)


def _wrong(text: str, paper: Paper) -> str:
    """Return what is wrong with a code in a sentence; nothing where it is the file's."""
    from mailwizard.operations.short_code import read_code

    try:
        return "" if read_code(text) == paper.code else _OTHER
    except ValueError as wrong:
        return str(wrong)


_OTHER = (
    "that is not the code of this file: the file was swapped or damaged on its way, or the code was misheard. Ask its "
    "maker to say it again, or to send the file anew."
)


def _tell(kind: Any, paper: Paper, more: dict[str, Any], *, confirmed: bool) -> None:
    """Print the answer as JSON."""
    from mailwizard.cli.paper_answers import OpenAnswer

    head: dict[str, Any] = {"made": paper.made, "maker": paper.maker, "note": paper.note, "expires": paper.expires}
    put_json(OpenAnswer(schema=1, format=paper.format, confirmed=confirmed, **head, **kind.shape(paper), **more))

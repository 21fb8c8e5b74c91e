"""``mailwizard request``: a file for the administrator, who has to switch something on."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.output import put, put_json, say
from mailwizard.cli.parsing import add_json, printable, sentence

if TYPE_CHECKING:
    from mailwizard.operations.asking import Known

NAME = "request"
HELP = "Write a file for your administrator that says what has to be switched on; it holds no secret."
EXAMPLES = (
    "mailwizard request work",
    "mailwizard check work --json | mailwizard request work --from-check -",
    "mailwizard request alice@example.com --from-check check.json -o alice.json",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    word = sentence(printable)
    parser.add_argument("account", type=word, metavar="ACCOUNT", help="a saved account, or an address")
    parser.add_argument(
        "--from-check", type=word, default="", metavar="FILE", help="what mailwizard check --json printed; - for stdin"
    )
    parser.add_argument(
        "-o", "--output", type=word, default="", metavar="FILE", help="the file, which is not there yet"
    )
    parser.add_argument("--note", type=word, default="", metavar="TEXT", help="a line for the administrator")
    parser.add_argument("--by", type=word, default=None, metavar="NAME", help="who you are (default: your login name)")
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Write the request and say its code.

    Raises:
        UsageError: where nothing is known that an administrator could mend.
        Failure: ``store.…``.
    """
    from mailwizard.operations import papers, request
    from mailwizard.operations.prefilled import user_name

    try:
        known = _known(options)
        by = user_name() if options.by is None else options.by
        paper = request.make(
            known.address, known.provider, known.diagnoses, known.evidence, maker=by, note=options.note
        )
        path = Path(options.output or f"{known.address}.request.json".replace("/", "_"))
        papers.write(path, paper)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    if options.json:
        from mailwizard.cli.paper_answers import RequestAnswer, WrittenFile

        causes = tuple(item.cause for item in paper.items)
        put_json(RequestAnswer(1, WrittenFile(str(path), paper.code, str(known.address)), causes))
        return Exit.HOLDS
    titles = [f"  {request.title_of(item, known.address, paper.provider)}" for item in paper.items]
    put(f"Wrote {path}, which asks for help with:", *titles, f"Its code: {paper.code}")
    say("Send the file to your administrator and say the code by telephone. There: mailwizard open FILE")
    return Exit.HOLDS


def _known(options: argparse.Namespace) -> Known:
    """Return what is known to be wrong.

    Raises:
        ValueError: with one sentence, where nothing is, or the file is none.
        Failure: ``store.…``.
    """
    from mailwizard.operations import asking, papers

    if not options.from_check:
        return asking.kept(options.account)
    if options.from_check == "-":
        if sys.stdin is None or sys.stdin.isatty():
            raise ValueError("there is nothing on stdin: mailwizard check ACCOUNT --json | mailwizard request …")
        data = sys.stdin.buffer.read(asking.LIMIT + 1)
    else:
        data = papers.read(Path(options.from_check), asking.LIMIT)
    return asking.checked(data, options.account)

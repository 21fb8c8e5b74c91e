"""A request file: an administrator sees what to switch on, and answers."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any

from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.output import labelled, put, say
from mailwizard.cli.papers._lines import guide_lines, made_by, rows
from mailwizard.model import Address
from mailwizard.net.clean import shown_word
from mailwizard.operations import papers, request
from mailwizard.operations.request import Mark, Request

FORMAT = request.FORMAT
LIMIT = papers.LIMIT
TAKES = frozenset({"answer", "mark", "output", "note", "by"})
_MARK = re.compile(r"(\d{1,2})=(done|refused|open)(?::\s*(.*))?", re.DOTALL)
_KEYS: dict[str, Mark] = {"d": "done", "done": "done", "r": "refused", "refused": "refused"}
read = request.read


def lines(paper: Request) -> list[str]:
    """Return for whom what is wanted, without the steps."""
    address = Address.parse(paper.address)
    found = [f"A request file: what {address.display} needs from an administrator", *rows(made_by(paper))]
    for number, item in enumerate(paper.items, 1):
        found += labelled(f"{number}.", request.title_of(item, address, paper.provider), 2, 2)
        found += labelled("", f"at {item.subject}", 4, 0) if item.subject else []
    return found


def shape(paper: Request) -> dict[str, Any]:
    """Return the request as it is printed."""
    from mailwizard.cli.answers import GuideStepAnswer, GuideText
    from mailwizard.cli.paper_answers import AskedFor, AskedItem

    address = Address.parse(paper.address)
    items = []
    for item in paper.items:
        guides = tuple(
            GuideText(one.id, one.title, one.who, one.lead, tuple(GuideStepAnswer(s.id, s.text) for s in one.steps))
            for one in request.guides_of(item, address, paper.provider)
        )
        words = request.title_of(item, address, paper.provider), request.why_of(item, address, paper.provider)
        items.append(AskedItem(item.cause, *words, item.subject, item.client, item.said, guides, item.records))
    return {"request": AskedFor(str(address), paper.provider, tuple(items))}


def refuse(paper: Request, options: argparse.Namespace) -> None:
    """Refuse marks that fit nothing.

    Raises:
        UsageError: with one sentence.
    """
    if (options.mark or options.output or options.note) and not options.answer:
        raise UsageError("--mark, --note and --output belong to an answer: add --answer.")
    marks = _marks(options.mark, len(paper.items))
    if options.answer and not marks and not _asks(options):
        raise UsageError(
            "there is no terminal to ask what was done: say it for each number, such as --mark 1=done or "
            '--mark "2=refused: not allowed here".'
        )


def apply(paper: Request, options: argparse.Namespace) -> tuple[dict[str, Any], int]:
    """Show the steps, and write the answer where that is wanted."""
    if not options.json:
        put(*_steps(paper))
    if not options.answer:
        if not options.json:
            file, code = shown_word(str(options.file)), shown_word(paper.code)
            say("", f"When it is done: mailwizard open {file} --code {code} --answer")
        return {}, Exit.HOLDS
    marks = _marks(options.mark, len(paper.items))
    address = Address.parse(paper.address)
    every = [
        marks.get(number) or (_asked(number, paper, address) if _asks(options) and not marks else ("open", ""))
        for number in range(1, len(paper.items) + 1)
    ]
    path = Path(options.output or f"{address}.answer.json".replace("/", "_"))
    try:
        answer = request.answer(paper, every, maker=options.by, note=options.note)
        papers.write(path, answer)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    if not options.json:
        put(f"Wrote {path}. Send it back, and say its code by telephone: {answer.code}")
    from mailwizard.cli.paper_answers import WrittenFile

    return {"written": WrittenFile(str(path), answer.code, str(address))}, Exit.HOLDS


def _steps(paper: Request) -> list[str]:
    """Return what to do for each thing that is wanted."""
    address = Address.parse(paper.address)
    found: list[str] = []
    for number, item in enumerate(paper.items, 1):
        found += ["", *labelled(f"{number}.", request.title_of(item, address, paper.provider), 0, 2)]
        found += labelled("Why", request.why_of(item, address, paper.provider), 2)
        found += labelled("Client", item.client, 2) if item.client else []
        found += [line for said in item.said for line in labelled("Said", said, 2)]
        found += [line for one in item.records for line in ("  Asks to publish in DNS:", f"    {one}")]
        guides = request.guides_of(item, address, paper.provider)
        found += [line for guide in guides for line in guide_lines(guide)]
    return found


def _marks(texts: list[str], most: int) -> dict[int, tuple[Mark, str]]:
    """Return the marks by number.

    Raises:
        UsageError: for one that cannot be read or has no such number.
    """
    marks: dict[int, tuple[Mark, str]] = {}
    for text in texts:
        found = _MARK.fullmatch(text)
        if not found or not 1 <= int(found[1]) <= most:
            raise UsageError(f'a mark is written 1=done or "1=refused: why", with a number from 1 to {most}.')
        word = found[2]
        marks[int(found[1])] = (
            "done" if word == "done" else "refused" if word == "refused" else "open",
            found[3] or "",
        )
    return marks


def _asks(options: argparse.Namespace) -> bool:
    return not options.json and sys.stdin is not None and sys.stdin.isatty()


def _asked(number: int, paper: Request, address: Address) -> tuple[Mark, str]:
    """Ask what became of one thing; anything else than d or r leaves it open."""
    say("", f"{number}. {request.title_of(paper.items[number - 1], address, paper.provider)}")
    say("Done, refused or later? [d/r/L], and after it a word for the user if you like:")
    key, _, remark = sys.stdin.readline().strip().partition(" ")
    return _KEYS.get(key.lower(), "open"), remark.strip()

"""``mailwizard diff``: two reports held against each other: why does one work and the other not?"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from mailwizard.cli.endings import UsageError
from mailwizard.cli.output import cut, labelled, put, put_json
from mailwizard.cli.parsing import add_json, printable, sentence

if TYPE_CHECKING:
    from mailwizard.report import Report
    from mailwizard.report.comparing import Comparison
    from mailwizard.report.difference import Difference
    from mailwizard.report.sides import Side

NAME = "diff"
HELP = "Compare two reports: before and after, or here and there. Name the difference that explains the outcome."
EXAMPLES = (
    "mailwizard diff before.json after.json",
    "mailwizard diff home.json work.json --json",
)
_ROOM = 150
"""Characters of a value that are shown."""
_FOLDED = 48
"""Characters of a value where many are shown on their lines."""
_WORKS = {
    "a": "A works, B does not.",
    "b": "B works, A does not.",
    "both": "Both work.",
    "neither": "Neither works.",
    "unknown": "At least one of them tried nothing.",
}
_ACCOUNTS = {
    "different": "They are about different accounts, so some of what differs is only that.",
    "unknown": "Whether they are about the same account cannot be seen: names are missing or were replaced.",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    word = sentence(printable)
    parser.add_argument("a", type=word, metavar="A", help="a report, such as of the run before, or at home")
    parser.add_argument("b", type=word, metavar="B", help="the other one; neither file is changed")
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Say what explains that one works and the other does not; no network is asked.

    Raises:
        UsageError: where a file is no report, or is damaged.
    """
    a, b = _read(options.a), _read(options.b)
    from mailwizard.report.comparing import compare

    compared = compare(a, b)
    if options.json:
        from mailwizard.cli.diff_answers import answer_of

        put_json(answer_of(compared))
    else:
        put(*lines(compared, options.a, options.b))
    return 0


def _read(name: str) -> Report:
    """Return a report.

    Raises:
        UsageError: with one sentence that names the file.
    """
    from mailwizard.net.clean import clean
    from mailwizard.operations import papers
    from mailwizard.report import FORMAT_LIMIT, read

    try:
        return read(papers.read(Path(name), FORMAT_LIMIT))
    except ValueError as wrong:
        said = str(wrong)
        raise UsageError(said if name in said else f"{clean(name)}: {said}") from None


def lines(compared: Comparison, a: str = "", b: str = "") -> list[str]:
    """Return a comparison for a person: what explains it, both sides, what else differs, what is the same."""
    found = [*labelled("", compared.sentence, 0, 0), ""]
    found = [line.strip() for line in found]
    found += labelled("", _WORKS[compared.works], 0, 0)[:1] if compared.partings else []
    for side, name in zip(compared.sides, (a, b), strict=True):
        found += labelled(side.name, _side(side, name), 2, 1)
    if told := _ACCOUNTS.get(compared.accounts):
        found += ["", told]
    further = compared.explains[1:]
    if further:
        found += ["", "It may also be:"]
        found += [line for one in further for line in labelled("-", one.sentence or _values(one), 2, 1)]
    rest = [*compared.explains[:1], *compared.others] if compared.explains else compared.others
    if rest:
        found += ["", "What differs:", *(line for one in rest for line in labelled("-", _values(one), 2, 1))]
    if compared.same:
        same = "; ".join(f"{one.label} {cut(one.value, _FOLDED)}" for one in compared.same)
        found += ["", "The same in both:", *labelled("", same, 2, 0)]
    return [line.rstrip() for line in found]


def _side(side: Side, name: str) -> str:
    """Return what a report is, and what came of it."""
    report = side.report
    ends = [
        f"{course.way} fails at {course.end.step}" + (f" ({course.end.code})" if course.end.code else "")
        for course in side.courses.values()
        if course.end
    ]
    came = "; ".join(ends) if ends else "works" if side.works else "nothing was tried"
    whose = report.draft.address or report.account
    parts = (name, whose, report.made.replace("T", " ")[:19], f"up to {report.draft.until}: {came}")
    return ", ".join(part for part in parts if part)


def _values(one: Difference) -> str:
    """Return a difference on a line: what it is, and both values."""
    way = f" ({one.way})" if one.way else ""
    return f"{one.label}{way}: A {cut(one.a, _ROOM)} | B {cut(one.b, _ROOM)}"

"""``mailwizard discover``: which servers an address has, and who says so."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.output import labelled, put, put_json, put_json_line, say
from mailwizard.cli.parsing import add_address, add_json, add_network
from mailwizard.model import Outcome
from mailwizard.net.clean import shown_word

if TYPE_CHECKING:
    from mailwizard.cli.answers import DiscoverAnswer
    from mailwizard.cli.finding import Found
    from mailwizard.model import Evidence

NAME = "discover"
HELP = "Find the servers of a mail address, and say who names them. No secret is involved."
EXAMPLES = (
    "mailwizard discover alice@example.com",
    "mailwizard discover alice@gmail.com --offline --json",
    "mailwizard discover --from addresses.txt --no-third-party",
    "mailwizard discover alice@practice.example --practice all-well",
)


ALIKE = 3
"""Ways that fail with one code before they are told in one sentence."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_address(parser, nargs="?", metavar="ADDRESS", help="the mail address")
    parser.add_argument(
        "--from",
        dest="list",
        metavar="FILE",
        help="look up one address a line (- for stdin); each answer is a line of JSON that names its address, "
        "written as soon as it is there, so in another order",
    )
    parser.add_argument("--offline", action="store_true", help="ask the provider cards only, no network")
    parser.add_argument(
        "--no-third-party", action="store_true", help="tell the domain to nobody but itself and its own provider"
    )
    add_network(parser, 3.0)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Find the servers; 20 where there are none, 10 where DNS does not answer.

    Raises:
        UsageError: where neither an address nor a list is named, or both are.
    """
    if options.practice:
        from mailwizard.cli.running import settle

        settle(options, named=bool(options.address or options.list))
    if bool(options.address) is bool(options.list):
        raise UsageError("name either an address, or a list of them with --from FILE.")
    return _many(options) if options.list else _one(options)


def _one(options: argparse.Namespace) -> int:
    """Find the servers of one address."""
    from mailwizard.cli.finding import find
    from mailwizard.cli.running import network, run
    from mailwizard.cli.verdict import search_code

    async def work() -> Found:
        async with network(options) as net:
            third_party = not options.no_third_party
            return await find(
                options.address, net, offline=options.offline, third_party=third_party, limit=options.deadline
            )

    begun = time.monotonic()
    found = run(work())
    if options.json:
        put_json(_answer(found, time.monotonic() - begun))
    else:
        put(*_lines(found))
    if found.ranked:
        return Exit.HOLDS
    say(f"mailwizard: no servers found for {options.address.display}.")
    return search_code(found.clues)


def _many(options: argparse.Namespace) -> int:
    """Find the servers of every address of a list, one line of JSON each, in the order in which they are found."""
    from mailwizard.cli.answers import ErrorAnswer, Mistake
    from mailwizard.cli.many import addresses_in, find_all
    from mailwizard.cli.running import network, run
    from mailwizard.cli.verdict import search_code

    lines = addresses_in(options.list)
    codes: list[int] = []
    for number, wrong in lines:
        if isinstance(wrong, str):
            put_json_line(ErrorAnswer(1, Mistake("usage", f"line {number}: {wrong}")))
            codes.append(Exit.USAGE)

    def answer(found: Found, seconds: float) -> None:
        put_json_line(_answer(found, seconds))
        codes.append(Exit.HOLDS if found.ranked else search_code(found.clues))

    async def work() -> None:
        async with network(options) as net:
            third_party = not options.no_third_party
            ways = {"offline": options.offline, "third_party": third_party}
            await find_all(lines, net, answer, limit=options.deadline, **ways)

    run(work())
    return min((code for code in codes if code is not Exit.HOLDS), default=Exit.HOLDS)


def _answer(found: Found, seconds: float) -> DiscoverAnswer:
    """Return the answer as JSON has it."""
    from mailwizard.cli.answers import DiscoverAnswer, FoundServer, Note, seen

    return DiscoverAnswer(
        1,
        str(found.address),
        found.provider or None,
        tuple(FoundServer.of(candidate) for candidate in found.ranked),
        tuple(FoundServer.of(candidate) for candidate in found.not_offered),
        tuple(Note(note.cause, note.title, note.guide, note.text) for note in found.notes),
        seen(found.clues),
        round(seconds, 4),
    )


def _lines(found: Found) -> list[str]:
    """Return the answer for a person: what to know first, the servers best first, what the sources saw."""
    from mailwizard.cli.telling import evidence_lines, place

    title = f"{found.address.display}: {found.name}" if found.name else found.address.display
    lines = [title, ""]
    for candidate in found.ranked:
        kinds = " or ".join(candidate.auth) or "sign-in unknown"
        lines.append(f"{place(candidate.endpoint)}  {candidate.username}  {kinds}  [{candidate.trust}]")
        lines += labelled("", candidate.why, 2, 0)
    for candidate in found.not_offered:
        lines += [f"{place(candidate.endpoint)}", *labelled("", candidate.why, 2, 0)]
    for note in found.notes:
        lines += [
            *([""] if lines[-1] else []),
            *labelled("", note.title, 0, 0),
            *labelled("", note.text if note.text != note.title else "", 2, 0),
        ]
        if note.guide:
            lines.append(f"  Steps: mailwizard guide {note.guide} --address {shown_word(str(found.address))}")
    alike = _alike(found)
    telling = [clue for clue in found.clues if clue.outcome is not Outcome.SKIP and clue not in alike]
    return [*lines, "", *evidence_lines(telling, found.labels), *_folded(found, alike), *_silent(found)]


def _alike(found: Found) -> list[Evidence]:
    """Return the failures of single ways that are one and the same, where there are several."""
    from mailwizard.discovery import SUMMARY

    failed = [clue for clue in found.clues if clue.outcome is Outcome.FAIL and clue.subject != SUMMARY]
    counted = Counter(clue.code for clue in failed)
    return [clue for clue in failed if counted[clue.code] >= ALIKE]


def _folded(found: Found, alike: list[Evidence]) -> list[str]:
    """Return a sentence for the ways that failed alike."""
    lines: list[str] = []
    for code in dict.fromkeys(clue.code for clue in alike):
        ways = dict.fromkeys(found.labels.get(c.subject, c.subject) for c in alike if c.code == code)
        lines += labelled("", f"{len(ways)} ways failed alike, {code}: {', '.join(ways)}.", 0, 0)
    return lines


def _silent(found: Found) -> list[str]:
    """Return one sentence about the sources that had nothing to say."""
    told = {clue.subject for clue in found.clues if clue.outcome is not Outcome.SKIP}
    silent = dict.fromkeys(found.labels.get(c.subject, c.subject) for c in found.clues if c.subject not in told)
    if not silent:
        return []
    ways = f"{len(silent)} other ways" if len(silent) > 1 else "1 other way"
    return labelled("", f"{ways} found nothing: {', '.join(silent)}.", 0, 0)

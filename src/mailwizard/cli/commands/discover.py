"""``mailwizard discover``: which servers an address has, and who says so."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Exit
from mailwizard.cli.output import labelled, put, put_json, say
from mailwizard.cli.parsing import add_address, add_json, add_network

if TYPE_CHECKING:
    from mailwizard.cli.answers import DiscoverAnswer
    from mailwizard.cli.finding import Found

NAME = "discover"
HELP = "Find the servers of a mail address, and say who names them. No secret is involved."
EXAMPLES = (
    "mailwizard discover alice@example.com",
    "mailwizard discover alice@gmail.com --offline --json",
    "mailwizard discover alice@practice.example --practice all-well",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_address(parser, metavar="ADDRESS", help="the mail address")
    parser.add_argument("--offline", action="store_true", help="ask the provider cards only, no network")
    add_network(parser, 3.0)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Find the servers; 20 where there are none."""
    from mailwizard.cli.finding import find
    from mailwizard.cli.running import network, run

    async def work() -> Found:
        async with network(options) as net:
            return await find(options.address, net, offline=options.offline, limit=options.deadline)

    begun = time.monotonic()
    found = run(work())
    if options.json:
        put_json(_answer(found, time.monotonic() - begun))
    else:
        put(*_lines(found))
    if found.ranked:
        return Exit.HOLDS
    say(f"mailwizard: no servers found for {options.address.display}.")
    return Exit.NOTHING_FOUND


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
    """Return the answer for a person: what to know first, the servers best first, what every source saw."""
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
            "",
            *labelled("", note.title, 0, 0),
            *labelled("", note.text if note.text != note.title else "", 2, 0),
        ]
        if note.guide:
            lines.append(f"  Steps: mailwizard guide {note.guide} --address {found.address}")
    return [*lines, "", *evidence_lines(found.clues, found.labels)]

"""``mailwizard doctor``: what stands in the way on this machine, and what to do about it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Exit, Stopped
from mailwizard.cli.keeping import add_passphrase
from mailwizard.cli.output import labelled, put, put_json, say
from mailwizard.cli.parsing import add_json, add_network

if TYPE_CHECKING:
    from mailwizard.operations.doctor import Finding

NAME = "doctor"
HELP = "Look at secret stores, files, left-overs, terminal, clock and surroundings, and say what to do."
EXAMPLES = ("mailwizard doctor", "mailwizard doctor --json", "mailwizard doctor --network")
DEADLINE = 30.0
_WORDS = {"ok": "ok", "note": "note", "warning": "WARN", "broken": "FAIL"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        *("--network",),
        dest="asks",
        action="store_true",
        help="also look up the saved servers' names; without it nothing is asked",
    )
    add_network(parser, DEADLINE)
    add_passphrase(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print a line for each finding; 30 where something that an account needs is broken."""
    from mailwizard.cli.running import run

    try:
        findings = run(_examined(options))
    except Stopped as stopped:
        raise Stopped(stopped.number, "Nothing was changed.") from None
    broken = [one for one in findings if one.level == "broken"]
    if options.json:
        from mailwizard.cli.secret_answers import DoctorAnswer
        from mailwizard.cli.secret_answers import Finding as Shape

        shapes = tuple(Shape(one.topic, str(one.level), one.what, one.why, one.do) for one in findings)
        put_json(DoctorAnswer(1, not broken, shapes))
    else:
        for topic in dict.fromkeys(one.topic for one in findings):
            put(topic.capitalize())
            put(*(line for one in findings if one.topic == topic for line in _lines(one)))
        say(_summary(findings))
    return Exit.STORAGE if broken else Exit.HOLDS


async def _examined(options: argparse.Namespace) -> tuple[Finding, ...]:
    from mailwizard.operations.doctor import examine

    if not options.asks:
        return await examine(limit=options.deadline or 0)
    from mailwizard.cli.running import network

    async with network(options) as net:
        return await examine(net, options.deadline or 0)


def _lines(one: Finding) -> list[str]:
    """Return a finding as one sentence after the other: what, why it matters, what to do."""
    return labelled(_WORDS[one.level], " ".join(part for part in (one.what, one.why, one.do) if part), 2, 4)


def _summary(findings: tuple[Finding, ...]) -> str:
    """Return what it comes to, in one sentence."""
    counts = {level: sum(one.level == level for one in findings) for level in ("broken", "warning")}
    if not any(counts.values()):
        return "mailwizard: nothing here stands in the way."
    return f"mailwizard: {counts['broken']} broken, {counts['warning']} to look at."

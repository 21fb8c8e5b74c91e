"""``mailwizard check``: does this account really work, and if not, why not?"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from mailwizard.cli.check_options import DEADLINE, STEP_DEADLINE, add_depth, add_subject
from mailwizard.cli.checking_all import add_all, run_all
from mailwizard.cli.endings import Exit, Stopped, UsageError
from mailwizard.cli.output import say
from mailwizard.cli.parsing import add_json, add_network, sentence
from mailwizard.cli.reporting import add_report, refuse_report
from mailwizard.cli.secret import add_secret

if TYPE_CHECKING:
    from mailwizard.cli.checked import Checked
    from mailwizard.cli.one_check import Ended

NAME = "check"
HELP = "Check an account: reach its servers, verify their certificates, sign in, and where asked to send."
EXAMPLES = (
    "mailwizard check --address alice@example.com",
    "mailwizard check alice@example.com --until reach --json",
    "mailwizard check --imap mail.example.com:993/tls --username alice",
    "mailwizard check --graph --from alice@example.com --secret vault:NAME",
    "pass show mail | mailwizard check alice@example.com --password-stdin",
    "mailwizard check --all --until reach",
    "mailwizard check --address alice@practice.example --practice all-well",
    "mailwizard check alice@example.com --report alice.mwz",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_subject(parser)
    add_all(parser)
    _add_depth(parser)
    add_report(parser)
    add_secret(parser)
    add_network(parser, DEADLINE, STEP_DEADLINE)
    add_json(parser)


def _add_depth(parser: argparse.ArgumentParser) -> None:
    """Add how deep to go, and what to show beside it."""
    depth = add_depth(parser)
    depth.add_argument(
        "--transcript", action="store_true", help="show all that was said, without secrets: on stderr, or in the JSON"
    )
    depth.add_argument(
        "--expiring",
        type=sentence(_days),
        metavar="DAYS",
        help="exit with 18 where all holds, but a certificate or the sign-in ends within so many days",
    )
    depth.add_argument("--strict", action="store_true", help="exit with 17 where all holds, but with warnings")


def _days(text: str) -> int:
    """Read a number of days."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 4):
        raise ValueError("a number of days, such as 30")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Check what was asked for and return the lowest exit code among its failures.

    Raises:
        Stopped: after a signal; what was seen by then was printed where JSON was asked for.
    """
    if options.all:
        return run_all(options)
    if options.jobs:
        raise UsageError("--jobs says how many accounts are checked at the same time: it goes with --all.")
    refuse_report(options)
    begun = time.monotonic()
    try:
        return _run(options, begun)
    except Stopped as stopped:
        said = Stopped(stopped.number, stopped.done, answered=options.json)
        if options.json and not stopped.answered:
            from mailwizard.cli.checked import Checked, tell_as_json

            tell_as_json(options, Checked(False, stopped=said.sentence), begun)
        raise said from None


def _run(options: argparse.Namespace, begun: float) -> int:
    """Check what was asked for and return the exit code."""
    from mailwizard.cli.checked import tell, tell_as_json
    from mailwizard.cli.one_check import check_one
    from mailwizard.cli.reporting import save

    def stopped(seen: Ended) -> None:
        if options.json:
            tell_as_json(options, _shown(options, seen), begun)
        if options.report:
            save(options, seen)

    ended = check_one(options, stopped)
    tell(options, ended.subject, _shown(options, ended), begun)
    if not ended.subject.draft.chosen:
        say(f"mailwizard: no servers found for {options.address.display}, so there is nothing to check.")
    unwritten = bool(options.report) and not save(options, ended)
    return ended.code or (Exit.STORAGE if unwritten else Exit.HOLDS)


def _shown(options: argparse.Namespace, ended: Ended) -> Checked:
    """Return what was seen as it is printed: what was said only where that was asked for."""
    return ended.found if options.transcript else replace(ended.found, conversations=())

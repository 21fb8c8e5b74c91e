"""``mailwizard report``: a check in one file, for whoever helps."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mailwizard.cli.check_options import DEADLINE, STEP_DEADLINE, add_depth, add_subject
from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.output import put, put_json, say, talks
from mailwizard.cli.parsing import add_json, add_network, printable, sentence
from mailwizard.cli.reporting import add_manner, keep, made, refuse_place, show
from mailwizard.cli.secret import add_secret

if TYPE_CHECKING:
    from mailwizard.cli.one_check import Ended
    from mailwizard.report import Report

NAME = "report"
HELP = (
    "Check an account and write a report for whoever helps: what was asked, seen and said, on what machine, without "
    "secrets. mailwizard open FILE shows it anywhere."
)
EXAMPLES = (
    "mailwizard report alice@example.com",
    "mailwizard report alice@example.com --pseudonyms -o mine.mwz",
    "mailwizard report alice@example.com --no-check --show",
    "mailwizard report --address alice@practice.example --practice wrong-password",
)
_ENDING = ".mwz"
_CHECKS = {"address": "--address", "imap": "--imap", "pop3": "--pop3", "smtp": "--smtp", "ews": "--ews"}
_CHECKS |= {"graph": "--graph", "practice": "--practice", "reference": "--reference", "insist": "--insist"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_subject(parser)
    group = parser.add_argument_group("the report")
    group.add_argument(
        "-o",
        "--output",
        type=sentence(printable),
        default="",
        metavar="FILE",
        help=f"the file (default: the account's name and {_ENDING})",
    )
    add_manner(group)
    group.add_argument("--show", action="store_true", help="print its whole text instead of writing it")
    group.add_argument("--yes", action="store_true", help="write it without asking")
    depth = add_depth(parser)
    depth.add_argument("--no-check", action="store_true", help="check nothing: tell what is saved of the account")
    add_secret(parser)
    add_network(parser, DEADLINE, STEP_DEADLINE)
    add_json(parser)
    parser.set_defaults(report=_ENDING, transcript=False, strict=False, expiring=None)


def run(options: argparse.Namespace) -> int:
    """Check, show what the report holds, and write it.

    Raises:
        UsageError: where nothing is named, or the report cannot be written there.
        Stopped: after a signal; what was seen by then is written down all the same.
    """
    path = _path(options)
    if not options.show:
        refuse_place(path, force=options.force)
    ended = _as_saved(options) if options.no_check else _checked(options, path)
    _finish(options, path, made(options, ended))
    return Exit.HOLDS


def _path(options: argparse.Namespace) -> Path:
    """Return where the report goes.

    Raises:
        UsageError: where nothing says what to call it.
    """
    if options.no_check and (also := [flag for name, flag in _CHECKS.items() if getattr(options, name)]):
        raise UsageError(f"with --no-check nothing is asked of anybody, so {also[0]} has nothing to do.")
    if options.no_check and not options.account:
        raise UsageError("--no-check tells what is saved of an account: name one.")
    if options.output:
        return Path(options.output)
    servers = (options.imap or options.pop3 or options.smtp, options.ews)
    named = options.account or options.address or next(iter(options.senders), None) or options.username
    named = named or next((one.host for one in servers if one), "") or options.practice or "report"
    return Path(f"{named}{_ENDING}".replace("/", "_"))


def _checked(options: argparse.Namespace, path: Path) -> Ended:
    """Check as ``mailwizard check`` does."""
    from mailwizard.cli.one_check import check_one

    def stopped(seen: Ended) -> None:
        _finish(options, path, made(options, seen), asks=False)

    return check_one(options, stopped)


def _as_saved(options: argparse.Namespace) -> Ended:
    """Return what is saved of an account, as if a check had just seen it.

    Raises:
        UsageError: for a name that cannot be one.
        Failure: ``store.…``.
    """
    from mailwizard.cli.asked import Asked
    from mailwizard.cli.checked import Checked
    from mailwizard.cli.one_check import Ended
    from mailwizard.draft.editing import saved_draft
    from mailwizard.draft.saving import proven_before
    from mailwizard.model import State
    from mailwizard.storage import profiles

    try:
        saved = profiles.load(options.account)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    account, server = saved.account, saved.server
    draft = saved_draft(account, server, account.verified_until or options.until, options.username)
    draft = replace(draft, evidence=proven_before(account), verified_at=account.verified_at)
    found = Checked(account.state is State.VERIFIED, draft.evidence)
    return Ended(Exit.HOLDS, Asked(draft, server.provider), found)


def _finish(options: argparse.Namespace, path: Path, report: Report, *, asks: bool = True) -> None:
    """Show what is in the report, and write it where that is wanted."""
    from mailwizard.report import to_text

    show(report)
    if options.show:
        put(*to_text(report).splitlines())
        return
    wanted = options.yes or options.json or not asks or _wanted(path, report)
    if wanted:
        keep(path, report, force=options.force)
    else:
        say("Nothing was written.")
    if options.json:
        from mailwizard.cli.report_answers import ReportAnswer
        from mailwizard.report import contents

        causes = tuple(one.cause for one in report.diagnoses)
        counts = {one.kind: one.count for one in report.redactions}
        put_json(ReportAnswer(1, str(path), report.ok, causes, contents(report), counts))


def _wanted(path: Path, report: Report) -> bool:
    """Return whether a person at a terminal wants the report to be written; where nobody is there it is wanted."""
    from mailwizard.report import to_text

    if not (talks() and sys.stdin is not None and sys.stdin.isatty()):
        return True
    while True:
        say("", f"Write it to {path}? Enter writes it, s shows all its text first, n leaves it:")
        typed = sys.stdin.readline(20)
        word = typed.strip().lower()
        if not typed or word in {"n", "no"}:
            return False
        if word == "s":
            say(*to_text(report).splitlines())
        elif word in {"", "y", "yes"}:
            return True

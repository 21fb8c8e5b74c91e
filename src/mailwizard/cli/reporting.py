"""A report of a check: shown in short before it is written, and written where nothing else is harmed."""

from __future__ import annotations

import argparse
import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mailwizard.cli.endings import UsageError
from mailwizard.cli.output import labelled, say
from mailwizard.cli.parsing import door, printable, sentence
from mailwizard.model import Failure
from mailwizard.net.clean import shown_word

if TYPE_CHECKING:
    from mailwizard.cli.one_check import Ended
    from mailwizard.model import Account
    from mailwizard.report import Report


def add_report(parser: argparse.ArgumentParser) -> None:
    """Add that a report is to be written beside the answer."""
    group = parser.add_argument_group("a report for whoever helps (mailwizard open FILE shows it anywhere)")
    group.add_argument(
        "--report",
        type=sentence(printable),
        default="",
        metavar="FILE",
        help="write down what was asked, seen and said, without secrets, also where the check fails",
    )
    add_manner(group)


def add_manner(group: argparse._ActionsContainer) -> None:
    """Add how a report is written."""
    group.add_argument(
        "--pseudonyms",
        action="store_true",
        help="give addresses, user names and hosts of your own other names in it; those of known providers stay",
    )
    group.add_argument("--force", action="store_true", help="let it take the place of a file that is there")


def refuse_report(options: argparse.Namespace) -> None:
    """Refuse a report that could not be written, before anything else is done.

    Raises:
        UsageError: with one sentence.
    """
    if not options.report:
        if options.pseudonyms or options.force:
            raise UsageError("--pseudonyms and --force are about a report: add --report FILE.")
        return
    refuse_place(Path(options.report), force=options.force)


def refuse_place(path: Path, *, force: bool) -> None:
    """Refuse a place where no report can be written.

    Raises:
        UsageError: with one sentence.
    """
    if os.path.lexists(path):
        if not force:
            raise UsageError(f"{path} is there already: name another file, or add --force, and it is replaced.")
        if path.is_symlink() or not path.is_file():
            raise UsageError(f"{path} is no plain file, so no report takes its place: name another one.")
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {path.parent} for the report: make it, or name another file.")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise UsageError(f"nothing can be written to the folder {path.parent}: name another file for the report.")


def made(options: argparse.Namespace, ended: Ended) -> Report:
    """Return the report of a check."""
    from mailwizard.report import Run, gather

    subject, found = ended.subject, ended.found
    searched = not subject.draft.chosen
    run = Run(
        ok=found.ok,
        evidence=() if searched else found.evidence,
        diagnoses=found.diagnoses,
        remedies=found.remedies,
        conversations=found.conversations,
        stopped=found.stopped,
        provider=subject.provider,
        account=options.account or "",
        saved=_saved(options.account),
        mechanism=options.mechanism,
        senders=tuple(map(str, options.senders)),
        practice=options.practice or "",
        resolver=options.resolver,
        ca_file=dict(zip(door(options)[::2], door(options)[1::2], strict=True)).get("--ca-file", ""),
    )
    draft = replace(subject.draft, clues=subject.clues)
    return gather(draft, run, secrets=ended.secrets, pseudonyms=options.pseudonyms)


def _saved(name: str | None) -> Account | None:
    """Return an account as it is saved by now; ``None`` where it is not, or cannot be read."""
    from mailwizard.storage import profiles

    with suppress(Failure, ValueError):
        return profiles.load(name).account if name else None
    return None


def save(options: argparse.Namespace, ended: Ended) -> bool:
    """Show what is in the report of a check, write it, and return whether that could be done; else why not is said."""
    report = made(options, ended)
    show(report)
    try:
        keep(Path(options.report), report, force=options.force)
    except UsageError as wrong:
        say(f"mailwizard: {wrong.sentence}")
    except Failure as failure:
        say(f"mailwizard: the report is not written: {failure.detail or failure.code}")
    else:
        return True
    return False


def show(report: Report) -> None:
    """Say what is in a report, before it is written."""
    from mailwizard.report import contents

    rows = contents(report)
    width = max(len(word) for word, _ in rows)
    say("", "The report holds:", *(line for word, text in rows for line in labelled(word, text, 2, width)))


def keep(path: Path, report: Report, *, force: bool) -> None:
    """Write a report and say where it is and how it is read.

    Raises:
        UsageError: where something came into its place meanwhile.
        Failure: ``store.…``.
    """
    from mailwizard.report import write

    try:
        write(path, report, force=force)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    file = shown_word(str(path))
    say(f"Wrote {file}, which only you can read. To see what whoever helps will see: mailwizard open {file}")

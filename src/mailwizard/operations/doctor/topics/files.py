"""Who may read and write our files, whose they are, and what was left lying about."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from mailwizard.model import Failure
from mailwizard.net.clean import shown_word
from mailwizard.operations.doctor.finding import Finding, Level, found
from mailwizard.storage import journal
from mailwizard.storage.places import config_dir, data_dir, places, state_dir

ORDER = 3
_MOST = 5000
"""Files that are looked at in one folder."""


async def look() -> tuple[Finding, ...]:
    """Return what is wrong with files and folders, and what is left over."""
    return await asyncio.to_thread(_look)


def _look() -> tuple[Finding, ...]:
    own = dict.fromkeys((config_dir(), data_dir(), state_dir()))
    findings = [one for folder in own for one in _private(folder)]
    findings += [one for each in places() if not each.private for one in _shared(each.folder)]
    findings += [one for folder in own for one in _left(folder)]
    with suppress(Failure):
        if waiting := journal.sentence():
            findings.append(
                found("files", Level.NOTE, waiting, "", "Check that account again: mailwizard check ACCOUNT.")
            )
    if not findings:
        findings.append(found("files", Level.OK, "Our files are yours and private, and nothing is left over."))
    return tuple(findings)


def _walk(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Return a folder and what is in it, links not followed; what cannot be seen is left out."""
    seen = 0
    with suppress(OSError):
        yield folder, folder.stat()
    for root, folders, names in os.walk(folder):
        for name in (*folders, *names):
            seen += 1
            if seen > _MOST:
                return
            with suppress(OSError):
                path = Path(root) / name
                yield path, path.lstat()


def _private(folder: Path) -> Iterator[Finding]:
    """Return what of the person's own files is not theirs, or not private."""
    for path, state in _walk(folder):
        if state.st_uid != os.geteuid():
            yield found(
                *("files", Level.BROKEN, f"{path} belongs to user number {state.st_uid}, not to you."),
                "mailwizard leaves it alone, so nothing can be saved there.",
                f"sudo chown $USER {shown_word(str(path))}, if it is yours.",
            )
        elif not stat.S_ISLNK(state.st_mode) and stat.S_IMODE(state.st_mode) & 0o077:
            bits = "700" if stat.S_ISDIR(state.st_mode) else "600"
            yield found(
                *("files", Level.WARNING, f"{path} is open to other users (mode {stat.S_IMODE(state.st_mode):03o})."),
                "They can read which accounts you have, and perhaps change where your password is sent.",
                f"chmod {bits} {shown_word(str(path))}",
            )


def _shared(folder: Path) -> Iterator[Finding]:
    """Return what of an administrator's files others than root and its owner may write."""
    for path, state in _walk(folder):
        if not stat.S_ISLNK(state.st_mode) and stat.S_IMODE(state.st_mode) & 0o022:
            yield found(
                *("files", Level.WARNING, f"{path} can be written by others (mode {stat.S_IMODE(state.st_mode):03o})."),
                "They can say for everybody here to which server passwords go.",
                f"chmod go-w {shown_word(str(path))}",
            )


def _left(folder: Path) -> Iterator[Finding]:
    """Return drafts, damaged files that were set aside, and files of writers that died."""
    for path, state in _walk(folder):
        if not stat.S_ISREG(state.st_mode):
            continue
        if ".bad-" in path.name:
            what = f"{path} is a damaged file that was set aside."
            yield found(
                "files", Level.NOTE, what, "What you wrote in it may be missing now.", "Look into it, then delete it."
            )
        elif path.name.startswith(".") and path.name.endswith(".tmp"):
            what = f"{path} is left over from a save that was interrupted."
            yield found("files", Level.NOTE, what, "The save did not happen.", "The next save there removes it.")
        elif path.parent.name == "drafts" and path.suffix == ".json":
            what = f"{path} is an account that was not finished."
            yield found("files", Level.NOTE, what, "", "mailwizard goes on with it, or lets you discard it.")

"""What ``mailwizard watch`` prints: changes as lines, and the units for systemd."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mailwizard.cli.endings import UsageError
from mailwizard.cli.output import put, put_json_line
from mailwizard.cli.parsing import door

if TYPE_CHECKING:
    from mailwizard.operations.watch import Change

_WORDS = {"works": "works", "skipped": "skipped", "unfit": "cannot be checked"}
_MOVED = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "MAILWIZARD_HOST_DIR", "MAILWIZARD_ORGANIZATION")
"""Variables that say where things are kept."""
_HELD = "its sign-in is not tried again until the account or its secret changes, or you check it"


def tell(change: Change, *, json: bool) -> None:
    """Print a change."""
    if not json:
        put(line(change))
        return
    from mailwizard.cli.all_answers import ChangeAnswer

    put_json_line(
        ChangeAnswer(
            *(1, change.time, change.account, change.state, change.before, change.until),  # type: ignore[arg-type]
            *(change.cause, change.title, change.reason, change.held),
        )
    )


def line(change: Change) -> str:
    """Return a change as a line with its time."""
    if not change.account:
        words = {
            "offline": "this machine's own network is down, so nothing is said of any account",
            "online": "this machine's own network is back",
        }
        title = f": {change.title} ({change.cause})" if change.cause else ""
        return f"{change.time}  {words[change.state]}{title}"
    word = _WORDS.get(change.state, "is broken")
    again = " again" if change.state == "works" and change.before == "broken" else ""
    why = change.reason or (f"{change.title} ({change.cause})" if change.title else change.cause)
    held = f"; {_HELD}" if change.held else ""
    return f"{change.time}  {change.account}  {word}{again}{f': {why}' if why else ''}{held}"


def units(options: argparse.Namespace) -> str:
    """Return the units for systemd that watch as the command line says.

    Raises:
        UsageError: for what no unit can hold.
        Failure: ``store.…`` where the accounts cannot be listed.
    """
    import getpass

    from mailwizard.operations.units import Plan, both
    from mailwizard.storage.folders import make_folder
    from mailwizard.storage.listing import load_all
    from mailwizard.storage.places import config_dir, data_dir, state_dir

    program = [_program(), "watch", "--once", "--until", str(options.until), *options.accounts, *door(options)]
    program += ["--json"] if options.json else []
    program += ["--textfile", str(options.textfile)] if options.textfile else []
    make_folder(state_dir())  # a service that protects the home folder cannot
    writes = [config_dir(), data_dir(), state_dir(), *([options.textfile.parent] if options.textfile else [])]
    surroundings = {name: value for name in _MOVED if (value := os.environ.get(name, ""))}
    vault = any(saved.account.secret.startswith("vault:") for saved in load_all().accounts)
    try:
        return both(Plan(program, getpass.getuser(), options.every, writes, surroundings, vault))
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None


def _program() -> str:
    """Return the whole path of this program."""
    beside = Path(sys.executable).with_name("mailwizard")
    return str(beside if beside.exists() else Path(sys.argv[0]).absolute())

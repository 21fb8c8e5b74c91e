"""Whether this terminal can show the wizard."""

from __future__ import annotations

import os
import sys

from mailwizard.cli.endings import UsageError

_INSTEAD = (
    "use the commands: mailwizard discover ADDRESS, mailwizard check --address ADDRESS, mailwizard explain TEXT "
    "(mailwizard --help lists them all)."
)


def need_screen() -> None:
    """Return where the wizard can be drawn and answered.

    Raises:
        UsageError: naming the commands to use.
    """
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError(f"the wizard needs a terminal, and there is none here; {_INSTEAD}")
    if os.environ.get("TERM", "dumb") in {"dumb", "unknown", ""}:
        raise UsageError(f"this terminal (TERM=dumb) cannot show the wizard; {_INSTEAD}")

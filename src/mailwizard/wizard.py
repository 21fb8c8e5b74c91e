"""The wizard, in the face that fits the terminal: the full screen, or questions line by line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailwizard.draft import Draft
    from mailwizard.faces.practising import OpenWorld
    from mailwizard.model import Credential
    from mailwizard.net import Net
    from mailwizard.report import Report
    from mailwizard.signin.oauth.registration import Registration

SMALLEST = (60, 20)
"""Columns and rows below which nothing is drawn."""
SWITCH = "MAILWIZARD_PLAIN"
"""Set to anything, it asks for the plain face, always."""


_SHOW_NOTHING = frozenset({"", "dumb", "unknown", "network", "emacs"})
"""Terminals that move no cursor; the database of terminals may not know them."""


def _obeys(name: str) -> bool:
    """Return whether a terminal moves its cursor by the codes that the full screen sends (ECMA-48, ``CUP``).

    One that the database does not know is taken for one of today's, all of which do.
    """
    try:
        import curses

        curses.setupterm(name, sys.stderr.fileno())
        return (curses.tigetstr("cup") or b"").startswith(b"\x1b[")
    except (ImportError, curses.error):
        return True


def why_plain() -> str:
    """Return why the full screen does not fit here, in a few words; nothing where it does."""
    if os.environ.get(SWITCH):
        return f"{SWITCH} asks for it"
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return "there is no terminal"
    name = os.environ.get("TERM", "")
    if name in _SHOW_NOTHING or not _obeys(name):
        return f"a terminal called {name or 'nothing'} shows no full screen"
    width, height = os.get_terminal_size(sys.stderr.fileno())
    if 0 < width < SMALLEST[0] or 0 < height < SMALLEST[1]:
        return f"the full screen needs {SMALLEST[0]}x{SMALLEST[1]} characters, and this terminal has {width}x{height}"
    return ""


def run_wizard(
    net: Net | None = None,
    *,
    world: OpenWorld | None = None,
    door: Sequence[str] = (),
    draft: Draft | None = None,
    stored: Credential | None = None,
    clients: Iterable[Registration] = (),
    plain: bool = False,
    instead: str = "",
) -> int:
    """Run the wizard on this terminal; ``plain`` asks for questions line by line, which also come by themselves.

    ``door`` is how it was told to reach the network, repeated in what comes next. ``draft`` and ``stored`` are a saved
    account to change, and its secret where that is at hand; ``clients`` are the programs registered for it.
    ``instead`` is a sentence that says what to do where nobody is there to answer; by default it names commands.

    Returns:
        0 saved, 2 answers ended before the questions did, 70 a fault of our own, 130 left before the end, 129 and 143
        after SIGHUP and SIGTERM.
    """
    why = "" if plain else why_plain()
    if plain or why:
        from mailwizard import plain as face

        return face.run(
            net, world=world, door=door, draft=draft, stored=stored, clients=clients, why=why, instead=instead
        )
    from mailwizard.tui import running

    return running.run_wizard(net, world=world, door=door, draft=draft, stored=stored, clients=clients)


def show_report(report: Report) -> int:
    """Show a report on this terminal, read only and with no network, until it is closed; return the exit code."""
    from mailwizard.tui import opening

    return opening.show_report(report)

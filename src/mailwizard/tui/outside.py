"""Text that leaves the screen: to the terminal's clipboard, or printed bare for a moment."""

from __future__ import annotations

import sys

from textual.app import App, SuspendNotSupported

from mailwizard.faces.words import fit

SENT = "Sent to your terminal's clipboard. If it did not arrive (tmux: set-clipboard on), press p."
CANNOT = "This terminal cannot leave the screen. Select the text with the terminal's own means."


def copy(app: App[int], text: str) -> str:
    """Send text to the terminal's clipboard (OSC 52), and return what that is worth."""
    app.copy_to_clipboard(fit(text))
    return SENT


def print_outside(app: App[int], text: str) -> str:
    """Leave the screen until Enter is pressed and print the bare text; return a sentence where that cannot be done."""
    try:
        with app.suspend():
            sys.stdout.write(f"\n{fit(text)}\n\nPress Enter to go back to mailwizard. ")
            sys.stdout.flush()
            sys.stdin.readline()
    except SuspendNotSupported:
        return CANNOT
    return ""

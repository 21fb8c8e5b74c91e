"""The terminal and its language."""

from __future__ import annotations

from mailwizard.machine import terminal
from mailwizard.operations.doctor.finding import Finding, Level, found

ORDER = 6
_SMALL = (60, 20)


async def look() -> tuple[Finding, ...]:
    """Return what the wizard will find."""
    return (*_screen(), *_letters())


def _screen() -> list[Finding]:
    term = terminal.kind()
    if not terminal.is_there():
        return [
            found(
                "terminal",
                Level.NOTE,
                f"There is no terminal on all of input, output and errors (TERM={term or 'unset'}).",
                "The wizard cannot be drawn; all commands work.",
            )
        ]
    if term in {"", "dumb", "unknown"}:
        return [
            found(
                "terminal",
                Level.WARNING,
                f"TERM={term or 'unset'} says that this terminal can show no screen.",
                "The wizard cannot be drawn.",
                "Set TERM, for example TERM=xterm-256color, or use the commands.",
            )
        ]
    columns, lines = terminal.size()
    around = terminal.around()
    what = f"{columns} x {lines} characters, TERM={term}{f', in {around[0]}' if around else ''}."
    if columns < _SMALL[0] or lines < _SMALL[1]:
        return [
            found(
                "terminal",
                Level.WARNING,
                what,
                "The wizard needs 60 x 20.",
                "Make the window larger, or use the commands.",
            )
        ]
    if "tmux" in around[:1] and not term.startswith(("tmux", "screen")):
        return [
            found(
                "terminal",
                Level.NOTE,
                what,
                "tmux expects TERM=tmux-256color or screen-256color inside.",
                'set -g default-terminal "tmux-256color" in ~/.tmux.conf',
            )
        ]
    return [found("terminal", Level.OK, what)]


def _letters() -> list[Finding]:
    encoding, named = terminal.encoding(), terminal.language()
    if encoding.replace("-", "") == "utf8":
        return [found("terminal", Level.OK, f"Letters are written in UTF-8 (locale {named}).")]
    return [
        found(
            "terminal",
            Level.NOTE,
            f"Letters are written in {encoding or 'no encoding'} (locale {named}).",
            "Names with other letters are shown as codes.",
            "Set LC_ALL=C.UTF-8.",
        )
    ]

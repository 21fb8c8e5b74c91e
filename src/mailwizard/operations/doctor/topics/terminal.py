"""The terminal and its language."""

from __future__ import annotations

import locale
import os
import sys

from mailwizard.operations.doctor.finding import Finding, Level, found

ORDER = 6
_SMALL = (60, 20)


async def look() -> tuple[Finding, ...]:
    """Return what the wizard will find."""
    return (*_screen(), *_letters())


def _screen() -> list[Finding]:
    streams = (sys.stdin, sys.stdout, sys.stderr)
    term = os.environ.get("TERM", "")
    if not all(stream is not None and stream.isatty() for stream in streams):
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
    size = os.get_terminal_size(sys.stdout.fileno())
    inside = _inside()
    what = f"{size.columns} x {size.lines} characters, TERM={term}{f', in {inside}' if inside else ''}."
    if (size.columns, size.lines) < _SMALL or size.lines < _SMALL[1]:
        return [
            found(
                "terminal",
                Level.WARNING,
                what,
                "The wizard needs 60 x 20.",
                "Make the window larger, or use the commands.",
            )
        ]
    if inside == "tmux" and not term.startswith(("tmux", "screen")):
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


def _inside() -> str:
    """Return what the terminal is in, or nothing."""
    known = (("tmux", "TMUX"), ("screen", "STY"), ("SSH", "SSH_TTY"))
    return next((name for name, variable in known if os.environ.get(variable)), "")


def _letters() -> list[Finding]:
    encoding = (getattr(sys.stdout, "encoding", "") or "").lower()
    named = locale.setlocale(locale.LC_CTYPE)
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

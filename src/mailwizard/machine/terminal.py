"""The terminal and its language."""

from __future__ import annotations

import locale
import os
import sys
import time
from contextlib import suppress

_AROUND = (
    ("tmux", ("TMUX",)),
    ("screen", ("STY",)),
    ("zellij", ("ZELLIJ",)),
    ("SSH", ("SSH_TTY", "SSH_CONNECTION")),
    ("mosh", ("MOSH_IP",)),
    ("WSL", ("WSL_DISTRO_NAME",)),
    ("container", ("container",)),
)
"""What a terminal may be in, and the variables that say so."""


def is_there() -> bool:
    """Return whether input, output and errors all are a terminal."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def kind() -> str:
    """Return what the terminal is called; empty where nothing says so."""
    return os.environ.get("TERM", "")


def size() -> tuple[int, int]:
    """Return columns and lines; zeros where no stream is a terminal."""
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        with suppress(OSError, ValueError, AttributeError):
            found = os.get_terminal_size(stream.fileno())
            return found.columns, found.lines
    return 0, 0


def around() -> tuple[str, ...]:
    """Return what the terminal is in, innermost first: ``tmux``, ``screen``, ``SSH`` …"""
    return tuple(name for name, variables in _AROUND if any(os.environ.get(one) for one in variables))


def encoding() -> str:
    """Return how letters are written to the terminal, in lower case."""
    return (getattr(sys.stdout, "encoding", "") or "").lower()


def language() -> str:
    """Return the locale for letters."""
    return locale.setlocale(locale.LC_CTYPE)


def time_zone() -> str:
    """Return the time zone's short name, and how far it is from UTC."""
    now = time.localtime()
    return f"{now.tm_zone} {time.strftime('%z', now)}".strip()

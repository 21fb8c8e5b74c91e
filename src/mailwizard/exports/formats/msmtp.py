"""msmtp: one account of its configuration (https://marlam.de/msmtp/msmtp.html)."""

from __future__ import annotations

from mailwizard.exports.setup import Setup, refuse_marks

TITLE = "msmtp"
PATH = "~/.msmtprc"
COMMENT = "#"
_LONGEST = 499
"""Bytes in a line (LINEBUFSIZE in its conf.c)."""


def render(setup: Setup) -> str:
    """Return an account block; its name is the account's."""
    side = setup.sending("msmtp", tokens=True)
    # A colon names the account that is inherited from; the address is a pattern with things to put in (since 1.8.7).
    refuse_marks("msmtp", "the name of an account", setup.name, ":,")
    refuse_marks("msmtp", "an address", str(setup.address), "%*?")
    end = side.endpoint
    lines = [
        f"account {_quoted(setup.name)}",
        f"host {end.host}",
        f"port {end.port}",
        f"tls {'on' if side.implicit or side.starttls else 'off'}",
        f"tls_starttls {'on' if side.starttls else 'off'}",
        f"from {_quoted(str(setup.address))}",
    ]
    if side.signs_in:
        lines += [
            f"auth {'xoauth2' if side.tokens else 'on'}",
            f"user {_quoted(side.username)}",
            f"passwordeval {_quoted(setup.shell(side))}",
        ]
    else:
        lines.append("auth off")
    if any(len(line.encode()) > _LONGEST for line in lines):
        raise ValueError(f"msmtp reads lines of {_LONGEST} bytes at most, and this account needs a longer one.")
    return "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    """Return a value as one word: marks at both ends are taken off as they are, and nothing inside is special."""
    return f'"{value}"' if any(mark in value for mark in " \t\"#'") else value

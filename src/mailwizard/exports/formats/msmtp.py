"""msmtp: one account of its configuration (https://marlam.de/msmtp/msmtp.html)."""

from __future__ import annotations

from mailwizard.exports.setup import Setup

TITLE = "msmtp"
PATH = "~/.msmtprc"
COMMENT = "#"


def render(setup: Setup) -> str:
    """Return an account block; its name is the account's."""
    side = setup.sending("msmtp", tokens=True)
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
    return "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    """Return a value as one word: marks at both ends are taken off as they are, and nothing inside is special."""
    return f'"{value}"' if any(mark in value for mark in " \t\"#'") else value

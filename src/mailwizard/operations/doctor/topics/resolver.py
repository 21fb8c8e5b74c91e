"""How names are resolved here, as the system's files say."""

from __future__ import annotations

import asyncio
from pathlib import Path

from mailwizard.operations.doctor.finding import Finding, Level, found

ORDER = 8
_FILE = Path("/etc/resolv.conf")
_LIMIT = 64 * 1024


async def look() -> tuple[Finding, ...]:
    """Return which servers are asked for names."""
    return (await asyncio.to_thread(_look),)


def _look() -> Finding:
    try:
        with _FILE.open("rb") as file:
            lines = [line.split() for line in file.read(_LIMIT).decode(errors="replace").splitlines()]
    except OSError as error:
        return found(
            *("resolver", Level.WARNING, f"{_FILE} cannot be read: {error.strerror}."),
            "The mail records of a domain cannot be looked up.",
            "Name a server: --resolver IP, or write nameserver IP into that file.",
        )
    named = [line[1] for line in lines if len(line) > 1 and line[0] == "nameserver"]
    if not named:
        return found(
            *("resolver", Level.WARNING, f"{_FILE} names no server."),
            "Only one on this machine itself would be asked.",
            "Name a server: --resolver IP.",
        )
    through = " through systemd-resolved" if "127.0.0.53" in named else ""
    return found("resolver", Level.OK, f"Names are asked of {', '.join(named)}{through}.")

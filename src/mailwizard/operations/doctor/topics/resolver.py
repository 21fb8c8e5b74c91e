"""How names are resolved here, as the system's files say."""

from __future__ import annotations

import asyncio

from mailwizard.machine import network
from mailwizard.operations.doctor.finding import Finding, Level, found

ORDER = 8


async def look() -> tuple[Finding, ...]:
    """Return which servers are asked for names."""
    return (await asyncio.to_thread(_look),)


def _look() -> Finding:
    try:
        named = network.resolvers()
    except OSError as error:
        return found(
            *("resolver", Level.WARNING, f"{network.RESOLVERS} cannot be read: {error.strerror}."),
            "The mail records of a domain cannot be looked up.",
            "Name a server: --resolver IP, or write nameserver IP into that file.",
        )
    if not named:
        return found(
            *("resolver", Level.WARNING, f"{network.RESOLVERS} names no server."),
            "Only one on this machine itself would be asked.",
            "Name a server: --resolver IP.",
        )
    through = " through systemd-resolved" if "127.0.0.53" in named else ""
    return found("resolver", Level.OK, f"Names are asked of {', '.join(named)}{through}.")

"""Find candidates for an address: every source at once, each telling what it does and proposes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from mailwizard.model import Address, Candidate, Evidence, Trust
from mailwizard.net import Net
from mailwizard.witness import Tell, Witness

__all__ = ["LIMIT", "SUMMARY", "Source", "discover", "known_provider"]

LIMIT = 3.0
"""Seconds to an answer, or to an honest "nothing found, and why"."""
SUMMARY = "discovery"
"""The subject of what is true of the search as a whole."""


class Source(Protocol):
    """What a module in ``sources/`` offers."""

    LABEL: str
    NETWORK: bool
    THIRD_PARTY: str
    CEILING: Trust
    AFTER: float

    async def find(self, address: Address, net: Net, witness: Witness) -> list[Candidate]:
        """Return what this source proposes."""


async def discover(
    address: Address,
    net: Net,
    tell: Tell,
    *,
    offline: bool = False,
    third_party: bool = True,
    limit: float = LIMIT,
) -> None:
    """Ask every source at once, and tell evidence and candidates as they come, each candidate once.

    A source that fails has told why and stops no other; one that cannot win any more is stopped. What is true of the
    search as a whole is told at the end, under the subject :data:`SUMMARY`. Cancelling leaves nothing running.
    ``offline`` asks only the sources that need no network, ``third_party=False`` none that tells the domain to
    somebody else. ``limit`` is in seconds and holds for all of them together: nothing goes on in the background.
    """
    from mailwizard.discovery.engine import Engine

    await Engine(address, net, tell, limit).run(offline=offline, third_party=third_party)


def known_provider(clues: Iterable[Evidence]) -> str:
    """Return the id of the provider card that discovery's evidence points to, the domain's own card first."""
    by_source = {clue.subject: clue.fact("provider") for clue in clues if clue.fact("provider")}
    return by_source.get("cards") or next(iter(by_source.values()), "")

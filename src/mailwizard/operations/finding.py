"""Find servers for many addresses; a domain that was asked about is not asked about again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from mailwizard.discovery import discover
from mailwizard.discovery.ranking import best, rank
from mailwizard.draft import Draft
from mailwizard.model import Address, Candidate, Evidence
from mailwizard.net import Net
from mailwizard.operations import composing
from mailwizard.operations.wanted import Wanted


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found for the first address of a domain."""

    address: Address
    incoming: Candidate | None
    outgoing: Candidate | None
    clues: tuple[Evidence, ...]
    """What discovery saw, where it found nothing."""


class Finder:
    """Finds servers, and remembers them by domain for one run."""

    def __init__(self, net: Net) -> None:
        self._net = net
        self._known: dict[str, _Found] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def find(self, wanted: Wanted) -> Draft:
        """Return the draft of an account with the best servers there are; without any it has discovery's clues."""
        address = wanted.address
        async with self._asking.setdefault(address.domain, asyncio.Lock()):
            known = self._known.get(address.domain)
            found = _for_another(known, address) if known else None
            if found is None:
                found = self._known[address.domain] = await self._ask(address)
        return replace(composing.found(wanted, found.incoming, found.outgoing), clues=found.clues)

    async def _ask(self, address: Address) -> _Found:
        candidates: list[Candidate] = []
        clues: list[Evidence] = []

        def keep(fact: Candidate | Evidence) -> None:
            if isinstance(fact, Candidate):
                candidates.append(fact)
            else:
                clues.append(fact)

        await discover(address, self._net, keep)
        ranked = rank(candidates)
        incoming, outgoing = best(ranked, incoming=True), best(ranked, incoming=False)
        return _Found(address, incoming, outgoing, () if incoming or outgoing else tuple(clues))


def _for_another(known: _Found, address: Address) -> _Found | None:
    """Return what was found with the login names of another address of the domain.

    Nothing where a login name does not show how it came from its address: then only asking tells the next one's.
    """
    ends = []
    for end in (known.incoming, known.outgoing):
        username = _login(end.username, known.address, address) if end else ""
        if username is None:
            return None
        ends.append(replace(end, username=username) if end else None)
    return replace(known, address=address, incoming=ends[0], outgoing=ends[1])


def _login(username: str, before: Address, address: Address) -> str | None:
    """Return the login name of an address that is made as another one's; ``None`` where that cannot be seen."""
    made = {"": "", str(before): str(address), before.local: address.local}
    return made.get(username)

"""Discovery for a command: what was found, ranked, with what to know before signing in."""

from __future__ import annotations

from dataclasses import dataclass

from mailwizard import knowledge
from mailwizard.cli.telling import teller
from mailwizard.discovery import LIMIT, SUMMARY, discover, known_provider, sources
from mailwizard.discovery.knowing import Known, known
from mailwizard.discovery.ranking import best, not_offered, rank
from mailwizard.draft.seen import place
from mailwizard.model import Address, Candidate, Evidence
from mailwizard.net import Net
from mailwizard.plugins import plugins


@dataclass(frozen=True, slots=True)
class Found:
    """What discovery found for an address."""

    address: Address
    ranked: tuple[Candidate, ...]
    not_offered: tuple[Candidate, ...]
    clues: tuple[Evidence, ...]
    provider: str
    notes: tuple[Known, ...]

    @property
    def name(self) -> str:
        """Return the provider's name, or nothing."""
        card = knowledge.provider(self.provider)
        return card.name if card else ""

    @property
    def incoming(self) -> Candidate | None:
        """Return the best server to receive with."""
        return best(self.ranked, incoming=True)

    @property
    def outgoing(self) -> Candidate | None:
        """Return the best server to send through."""
        return best(self.ranked, incoming=False)

    @property
    def labels(self) -> dict[str, str]:
        """Return what each source is called, and the search as a whole."""
        return labels()


def labels() -> dict[str, str]:
    """Return what each source is called, and the search as a whole."""
    return {name: str(source.LABEL) for name, source in plugins(sources).items()} | {SUMMARY: "all in all"}


async def find(
    address: Address,
    net: Net,
    *,
    offline: bool = False,
    third_party: bool = True,
    limit: float | None = None,
    watched: bool = True,
) -> Found:
    """Ask every source and rank what they say; told as it comes where a person watches."""
    candidates: list[Candidate] = []
    clues: tuple[Evidence, ...] = ()

    def keep(fact: Candidate | Evidence) -> None:
        nonlocal clues
        if isinstance(fact, Candidate):
            candidates.append(fact)
        else:
            clues = place(clues, fact)

    tell = teller(keep, labels(), skips=False) if watched else keep
    await discover(address, net, tell, offline=offline, third_party=third_party, limit=limit or LIMIT)
    ranked = rank(candidates)
    provider = known_provider(clues) or next((found.provider for found in ranked if found.provider), "")
    notes = known(address, clues, provider, found=bool(ranked))
    return Found(address, ranked, not_offered(candidates), clues, provider, notes)

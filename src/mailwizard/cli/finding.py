"""Discovery for a command: what was found, ranked, with what to know before signing in."""

from __future__ import annotations

from dataclasses import dataclass

from mailwizard import knowledge
from mailwizard.cli.telling import teller
from mailwizard.diagnosis import diagnose
from mailwizard.discovery import LIMIT, discover, known_provider, sources
from mailwizard.discovery.ranking import best, not_offered, rank
from mailwizard.draft import place
from mailwizard.model import Address, Candidate, Evidence
from mailwizard.net import Net
from mailwizard.plugins import plugins


@dataclass(frozen=True, slots=True)
class Known:
    """Something to know before signing in."""

    cause: str
    title: str
    text: str
    guide: str


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
        """Return what each source is called."""
        return {name: str(source.LABEL) for name, source in plugins(sources).items()}


async def find(address: Address, net: Net, *, offline: bool = False, limit: float | None = None) -> Found:
    """Ask every source and rank what they say; told as it comes where a person watches."""
    candidates: list[Candidate] = []
    clues: tuple[Evidence, ...] = ()

    def keep(fact: Candidate | Evidence) -> None:
        nonlocal clues
        if isinstance(fact, Candidate):
            candidates.append(fact)
        else:
            clues = place(clues, fact)

    await discover(address, net, teller(keep), offline=offline, limit=limit or LIMIT)
    ranked = rank(candidates)
    provider = known_provider(clues) or next((found.provider for found in ranked if found.provider), "")
    notes = _notes(address, clues, provider)
    return Found(address, ranked, not_offered(candidates), clues, provider, notes)


def _notes(address: Address, clues: tuple[Evidence, ...], provider: str) -> tuple[Known, ...]:
    """Return what the clues mean and what the provider's card warns of, each cause and guide once."""
    notes = [
        Known(cause.cause, cause.title, cause.why, cause.guide)
        for cause in diagnose(clues, provider=provider, address=address)
    ]
    card = knowledge.provider(provider)
    for caution in card.cautions if card else ():
        guide = f"{provider}.{caution.guide}" if caution.guide else ""
        problem = knowledge.problems().get(caution.cause)
        notes.append(Known(caution.cause, problem.title if problem else caution.text, caution.text, guide))
    return tuple({(note.cause, note.guide): note for note in reversed(notes)}.values())[::-1]

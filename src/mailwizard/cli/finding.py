"""Discovery for a command: what was found, ranked, with what to know before signing in."""

from __future__ import annotations

from dataclasses import dataclass

from mailwizard import knowledge
from mailwizard.cli.telling import teller
from mailwizard.diagnosis import diagnose
from mailwizard.discovery import LIMIT, SUMMARY, discover, known_provider, sources
from mailwizard.discovery.ranking import best, not_offered, rank
from mailwizard.draft import place
from mailwizard.model import Address, Candidate, Evidence, Outcome
from mailwizard.net import Net
from mailwizard.plugins import plugins

_WEB_ONLY = frozenset({"http.redirect-unsafe", "http.redirect-loop", "http.insecure", "http.private-address"})
"""What the domain's web site may do as well, without a word about mail."""


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

    tell = teller(keep) if watched else keep
    await discover(address, net, tell, offline=offline, third_party=third_party, limit=limit or LIMIT)
    ranked = rank(candidates)
    provider = known_provider(clues) or next((found.provider for found in ranked if found.provider), "")
    notes = _notes(address, _worth_telling(clues, bool(ranked)), provider)
    return Found(address, ranked, not_offered(candidates), clues, provider, notes)


def _worth_telling(clues: tuple[Evidence, ...], found: bool) -> tuple[Evidence, ...]:
    """Return the clues that mean something: where servers were found, a web page that leads elsewhere does not."""
    return tuple(clue for clue in clues if not (found and clue.outcome is Outcome.WARN and clue.code in _WEB_ONLY))


def _notes(address: Address, clues: tuple[Evidence, ...], provider: str) -> tuple[Known, ...]:
    """Return what the clues mean and what the cards of the provider, and of a filter before it, warn of.

    Each cause is named once, in the words of a card where one has its own.
    """
    notes = {
        cause.cause: Known(cause.cause, cause.title, _said(cause.why, cause.evidence, clues), cause.guide)
        for cause in diagnose(clues, provider=provider, address=address)
    }
    passed = [value for clue in clues for name, value in clue.facts if name == "gateway"]
    for name in dict.fromkeys((provider, *passed)):
        card = knowledge.provider(name)
        for caution in card.cautions if card else ():
            problem = knowledge.problems().get(caution.cause)
            title = problem.title if problem else caution.text
            known = notes.get(caution.cause)
            guide = f"{name}.{caution.guide}" if caution.guide else known.guide if known else ""
            notes[caution.cause] = Known(caution.cause, title, caution.text, guide)
    return tuple(notes.values())


def _said(why: str, evidence: tuple[int, ...], clues: tuple[Evidence, ...]) -> str:
    """Return why something is so, with what the search as a whole says about it."""
    whole = [clues[at] for at in evidence if clues[at].subject == SUMMARY]
    details = [f"Here: {clue.detail}." for clue in whole if clue.detail]
    meant = [f"Was {clue.fact('likely')} meant?" for clue in whole if clue.fact("likely")]
    return " ".join((why, *details, *meant))

"""Everything that discovery tells, kept for a test."""

from __future__ import annotations

from mailwizard.model import Candidate, Evidence, Outcome


class Heard:
    """Everything that discovery told, in order."""

    def __init__(self) -> None:
        self.facts: list[Candidate | Evidence] = []

    def __call__(self, fact: Candidate | Evidence) -> None:
        self.facts.append(fact)

    @property
    def candidates(self) -> list[Candidate]:
        return [fact for fact in self.facts if isinstance(fact, Candidate)]

    @property
    def evidence(self) -> list[Evidence]:
        return [fact for fact in self.facts if isinstance(fact, Evidence)]

    def of(self, source: str) -> Evidence:
        """Return how a source ended."""
        (end,) = (fact for fact in self.evidence if fact.subject == source and fact.outcome is not Outcome.RUNNING)
        return end

    def all_of(self, source: str) -> list[str]:
        """Return the codes of everything that was told of a subject."""
        return [fact.code for fact in self.evidence if fact.subject == source and fact.outcome is not Outcome.RUNNING]

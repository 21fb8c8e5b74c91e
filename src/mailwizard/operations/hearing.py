"""A draft that learns what a check tells, and says at once where a sign-in was refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mailwizard.draft import Draft
from mailwizard.model import Candidate, Evidence
from mailwizard.operations.politeness import Attempt

Refused = Callable[[Iterable[str]], None]
"""Hears that a sign-in was refused: with which login at which place, as :func:`~.politeness.login_mark` says it."""


class Heard:
    """A draft that learns what is told; ``refused`` hears the places that refuse a secret."""

    def __init__(self, draft: Draft, refused: Refused = lambda places: None) -> None:
        self.draft, self._refused = draft, refused

    def tell(self, fact: Candidate | Evidence) -> None:
        """Take in one fact."""
        if isinstance(fact, Evidence):
            self.draft = self.draft.learn(fact)
            seen = Attempt()
            seen.read(self.draft.chosen, (fact,))
            if seen.refused:
                self._refused(seen.refused)

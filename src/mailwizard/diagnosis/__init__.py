"""Evidence in, diagnoses out: which cause fits what was seen, why it happens, and who mends it how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailwizard.diagnosis.reading import Hints, Reading
from mailwizard.model import Address, Diagnosis, Evidence

__all__ = ["Explanation", "Hints", "Reading", "diagnose", "explain"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What could be read of a pasted text, and what that means."""

    read: Reading
    diagnoses: tuple[Diagnosis, ...]


def diagnose(
    evidence: Sequence[Evidence], *, provider: str = "", address: Address | None = None, today: str = ""
) -> tuple[Diagnosis, ...]:
    """Return what is wrong, what blocks first coming first; nothing where nothing failed.

    ``provider`` is the id of the provider card behind the servers, ``today`` an ISO date for dated advice.
    """
    raise NotImplementedError


def explain(text: str, hints: Hints = Hints(), *, today: str = "") -> Explanation:
    """Return the facts in a pasted error message, log or stack trace, and the causes that fit them best."""
    raise NotImplementedError

"""Keep what a check saw with the account; where that fails it is said, and changes nothing of the answer."""

from __future__ import annotations

from collections.abc import Sequence

from mailwizard.cli.output import say
from mailwizard.model import Diagnosis, Evidence, Failure, Until


def remember(name: str, evidence: Sequence[Evidence], until: Until, diagnoses: Sequence[Diagnosis]) -> None:
    """Keep what a check saw with a saved account."""
    from mailwizard.operations import remembering

    try:
        remembering.remember(name, evidence, until, diagnoses)
    except Failure as failure:
        say(f"mailwizard: what was seen cannot be kept with the account: {failure.detail or failure.code}")

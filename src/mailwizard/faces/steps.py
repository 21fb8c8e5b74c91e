"""What to do, step by step, each with the id under which it is found again."""

from __future__ import annotations

from mailwizard import knowledge
from mailwizard.knowledge.guidance import GuideStep
from mailwizard.model import Address, Diagnosis


def steps_of(diagnosis: Diagnosis, address: Address | None) -> tuple[GuideStep, ...]:
    """Return the guide's steps where there is one, else the fix's; what the guides do not have carries no id."""
    guide = knowledge.guide(diagnosis.guide) if diagnosis.guide else None
    if guide is not None:
        return guide.fill(address).steps
    card = knowledge.problems().get(diagnosis.cause)
    same_everywhere = card is not None and not any(fix.provider for fix in card.fixes)
    return tuple(
        GuideStep(f"{diagnosis.cause}.{number}" if same_everywhere else "", text)
        for number, text in enumerate(diagnosis.fix, start=1)
    )

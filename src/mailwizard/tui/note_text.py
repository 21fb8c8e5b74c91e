"""A note to pass on to whoever can mend something: what is wrong, what to do, and what the server said."""

from __future__ import annotations

from mailwizard.draft import Draft
from mailwizard.knowledge import provider
from mailwizard.knowledge.guidance import Guide
from mailwizard.model import Diagnosis

CODE = "    "


def note_for(draft: Draft, diagnosis: Diagnosis) -> str:
    """Return the note, as plain text that can be mailed."""
    about = draft.address.display if draft.address else "a mail account"
    seen = [draft.evidence[index] for index in diagnosis.evidence if index < len(draft.evidence)]
    lines = [f"Subject: {about}: {diagnosis.title}", "", diagnosis.why, "", "What to do:"]
    lines += _numbered(diagnosis.fix)
    for guide in _others(draft, diagnosis):
        lines += ["", f"{guide.title}:"]
        lines += _numbered(tuple(step.text for step in guide.steps))
    if seen:
        lines += ["", f"Seen at {seen[0].subject}, step {seen[0].step}:", seen[0].detail]
    return "\n".join(lines)


def _others(draft: Draft, diagnosis: Diagnosis) -> list[Guide]:
    """Return the provider's further guides for the same cause, such as the commands for a shell."""
    card = provider(draft.provider) if draft.provider else None
    if card is None:
        return []
    slugs = [slug for cause, slug in card.cures if cause == diagnosis.cause]
    guides = [guide for slug in slugs if (guide := card.guide(slug))]
    return [guide.fill(draft.address) for guide in guides if guide.id != diagnosis.guide][:1]


def _numbered(steps: tuple[str, ...]) -> list[str]:
    """Return numbered steps; their further lines are moved in."""
    lines: list[str] = []
    for number, step in enumerate(steps, 1):
        first, *rest = [line for line in step.split("\n") if line.strip()]
        lines.append(f"{number}. {first}")
        lines += ["   " + line for line in rest]
    return lines

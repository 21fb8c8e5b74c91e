"""Where no mailbox can be looked into, the person says that the message arrived by its mark: pure."""

from __future__ import annotations

from collections.abc import Iterable

from mailwizard.draft import Draft
from mailwizard.model import Evidence, Outcome, Step

ENOUGH = 8
"""Characters of the mark that are proof enough, all of them from its beginning."""


def awaited(evidence: Iterable[Evidence]) -> Evidence | None:
    """Return the evidence of a message that only the person can see arrive; ``None`` where there is none.

    The newest counts; its fact ``token`` is the mark.
    """
    seen = [*evidence]
    sent = next((one for one in reversed(seen) if one.step is Step.DATA and one.fact("token")), None)
    if sent is None or sent.outcome not in {Outcome.OK, Outcome.WARN}:
        return None
    unseen = any(one.code == "delivery.unseen" for one in seen)
    told = any(one.fact("seen-by") == "person" for one in seen)
    return sent if unseen and not told else None


def confirm(draft: Draft, typed: str) -> Evidence:
    """Return the evidence that a person saw the message of the last check; to be learnt by the draft.

    Raises:
        ValueError: with one sentence, where the mark is that of another message, too short, or none is awaited.
    """
    sent = awaited(draft.evidence)
    if sent is None:
        raise ValueError("No test message is waiting to be confirmed.")
    mark = "".join(letter for letter in typed.lower() if letter.isalnum())
    if len(mark) < ENOUGH:
        raise ValueError(f"Type at least the first {ENOUGH} characters of the mark.")
    if not sent.fact("token").startswith(mark):
        raise ValueError(
            "That is the mark of another message, or it was misread; this check's message has another one."
        )
    detail = "the person has seen the message arrive"
    facts = (("seen-by", "person"), ("token", sent.fact("token")))
    subject = draft.sending.endpoint if draft.sending else sent.subject
    return Evidence(str(subject), Step.MAILBOX, Outcome.OK, detail=detail, facts=facts)


def readable(token: str) -> str:
    """Return a mark in groups of four, which are easy to read aloud."""
    return " ".join(token[at : at + 4] for at in range(0, len(token), 4))

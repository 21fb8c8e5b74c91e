"""What had happened when a check was stopped, in a sentence or two."""

from __future__ import annotations

from mailwizard.draft import Draft
from mailwizard.model import Outcome, Step, Until

_ANSWERS = {Outcome.OK: "which took it", Outcome.WARN: "which took it", Outcome.FAIL: "which refused it"}


def what_had_happened(draft: Draft) -> str:
    """Say where the secret had gone, and what became of the message, where one was asked for."""
    return " ".join(["Stopped.", _secret(draft), *_message(draft)])


def _secret(draft: Draft) -> str:
    offered = [seen for seen in draft.evidence if seen.step is Step.SIGN_IN and seen.fact("secret") == "sent"]
    if not offered:
        return "No secret had been sent."
    places = {str(candidate.endpoint): candidate.endpoint.place for candidate in draft.chosen}
    parts = [
        f"{places.get(seen.subject, seen.subject)}, {_ANSWERS.get(seen.outcome, 'which had not answered')}"
        for seen in offered
    ]
    return f"The secret had been sent to {'; and to '.join(parts)}."


def _message(draft: Draft) -> list[str]:
    if not draft.until.includes(Until.DELIVERY):
        return []
    if not any(seen.fact("message") == "sent" for seen in draft.evidence):
        return ["No message had been sent."]
    removed = any(seen.fact("removed") not in {"", "0"} for seen in draft.evidence)
    if removed:
        return ["The message to yourself had been sent, and was removed again."]
    return ["The message to yourself had been sent. It may still be there or come; the next such check removes it."]

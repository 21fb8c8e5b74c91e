"""What a deep check has proven, read from the facts of its evidence and put into words."""

from __future__ import annotations

from mailwizard.checks.confirming import awaited
from mailwizard.checks.standing import Safety
from mailwizard.draft import Draft
from mailwizard.model import Outcome, Step, Until

GOOD = frozenset({Outcome.OK, Outcome.WARN})
SAFE: dict[str, str] = {
    Safety.SAFE: "yes",
    Safety.PROBABLY: "probably",
    Safety.AT_RISK: "not quite, it may land in junk",
    Safety.NOT_SAFE: "no",
    Safety.UNKNOWN: "that could not be found out",
}
Rows = tuple[tuple[str, str], ...]


def proof(draft: Draft) -> Rows:
    """Return what was proven beyond a sign-in: the message's way, the From, and how receivers will see it."""
    rows = exposed(draft)
    if draft.until.includes(Until.DELIVERY):
        rows += _way(draft)
    if draft.until.includes(Until.SENDER):
        rows += _sender(draft)
    return rows


def exposed(draft: Draft) -> Rows:
    """Return the servers to which the secret went unencrypted."""
    places = {str(candidate.endpoint): candidate.endpoint.place for candidate in draft.chosen}
    gone = dict.fromkeys(places.get(seen.subject, "") for seen in draft.evidence if seen.fact("clear-text"))
    return tuple(("!!", f"The secret went unencrypted to {place}, as you consented to.") for place in gone if place)


def _sender(draft: Draft) -> Rows:
    """Return which From the server lets through, whether it is safe to send so, why, and what to publish."""
    named = [seen.fact("from") for seen in draft.evidence if seen.step is Step.RCPT_TO and seen.outcome in GOOD]
    host = draft.sending.endpoint.host if draft.sending else "the server"
    rows = [("From", f"{sender} is let through by {host}.") for sender in dict.fromkeys(named)]
    for seen in draft.evidence:
        if verdict := seen.fact("verdict"):
            rows.append(("Safe", f"to send as {seen.fact('from')}: {SAFE.get(verdict, verdict)}."))
            rows += [("Why", f"{text}.") for text in (seen.fact("why"),) if text]
            rows += [("DNS", f"publish  {text}") for name, text in seen.facts if name == "publish"]
    return tuple(rows)


def _way(draft: Draft) -> Rows:
    """Return how the message came, and that it is gone again."""
    if awaited(draft.evidence):
        return (("Do", "Look into that mailbox, also into Junk, and type the mark that stands in the message."),)
    seen = [one for one in draft.evidence if one.step in {Step.MAILBOX, Step.APPEND} and one.outcome in GOOD]
    came = [one.detail for one in seen if one.fact("wait")]
    came += ["you saw it arrive" for one in seen if one.fact("seen-by")]
    gone = [one.detail for one in seen if one.fact("removed")]
    copies = [one.detail for one in seen if one.step is Step.APPEND]
    rows = [("Came", _sentence("; ".join([*came, *gone])))] if came else []
    rows += [("Sent", _sentence(detail)) for detail in copies]
    return tuple(rows)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."

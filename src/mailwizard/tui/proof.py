"""What a deep check has proven, read from the facts of its evidence and put into words."""

from __future__ import annotations

from mailwizard.checks.confirming import awaited
from mailwizard.draft import Draft
from mailwizard.model import Evidence, Outcome, Step, Until

GOOD = frozenset({Outcome.OK, Outcome.WARN})
RECORDS = {"spf": "SPF", "dkim": "DKIM", "dmarc": "DMARC"}
Rows = tuple[tuple[str, str], ...]


def proof(draft: Draft) -> Rows:
    """Return what was proven beyond a sign-in: the From, the message's way, and how receivers will see it."""
    rows = exposed(draft)
    if draft.until.includes(Until.SENDER):
        rows += _sender(draft)
    if draft.until.includes(Until.DELIVERY):
        rows += _way(draft)
    return rows


def exposed(draft: Draft) -> Rows:
    """Return the servers to which the secret went unencrypted."""
    places = {str(candidate.endpoint): candidate.endpoint.place for candidate in draft.chosen}
    gone = dict.fromkeys(places.get(seen.subject, "") for seen in draft.evidence if seen.fact("clear-text"))
    return tuple(("!!", f"The secret went unencrypted to {place}, as you consented to.") for place in gone if place)


def _sender(draft: Draft) -> Rows:
    """Return whether the server lets the From through, and whether it is safe to send so."""
    named = [seen for seen in draft.evidence if seen.step is Step.RCPT_TO and seen.outcome in GOOD]
    if not named or draft.outgoing is None:
        return ()
    sender = named[0].fact("from")
    let = f"{sender} is let through by {draft.outgoing.endpoint.host}."
    return ("From", let), *_standing(draft)


def _standing(draft: Draft) -> Rows:
    """Return how receivers will see this From: what one of them found before what DNS says."""
    arrived = next((seen for seen in draft.evidence if seen.fact("wait") and seen.outcome in GOOD), None)
    found = [f"{word} {arrived.fact(name)}" for name, word in RECORDS.items() if arrived and arrived.fact(name)]
    records = [seen for seen in draft.evidence if seen.fact("record") in RECORDS]
    if not (found or records):
        return (("Safe", "to send: not known, for nothing could be learnt of SPF, DKIM and DMARC."),)
    doubts = [seen for seen in draft.evidence if _doubted(seen)]
    safe = "not yet, receivers may refuse or doubt it" if doubts else "yes, nothing that was seen speaks against it"
    rows = [("Safe", f"to send: {safe}.")]
    if found:
        rows.append(("Seen", f"{', '.join(found)}, says the server that received it."))
    rows += [("DNS", f"{seen.detail}.") for seen in records if seen not in doubts]
    rows += [("!!", f"{seen.detail}.") for seen in doubts]
    return tuple(rows)


def _doubted(seen: Evidence) -> bool:
    """Return whether this is a warning about how receivers will see the From."""
    about_mail = bool(seen.fact("record")) or (seen.step is Step.MAILBOX and not seen.fact("removed"))
    return seen.outcome is Outcome.WARN and about_mail


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

"""What had left this machine when a check was stopped, in a sentence or two: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mailwizard.model import Evidence, Outcome, Step


def what_was_done(evidence: Sequence[Evidence], names: Mapping[str, str] | None = None) -> str:
    """Return a sentence about what had left this machine when a check was stopped.

    ``names`` are the words for the servers, by subject; without one a server is called as the evidence calls it.
    """
    offered = [seen for seen in evidence if seen.step is Step.SIGN_IN and seen.fact("secret") == "sent"]
    message = _what_of_the_message(evidence)
    if not offered:
        said = "No secret had been offered to any server."
        return f"{said} {message[0].upper()}{message[1:]}" if message else said
    called = names or {}
    parts = [f"{called.get(seen.subject, seen.subject)} ({_taken(seen)})" for seen in offered]
    said = f"The secret had been offered to {', '.join(dict.fromkeys(parts))}; "
    return said + (message or "nothing else was sent.")


def _taken(seen: Evidence) -> str:
    """Return what a server made of the secret that it was offered, as far as it said so."""
    if seen.outcome in {Outcome.OK, Outcome.WARN}:
        return "it was taken"
    if seen.outcome is Outcome.FAIL:
        return "it was refused" if seen.code.startswith(("imap.", "pop3.", "smtp.")) else "no clear answer"
    return "no answer yet"


def _what_of_the_message(evidence: Sequence[Evidence]) -> str:
    """Return what became of the message to oneself, and whether it is still there; nothing where none was sent."""
    sent = [seen for seen in evidence if seen.step is Step.DATA and seen.fact("message") == "sent"]
    if not sent:
        return ""
    if all(seen.outcome is Outcome.FAIL and seen.code.startswith("smtp.") for seen in sent):
        return "a message to yourself was refused, and nothing else was sent."
    gone, left = (sum(int(seen.fact(name) or 0) for seen in evidence) for name in ("removed", "left"))
    if gone and not left:
        return "a message to yourself was sent, and it was removed again."
    watched = any(seen.step is Step.MAILBOX and seen.outcome is not Outcome.SKIP for seen in evidence)
    rest = ": the next such check removes it." if watched else "; nobody but you removes it."
    return f"a message to yourself was sent. It is still there or on its way{rest}"

"""From evidence to an exit code: pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mailwizard.cli.endings import Exit
from mailwizard.discovery import SUMMARY
from mailwizard.model import Evidence, Outcome, Step, Until

_BY_STEP = {
    Step.DISCOVER: Exit.DNS,
    Step.RESOLVE: Exit.DNS,
    Step.CONNECT: Exit.CONNECT,
    Step.ENCRYPT: Exit.TLS,
    Step.GREETING: Exit.PROTOCOL,
    Step.CAPABILITIES: Exit.PROTOCOL,
    Step.SIGN_IN: Exit.SIGN_IN,
    Step.AUTHORIZE: Exit.SIGN_IN,
    Step.DEVICE_CODE: Exit.SIGN_IN,
    Step.TOKEN: Exit.SIGN_IN,
    Step.MAIL_FROM: Exit.SENDER,
    Step.RCPT_TO: Exit.SENDER,
    Step.DATA: Exit.DELIVERY,
    Step.MAILBOX: Exit.DELIVERY,
    Step.APPEND: Exit.DELIVERY,
    Step.STORE: Exit.STORAGE,
}
UNSEEN = "delivery.unseen"
UNASKED = frozenset({"sender.unasked", "ews.no-question"})
"""Codes of web services, which have no question about a From of its own."""
_BY_FAMILY = {"dns": Exit.DNS, "tls": Exit.TLS, "starttls": Exit.TLS, "store": Exit.STORAGE}


def exit_code(evidence: Sequence[Evidence], until: Until, asked: Iterable[str] = (), *, strict: bool = False) -> Exit:
    """Return the exit code of a check: the lowest one among its failures.

    A sign-in kept back because the other server refused the secret has failed as well. One kept back because the
    server takes no such secret is a warning as long as another sign-in was proven. ``asked`` names the subjects that
    had to be checked; one of which nothing is known counts as a warning too.
    """
    failures = [_failure(seen) for seen in evidence if seen.outcome is Outcome.FAIL]
    if any(seen.outcome is Outcome.SKIP and seen.code == "sign-in.refused-before" for seen in evidence):
        failures.append(Exit.SIGN_IN)
    if failures:
        return min(failures)
    if until.includes(Until.SENDER) and not any(_lets_write(seen) for seen in evidence):
        return Exit.SIGN_IN if _kept_back(evidence) else Exit.SENDER
    if until.includes(Until.DELIVERY) and not any(map(_arrived, evidence)):
        return Exit.DELIVERY
    proven = any(seen.step is Step.SIGN_IN and seen.outcome in {Outcome.OK, Outcome.WARN} for seen in evidence)
    kept_back = _kept_back(evidence)
    if until.includes(Until.SIGN_IN) and kept_back and not proven:
        return Exit.SIGN_IN
    silent = set(asked) - {seen.subject for seen in evidence}
    unseen = any(seen.code == UNSEEN for seen in evidence) and not any(map(_confirmed, evidence))
    warned = any(seen.outcome is Outcome.WARN for seen in evidence) or unseen or kept_back or bool(silent)
    return Exit.WARNINGS if strict and warned else Exit.HOLDS


def _lets_write(seen: Evidence) -> bool:
    """Return whether this shows that a From is let through, or that nobody can be asked about it without sending."""
    taken = seen.step is Step.RCPT_TO and seen.outcome in {Outcome.OK, Outcome.WARN}
    return taken or _arrived(seen) or (seen.step is Step.MAIL_FROM and seen.code in UNASKED)


def _arrived(seen: Evidence) -> bool:
    """Return whether this shows that a message to oneself arrived, or leaves it to the person to look."""
    arrived = seen.fact("wait") == "message" and seen.outcome in {Outcome.OK, Outcome.WARN}
    return seen.step is Step.MAILBOX and (arrived or seen.code == UNSEEN)


def _confirmed(seen: Evidence) -> bool:
    """Return whether a person said that the message arrived."""
    return seen.fact("seen-by") == "person"


def _kept_back(evidence: Iterable[Evidence]) -> bool:
    """Return whether a sign-in was skipped."""
    return any(seen.step is Step.SIGN_IN and seen.outcome is Outcome.SKIP for seen in evidence)


def _failure(seen: Evidence) -> Exit:
    """Return the exit code of one failure: its own kind where that is plain, else the step at which it happened."""
    if seen.code == "bug":
        return Exit.BUG
    return _BY_FAMILY.get(seen.code.partition(".")[0], _BY_STEP[seen.step])


def discovery_code(clues: Iterable[Evidence]) -> Exit:
    """Return the exit code where nothing was found to check: DNS where it failed, else that nothing was found."""
    failed = any(seen.outcome is Outcome.FAIL and seen.code.startswith("dns.") for seen in clues)
    return Exit.DNS if failed else Exit.NOTHING_FOUND


_SILENT = frozenset({"dns.timeout", "dns.servfail", "dns.unconfigured"})


def search_code(clues: Iterable[Evidence]) -> Exit:
    """Return the exit code of a search that found nothing: DNS where it did not answer, else an honest nothing."""
    silent = any(seen.subject == SUMMARY and seen.code in _SILENT for seen in clues)
    return Exit.DNS if silent else Exit.NOTHING_FOUND

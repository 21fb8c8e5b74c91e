"""How what was seen becomes part of a draft: pure."""

from __future__ import annotations

from collections.abc import Sequence

from mailwizard.model import Address, Candidate, Evidence, Outcome, Step


def place(evidence: tuple[Evidence, ...], seen: Evidence) -> tuple[Evidence, ...]:
    """Return evidence with one more entry; an entry that was running is replaced by its end, in its place.

    A step may happen twice (capabilities before and after STARTTLS): only a running entry gives up its place.
    """
    for index, earlier in enumerate(evidence):
        if (earlier.subject, earlier.step, earlier.outcome) == (seen.subject, seen.step, Outcome.RUNNING):
            return (*evidence[:index], seen, *evidence[index + 1 :])
    return (*evidence, seen)


def refused_name(chosen: Sequence[Candidate], address: Address | None, seen: Evidence) -> tuple[tuple[str, str], ...]:
    """Return the user name that a refused sign-in shows as not working there, behind its place; else nothing."""
    refused = seen.step is Step.SIGN_IN and seen.outcome is Outcome.FAIL and seen.fact("secret") == "sent"
    return tuple(
        (candidate.endpoint.place, candidate.username or str(address or ""))
        for candidate in chosen
        if refused and seen.subject == str(candidate.endpoint)
    )

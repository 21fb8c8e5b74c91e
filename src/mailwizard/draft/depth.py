"""How deep a draft can be checked, what that costs, and what has to be asked again for it: pure."""

from __future__ import annotations

from dataclasses import replace

from mailwizard.draft import Draft
from mailwizard.model import AuthKind, Evidence, Outcome, Step, Until


def depths(draft: Draft) -> tuple[Until, ...]:
    """Return how deep the chosen servers can be checked: whoever sends needs a server to send through."""
    signing = draft.wants_secret
    return tuple(
        until
        for until in Until
        if (draft.sending is not None or not until.includes(Until.SENDER)) and (signing or until is not Until.SIGN_IN)
    )


def sending_only(draft: Draft, until: Until) -> Draft:
    """Return the draft to check this deep: without an incoming server that is barred, where it is not needed."""
    return replace(draft, incoming=None) if until.includes(Until.SENDER) and draft.barred else draft


def subjects(draft: Draft, until: Until) -> tuple[str, ...]:
    """Return the servers to ask for a check this deep; for the sender that is the outgoing one, once signed in."""
    asked = sending_only(draft, until)
    every = tuple(str(candidate.endpoint) for candidate in asked.chosen)
    if until is Until.SENDER and asked.outgoing and (asked.incoming is None or _took(draft, asked.incoming.endpoint)):
        return (str(asked.outgoing.endpoint),)
    return every


def logins(draft: Draft, until: Until) -> int:
    """Return how many logins a check this deep costs."""
    if not until.includes(Until.SIGN_IN):
        return 0
    asked = set(subjects(draft, until))
    if draft.barred and draft.incoming:
        asked.discard(str(draft.incoming.endpoint))
    return sum(candidate.auth != (AuthKind.NONE,) for candidate in draft.chosen if str(candidate.endpoint) in asked)


def unasked(until: Until) -> Until:
    """Return the deepest check that may begin by itself: nothing deeper than a sign-in."""
    return Until.SIGN_IN if until.includes(Until.SENDER) else until


def settled(draft: Draft, seen: Evidence) -> Draft:
    """Return the draft with what a person saw in the place of the step that was skipped for want of a mailbox."""
    kept = tuple(
        one
        for one in draft.evidence
        if not (one.subject == seen.subject and one.step is seen.step and one.outcome is Outcome.SKIP)
    )
    return replace(draft, evidence=(*kept, seen))


def _took(draft: Draft, endpoint: object) -> bool:
    """Return whether a server took the secret, or wants none."""
    seen = [one for one in draft.evidence if one.subject == str(endpoint)]
    signed_in = any(one.step is Step.SIGN_IN and one.outcome in {Outcome.OK, Outcome.WARN} for one in seen)
    return signed_in or any(str(c.endpoint) == str(endpoint) and c.auth == (AuthKind.NONE,) for c in draft.chosen)

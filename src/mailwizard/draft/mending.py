"""What a draft becomes where a person takes a remedy: pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mailwizard.draft import Draft
from mailwizard.model import Candidate, Evidence, Remedy


def mended(draft: Draft, remedy: Remedy) -> Draft:
    """Return the draft changed as a remedy proposes, what was seen of a changed server forgotten.

    Another user name is for the other server too, where both had the same: one name opens a mailbox.
    """
    replaced = next((one for one in draft.chosen if one.endpoint == remedy.replaces), None)
    if replaced is None:
        return draft
    renames = remedy.candidate.endpoint == remedy.replaces

    def changed(candidate: Candidate | None) -> Candidate | None:
        if candidate is None or candidate == replaced:
            return remedy.candidate if candidate else None
        if renames and candidate.username == replaced.username:
            return replace(candidate, username=remedy.candidate.username)
        return candidate

    incoming, outgoing = changed(draft.incoming), changed(draft.outgoing)
    others = [str(one.endpoint) for one in draft.chosen if one not in (incoming, outgoing)]
    return draft.with_servers(incoming, outgoing).forget_check(others)


def around(draft: Draft, told: Iterable[Candidate | Evidence]) -> Draft:
    """Return the draft with how neighbours answered, in the place of what was known of that."""
    for seen in (fact for fact in told if isinstance(fact, Evidence)):
        kept = tuple(one for one in draft.evidence if (one.subject, one.code) != (seen.subject, seen.code))
        draft = replace(draft, evidence=kept).learn(seen)
    return draft

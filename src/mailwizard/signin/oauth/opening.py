"""Servers that are to be opened with a token."""

from __future__ import annotations

from dataclasses import replace

from mailwizard.draft import Draft
from mailwizard.model import AuthKind, Candidate


def also_with_tokens(draft: Draft) -> Draft:
    """Return the draft whose servers may be signed in to with a token beside what else they take."""

    def taking(candidate: Candidate | None) -> Candidate | None:
        if candidate is None or candidate.auth == (AuthKind.NONE,):
            return candidate
        kinds = (*(candidate.auth or (AuthKind.PASSWORD,)), AuthKind.OAUTH2)
        return replace(candidate, auth=tuple(dict.fromkeys(kinds)))

    return replace(draft, incoming=taking(draft.incoming), outgoing=taking(draft.outgoing))


def with_tokens(draft: Draft) -> Draft:
    """Return the draft whose servers are signed in to with a token, whatever was thought of them before."""

    def taking(candidate: Candidate | None) -> Candidate | None:
        if candidate is None or candidate.auth == (AuthKind.NONE,):
            return candidate
        return replace(candidate, auth=(AuthKind.OAUTH2,))

    return replace(draft, incoming=taking(draft.incoming), outgoing=taking(draft.outgoing))

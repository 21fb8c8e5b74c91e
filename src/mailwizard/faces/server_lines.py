"""Servers as lines to choose from, and what is known of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mailwizard.faces.choice import Choice
from mailwizard.faces.words import SECURITY_WORDS, TRUST_WORDS, place, spoken
from mailwizard.knowledge import provider
from mailwizard.model import Candidate, Protocol

if TYPE_CHECKING:
    from mailwizard.discovery.knowing import Known


SIGN_IN = "Sign-in"


def can_check(candidate: Candidate) -> bool:
    """Return whether this version can check such a server."""
    from mailwizard.checks import served

    return candidate.endpoint.protocol in served()


def line(candidate: Candidate) -> Choice:
    """Return a candidate as a line to choose."""
    endpoint = candidate.endpoint
    if endpoint.protocol.web:
        return Choice(str(endpoint), place(endpoint), spoken(endpoint))
    protocol = "" if endpoint.protocol is Protocol.SMTP else f"{endpoint.protocol.upper()} "
    return Choice(str(endpoint), endpoint.place, f"{protocol}{SECURITY_WORDS[endpoint.security]}")


def facts(candidate: Candidate | None, notes: Iterable[str]) -> list[tuple[str, str]]:
    """Return what is known of a candidate, a word and its text each."""
    if candidate is None:
        return []
    rows = [("Address", candidate.endpoint.url)] if candidate.endpoint.protocol.web else []
    rows += [("Why", candidate.why)] if candidate.why else []
    rows += [
        ("Trust", TRUST_WORDS[candidate.trust]),
        (SIGN_IN, " or ".join(kind.words for kind in candidate.auth) or "not known yet"),
    ]
    return rows + [("Note", note) for note in notes]


def notes(candidate: Candidate | None, told: Sequence[Known], *, more: str = "F6") -> list[str]:
    """Return what is to be known before signing in to a server, the first thing in full.

    ``told`` is what discovery knows of the provider; of a web service only what is about it counts. ``more`` is what
    shows the rest.
    """
    card = provider(candidate.provider) if candidate else None
    cautions = card.cautions if card else ()
    spoken = {candidate.endpoint.protocol} if candidate and candidate.endpoint.protocol.web else set()
    others = {caution.text for caution in cautions if not caution.about(spoken)}
    meant = [note for note in told if note.text not in others]
    if not told:
        return [caution.text for caution in cautions if caution.text not in others][:1]
    rest = f" {more} tells {len(meant) - 1} more." if len(meant) > 1 else ""
    guide = f" (guide {meant[0].guide})" if meant and meant[0].guide else ""
    return [f"{meant[0].text or meant[0].title}{guide}{rest}"] if meant else []

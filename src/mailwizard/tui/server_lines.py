"""Servers as lines to choose from, and what is known of one."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from mailwizard.model import Candidate, Protocol
from mailwizard.tui.shown import SECURITY_WORDS, TRUST_WORDS, place, said, spoken
from mailwizard.tui.widgets.choices import Choice


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


def facts(candidate: Candidate | None, notes: Iterable[str]) -> list[tuple[str, Content | str]]:
    """Return what is known of a candidate, line by line."""
    if candidate is None:
        return []
    rows: list[tuple[str, Content | str]] = []
    if candidate.endpoint.protocol.web:
        rows.append(("Address", candidate.endpoint.url))
    if candidate.why:
        rows.append(("Why", candidate.why))
    kinds = " or ".join(kind.words for kind in candidate.auth) or "not known yet"
    rows.append(("Trust", said(TRUST_WORDS[candidate.trust], ("   Sign-in  ", "bold"), kinds)))
    rows += [("Note", note) for note in notes]
    return rows

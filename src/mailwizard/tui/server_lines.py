"""What is known of a server, drawn in few rows."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from mailwizard.faces import server_lines
from mailwizard.faces.server_lines import SIGN_IN
from mailwizard.model import Candidate
from mailwizard.tui.shown import said


def facts(candidate: Candidate | None, notes: Iterable[str]) -> list[tuple[str, Content | str]]:
    """Return what is known of a candidate, line by line; how one signs in stands behind how far it is trusted."""
    rows: list[tuple[str, Content | str]] = []
    for word, text in server_lines.facts(candidate, notes):
        if word == SIGN_IN:
            before, trust = rows.pop()
            rows.append((before, said(trust, (f"   {word}  ", "bold"), text)))
        else:
            rows.append((word, text))
    return rows

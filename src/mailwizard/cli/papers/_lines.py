"""Lines about a file that somebody sent."""

from __future__ import annotations

from collections.abc import Sequence

from mailwizard.cli.output import labelled
from mailwizard.knowledge.guidance import Guide
from mailwizard.operations.papers import Paper


def made_by(paper: Paper) -> list[tuple[str, str]]:
    """Return who made a file, when, what for, and until when it is good."""
    maker = f"{paper.maker}, as it says" if paper.maker else "somebody who gave no name"
    facts = [("Made by", f"{maker}, on {paper.made}. It is not signed: only the code tells that it is theirs.")]
    facts += [("Note", paper.note)] if paper.note else []
    return [*facts, ("Good until", paper.expires)] if paper.expires else facts


def rows(facts: Sequence[tuple[str, str]]) -> list[str]:
    """Return facts below each other, their words in one column."""
    width = max((len(word) for word, _ in facts), default=0)
    return [line for word, text in facts for line in labelled(word, text, 2, width)]


def guide_lines(guide: Guide) -> list[str]:
    """Return a guide's numbered steps, commands on lines of their own."""
    from mailwizard.cli.telling import code_apart

    found = ["", *labelled("", f"{guide.title} ({guide.id})", 1, 0)]
    found += [line for part in guide.lead.split("\n") for line in labelled("", part, 1, 0)] if guide.lead else []
    for number, step in enumerate(guide.steps, 1):
        found += labelled(f"{number}.", step.text if "\n" in step.text else code_apart(step.text), 3, 3)
    return found

"""Everything that was seen: what discovery asked, and what every step of the checks found."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.content import Content

from mailwizard.draft import Draft
from mailwizard.model import Evidence
from mailwizard.tui.screens.panel import Panel
from mailwizard.tui.shown import OUTCOME_STYLES, OUTCOME_WORDS, said, took
from mailwizard.tui.widgets.plain import Plain


class AllEvidence(Panel):
    """All evidence of a draft, in the order in which it was seen."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("Evidence: all that was seen")
        self.draft = draft

    def page(self) -> ComposeResult:
        """Draw one block for discovery and one a server."""
        if not (self.draft.clues or self.draft.evidence):
            yield Plain("Nothing was looked up or checked so far.", classes="paragraph")
        if self.draft.clues:
            yield Plain(_block("Discovery", self.draft.clues, subjects=True), classes="paragraph")
        for subject in dict.fromkeys(seen.subject for seen in self.draft.evidence):
            entries = [seen for seen in self.draft.evidence if seen.subject == subject]
            yield Plain(_block(subject, entries), classes="paragraph")


def _block(title: str, entries: Iterable[Evidence], *, subjects: bool = False) -> Content:
    """Put one subject's entries below its name."""
    lines = [said((title, "bold"))]
    for seen in entries:
        name = seen.subject if subjects else seen.step.value
        word = (f"  {OUTCOME_WORDS[seen.outcome]:<6}", OUTCOME_STYLES[seen.outcome])
        code = " ".join(part for part in (seen.code, seen.enhanced) if part)
        lines.append(
            said(word, f"{name:<14}{took(seen.seconds):>8}  ", (code, "bold"), "  " if code else "", seen.detail)
        )
        lines += [said(("         " + f"{key}: ", "dim"), (value, "dim")) for key, value in seen.facts]
    return Content("\n").join(lines)

"""Everything that was seen: what is ruled out by it, what every step found, and what discovery asked."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content

from mailwizard.diagnosis import diagnose
from mailwizard.draft import Draft
from mailwizard.faces.ruled_out import grouped
from mailwizard.faces.words import OUTCOME_WORDS, day, took
from mailwizard.model import Evidence, Outcome
from mailwizard.tui.screens.panel import Panel
from mailwizard.tui.shown import OUTCOME_STYLES, cut, said
from mailwizard.tui.widgets.facts import Facts
from mailwizard.tui.widgets.plain import Plain


class AllEvidence(Panel):
    """All evidence of a draft: what it rules out, then the steps, then what discovery asked, what it left out last."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("Evidence: all that was seen")
        self.draft = draft

    def page(self) -> ComposeResult:
        """Draw one block a server and one for discovery."""
        if not (self.draft.clues or self.draft.evidence):
            yield Plain("Nothing was looked up or checked so far.", classes="paragraph")
        evidence = self.draft.evidence
        told = diagnose(evidence, provider=self.draft.provider, address=self.draft.address, today=day().isoformat())
        for heading, sentences in grouped(evidence, told):
            yield Plain((heading, "bold"))
            rows = [(said(f"{number:>4}"), said(sentence)) for number, sentence in enumerate(sentences, start=1)]
            yield Facts(rows, classes="paragraph")
        for subject in dict.fromkeys(seen.subject for seen in self.draft.evidence):
            entries = [seen for seen in self.draft.evidence if seen.subject == subject]
            yield Plain((subject, "bold"))
            yield Facts([row for seen in entries for row in _rows(seen, seen.step.value)], classes="paragraph")
        clues = sorted(self.draft.clues, key=lambda seen: (seen.outcome is Outcome.SKIP, seen.subject))
        if clues:
            yield Plain(("Discovery", "bold"))
            yield Facts([row for seen in clues for row in _rows(seen, seen.subject)], classes="paragraph")


def _rows(seen: Evidence, name: str) -> list[tuple[Content, Content]]:
    """Return one line for a step and one for each fact that it found."""
    word = (f"  {OUTCOME_WORDS[seen.outcome]:<6}", OUTCOME_STYLES[seen.outcome])
    head = said(word, f"{cut(name, 14):<14}{took(seen.seconds):>8}")
    code = " ".join(part for part in (seen.code, seen.enhanced) if part)
    rows = [(head, said((code, "bold"), "  " if code else "", seen.detail))]
    return rows + [(head, said((f"{key}: ", "dim"), (value, "dim"))) for key, value in seen.facts if value]

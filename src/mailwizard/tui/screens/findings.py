"""All that discovery proposes, with who says so, what is not offered, and who was asked."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from mailwizard.discovery.knowing import Known
from mailwizard.faces.findings import findings
from mailwizard.model import Candidate, Evidence
from mailwizard.tui.screens.panel import Panel
from mailwizard.tui.widgets.facts import Facts
from mailwizard.tui.widgets.plain import Plain


class Findings(Panel):
    """Every candidate, best first, the conflicts between them, and what others learned of the search."""

    def __init__(self, candidates: Sequence[Candidate], clues: Sequence[Evidence], notes: Sequence[Known]) -> None:
        super().__init__("All that was found")
        self.candidates, self.clues, self.notes = tuple(candidates), tuple(clues), tuple(notes)

    def page(self) -> ComposeResult:
        """Draw what is to be known first, then the candidates, then who was asked."""
        for heading, rows in findings(self.candidates, self.clues, self.notes):
            if not (rows or heading in {note.title for note in self.notes}):
                yield Plain(heading, classes="paragraph")
                continue
            yield Plain((heading, "bold"))
            yield Facts([(f"  {word}", text) for word, text in rows], classes="paragraph")

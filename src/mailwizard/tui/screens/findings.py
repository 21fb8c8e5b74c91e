"""All that discovery proposes, with who says so, what is not offered, and who was asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.app import ComposeResult

from mailwizard.discovery import SUMMARY, sources
from mailwizard.discovery.knowing import Known
from mailwizard.discovery.ranking import conflicts, not_offered, rank
from mailwizard.faces.words import SECURITY_WORDS, TRUST_WORDS, spoken
from mailwizard.model import Candidate, Evidence
from mailwizard.plugins import plugins
from mailwizard.tui.screens.panel import Panel
from mailwizard.tui.shown import Part
from mailwizard.tui.widgets.facts import Facts
from mailwizard.tui.widgets.plain import Plain

Rows = list[tuple[Part, Part]]


class Findings(Panel):
    """Every candidate, best first, the conflicts between them, and what others learned of the search."""

    def __init__(self, candidates: Sequence[Candidate], clues: Sequence[Evidence], notes: Sequence[Known]) -> None:
        super().__init__("All that was found")
        self.candidates, self.clues, self.notes = tuple(candidates), tuple(clues), tuple(notes)
        self.labels = {name: str(source.LABEL) for name, source in plugins(sources).items()}

    def page(self) -> ComposeResult:
        """Draw what is to be known first, then the candidates, then who was asked."""
        ranked = rank(self.candidates)
        for note in self.notes:
            rows: Rows = [("Why", note.text)] if note.text != note.title else []
            yield from _block(note.title, rows + ([("Steps", f"mailwizard guide {note.guide}")] if note.guide else []))
        rows = [("Conflict", _conflict(one.winner, one.loser)) for one in conflicts(ranked)]
        if rows:
            yield from _block("The sources disagree", rows)
        for place, candidate in enumerate(ranked, 1):
            yield from _block(f"{place}  {_name(candidate)}", self._about(candidate))
        for candidate in not_offered(self.candidates):
            yield from _block(f"Not offered  {_name(candidate)}", [("Why", candidate.why)])
        if not self.candidates:
            yield Plain("No server was found.", classes="paragraph")
        yield from _block("Who was asked besides the domain itself", _third_parties(self.clues))

    def _about(self, candidate: Candidate) -> Rows:
        named = ", ".join(self.labels.get(name, name) for name in (candidate.source, *candidate.also))
        rows: Rows = [("Source", named), ("Trust", TRUST_WORDS[candidate.trust])]
        if candidate.why:
            rows.append(("Why", candidate.why))
        kinds = " or ".join(kind.words for kind in candidate.auth) or "not known yet"
        return [*rows, ("Sign-in", f"{kinds}, as {candidate.username}" if candidate.username else kinds)]


def _block(heading: str, rows: Rows) -> Iterable[Plain | Facts]:
    yield Plain((heading, "bold"))
    yield Facts([(f"  {word}" if isinstance(word, str) else word, text) for word, text in rows], classes="paragraph")


def _name(candidate: Candidate) -> str:
    endpoint = candidate.endpoint
    if endpoint.protocol.web:
        return f"{spoken(endpoint)}  {endpoint.url}"
    return f"{endpoint.protocol.upper()}  {endpoint.place}  {SECURITY_WORDS[endpoint.security]}"


def _conflict(winner: Candidate, loser: Candidate) -> str:
    return (
        f"{loser.source} names {loser.endpoint.place}; {winner.source} names {winner.endpoint.place} and ranks higher."
    )


def _third_parties(clues: Sequence[Evidence]) -> Rows:
    """Return who else was asked, and what each learned."""
    rows: Rows = []
    for clue in clues:
        for host in (value for name, value in clue.facts if name == "asked"):
            learned = [value for name, value in clue.facts if name == "learned"]
            rows.append((host, f"learned {', '.join(learned)}" if learned else "learned nothing of you"))
    searched = any(clue.subject != SUMMARY for clue in clues)
    return rows or [("Nobody", "DNS and the domain's own hosts only." if searched else "Nothing was looked up.")]

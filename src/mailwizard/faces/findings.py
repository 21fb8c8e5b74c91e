"""All that discovery proposes, with who says so, what is not offered, and who was asked; in blocks of facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailwizard.discovery import SUMMARY, sources
from mailwizard.discovery.knowing import Known
from mailwizard.discovery.ranking import conflicts, not_offered, rank
from mailwizard.faces.words import SECURITY_WORDS, TRUST_WORDS, spoken
from mailwizard.model import Candidate, Evidence
from mailwizard.plugins import plugins

Rows = list[tuple[str, str]]
NOTHING = "No server was found."


def findings(
    candidates: Sequence[Candidate], clues: Sequence[Evidence], notes: Sequence[Known]
) -> Iterator[tuple[str, Rows]]:
    """Yield headings with their facts: what to know first, the candidates best first, then who learned of the search.

    A heading without facts is a sentence of its own.
    """
    labels = {name: str(source.LABEL) for name, source in plugins(sources).items()}
    ranked = rank(candidates)
    for note in notes:
        rows: Rows = [("Why", note.text)] if note.text != note.title else []
        yield note.title, rows + ([("Steps", f"mailwizard guide {note.guide}")] if note.guide else [])
    disagreeing = [("Conflict", _conflict(one.winner, one.loser)) for one in conflicts(ranked)]
    if disagreeing:
        yield "The sources disagree", disagreeing
    for place, candidate in enumerate(ranked, 1):
        yield f"{place}  {_name(candidate)}", _about(candidate, labels)
    for candidate in not_offered(candidates):
        yield f"Not offered  {_name(candidate)}", [("Why", candidate.why)]
    if not candidates:
        yield NOTHING, []
    yield "Who was asked besides the domain itself", _third_parties(clues)


def _about(candidate: Candidate, labels: dict[str, str]) -> Rows:
    named = ", ".join(labels.get(name, name) for name in (candidate.source, *candidate.also))
    rows: Rows = [("Source", named), ("Trust", TRUST_WORDS[candidate.trust])]
    if candidate.why:
        rows.append(("Why", candidate.why))
    kinds = " or ".join(kind.words for kind in candidate.auth) or "not known yet"
    return [*rows, ("Sign-in", f"{kinds}, as {candidate.username}" if candidate.username else kinds)]


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

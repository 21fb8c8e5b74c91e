"""What both faces show in panels, said in lines: guides, steps, verdicts, facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mailwizard.faces.verdict import Verdict
from mailwizard.knowledge.guidance import Guide
from mailwizard.plain.talk import Talk

CODE = "    "


def guide(talk: Talk, found: Guide) -> None:
    """Say a guide: its title and id, what to know first, and its steps with their ids."""
    talk.say("", f"{found.title} ({found.id})", *filter(None, (found.lead,)))
    steps(talk, [(step.id, step.text) for step in found.steps])


def steps(talk: Talk, every: Iterable[tuple[str, str]]) -> None:
    """Say steps, each an id that may be empty and its text; a command in it is a line that is never broken."""
    for number, (name, text) in enumerate(every, 1):
        first, *rest = [line for line in text.split("\n") if line.strip()] or [""]
        talk.say(f"{number}. {first.strip()}" + (f" ({name})" if name else ""))
        for line in rest:
            if line.startswith(CODE):
                talk.whole(line)
            else:
                talk.say(f"   {line.strip()}")


def verdict(talk: Talk, said: Verdict, names: Sequence[str] = ()) -> None:
    """Say a verdict: what happened, why, who mends it how, and the server's own words; ``names`` are steps' ids."""
    talk.say("", said.title)
    talk.rows(said.rows)
    if said.fix:
        talk.say("What to do:")
        ids = (*names, *[""] * len(said.fix))
        steps(talk, zip(ids, said.fix, strict=False))
    talk.rows(said.after)
    talk.rows([("Guide", said.guide)] if said.guide else [])
    talk.rows([("Said", said.said)] if said.said else [])

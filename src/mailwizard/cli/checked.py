"""What a check came to, as text or as JSON."""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwizard.cli.output import labelled, put, put_json, say, shows, talks
from mailwizard.model import Diagnosis, Evidence, Outcome, Remedy

if TYPE_CHECKING:
    from mailwizard.checks.transcript import Conversation
    from mailwizard.cli.asked import Asked
    from mailwizard.draft import Draft


@dataclass(frozen=True, slots=True)
class Checked:
    """What was seen, what that means, and what would work instead."""

    ok: bool
    evidence: tuple[Evidence, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    conversations: tuple[Conversation, ...] = ()
    stopped: str = ""
    """What had happened by the time a signal ended it; empty where it came to its end."""


def tell(options: argparse.Namespace, subject: Asked, checked: Checked, begun: float) -> None:
    """Print the answer; ``begun`` is when the command began, on the monotonic clock."""
    if options.json:
        tell_as_json(options, checked, begun)
        return
    from mailwizard.checks.transcript import shown

    say(*shown(checked.conversations))
    put(*told(subject.draft, checked, steps=not (talks() and shows())))


def told(draft: Draft, checked: Checked, *, steps: bool) -> list[str]:
    """Return a check as lines; its ``steps`` are left out where they were told as they happened."""
    from mailwizard.cli.sending_as import sending_lines
    from mailwizard.cli.telling import diagnoses_lines, evidence_lines, place, remedy_lines

    evidence, address = checked.evidence, str(draft.address or "")
    lines = [*_headline(checked), ""]
    lines += sending_lines(evidence)
    lines += diagnoses_lines(checked.diagnoses, evidence, address)
    lines += [*remedy_lines(checked.remedies), ""] if checked.remedies else []
    lines += _ruled_out(checked)
    if not draft.chosen:
        from mailwizard.cli.finding import labels

        lines += evidence_lines([seen for seen in evidence if seen.outcome is not Outcome.SKIP], labels())
    elif steps:
        said = [seen for seen in evidence if not seen.fact("verdict")]
        lines += evidence_lines(said, {str(c.endpoint): place(c.endpoint) for c in draft.chosen} | _issuers())
    return lines


def _headline(checked: Checked) -> list[str]:
    """Return in a sentence what the check came to; a message that nobody saw arrive is no success yet."""
    from mailwizard.checks.confirming import awaited, readable

    if not checked.ok:
        return ["Not all that was asked for holds."]
    sent = awaited(checked.evidence)
    if sent is None:
        return ["All that was asked for holds."]
    mark = readable(sent.fact("token")[:8])
    return [
        "The server took the message; that it arrived was not seen.",
        *labelled("", f"It stays where it arrives until you delete it; its mark begins with {mark}.", 0, 0),
    ]


def _ruled_out(checked: Checked) -> list[str]:
    """Return in short what is ruled out and what is open, with an empty line behind it; nothing where all holds."""
    if checked.ok:
        return []
    from mailwizard.faces.ruled_out import short

    rows = short(checked.evidence, checked.diagnoses)
    lines = [line for heading, text in rows for line in labelled(heading, text, 0, 10)]
    return [*lines, ""] if lines else []


def _issuers() -> dict[str, str]:
    """Return what whoever signs people in is called, by the subjects of their steps."""
    from mailwizard import knowledge

    return {f"issuer:{name}": card.name for name, card in knowledge.issuers().items()}


def tell_as_json(options: argparse.Namespace, checked: Checked, begun: float) -> None:
    """Print the answer as JSON."""
    from mailwizard.cli.answers import CheckAnswer, RuledOut, causes, changes, seen, spoken
    from mailwizard.diagnosis.ruled_out import ruled_out

    points = tuple(map(RuledOut.of, ruled_out(checked.evidence, checked.diagnoses)))
    seconds = round(time.monotonic() - begun, 4)
    parts = (seen(checked.evidence), causes(checked.diagnoses), changes(checked.remedies))
    said = spoken(checked.conversations)
    put_json(CheckAnswer(1, checked.ok, str(options.until), *parts, seconds, said, checked.stopped, points))

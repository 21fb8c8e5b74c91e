"""A note to pass on to whoever can mend something: what is wanted, what is in the way, what to do, what to answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from mailwizard.draft import Draft
from mailwizard.faces.moves import guides_for
from mailwizard.faces.words import STEP_WORDS
from mailwizard.knowledge.guidance import Guide
from mailwizard.model import Candidate, Diagnosis, Evidence, Outcome

if TYPE_CHECKING:
    from mailwizard.operations.request import Request

CODE = "    "
QUOTED = 12
"""Lines of an error message that a note repeats, the last ones."""
_WHOSE = {
    "admin": ("Admin: ", "What an administrator can do:"),
    "provider": ("Provider: ", "What the provider can do:"),
    "network": ("Network admin: ", "What the administrator of the network can do:"),
    "recipient": ("Recipient: ", "What the recipient's side can do:"),
}
"""How a step that is somebody's begins, and what stands above such steps."""


def note_for(draft: Draft, diagnosis: Diagnosis, message: str = "") -> str:
    """Return the note, as plain text that can be mailed; it holds no secret.

    ``message`` is the error message, where it was pasted and nothing was checked.
    """
    about = draft.address.display if draft.address else "a mail account"
    seen = [draft.evidence[index] for index in diagnosis.evidence if index < len(draft.evidence)]
    lines = [f"Subject: {about}: {diagnosis.title}", "", *_wanted(draft, about, seen), diagnosis.why, ""]
    guides = _guides(draft, diagnosis)
    lines += _consent(diagnosis, seen)
    lines += _steps(guides[0], guides[1:]) if guides else _fix(diagnosis)
    records = [value for one in seen for name, value in one.facts if name == "publish"]
    if records:
        lines += ["", "To publish in DNS:", "", *(CODE + record for record in dict.fromkeys(records))]
    lines += ["", "Please answer that it is done and since when, or what is to be used instead."]
    if seen:
        step = STEP_WORDS.get(seen[0].step, seen[0].step.value)
        heading = "What was found" if seen[0].fact("record") else f"What {_place(draft, seen[0])} said"
        lines += ["", f"{heading} at the step {step}:", "", CODE + seen[0].detail]
    if message:
        lines += ["", "The error message:", "", *(CODE + line for line in message.strip().split("\n")[-QUOTED:])]
    return "\n".join(lines)


def request_for(draft: Draft, diagnoses: Sequence[Diagnosis]) -> Callable[[], Request] | None:
    """Return what makes the request file for all that an administrator can mend; nothing where that is nothing."""
    from mailwizard.operations.prefilled import user_name
    from mailwizard.operations.request import make

    theirs = [one for one in diagnoses if "admin" in one.who]
    if draft.address is None or not theirs:
        return None
    return partial(make, draft.address, draft.provider, theirs, draft.evidence, maker=user_name())


def _consent(diagnosis: Diagnosis, seen: list[Evidence]) -> list[str]:
    """Return the page on which an administrator allows the program, where it has to be allowed."""
    links = dict.fromkeys(value for one in seen for name, value in one.facts if name == "consent-link")
    if "admin" not in diagnosis.who or not links:
        return []
    lead = "In short: open this page as an administrator and press Accept. That the page after it cannot be shown is "
    return [f"{lead}no error.", "", *(CODE + link for link in links), "", "Or by hand:", ""]


def _wanted(draft: Draft, about: str, seen: list[Evidence]) -> list[str]:
    """Return what the person wants to do, where a server stands in the way of it."""
    candidate = _candidate(draft, seen[0]) if seen else None
    if candidate is None:
        return [f"A mail program is to sign in as {about}, and may not."] if _at_issuer(seen) else []
    place = candidate.endpoint.place
    if candidate.endpoint.protocol.web:
        return [f"A mail program is to use the mailbox of {about} at {candidate.endpoint.url}, and cannot."]
    if candidate.endpoint.protocol.incoming:
        return [f"A mail program is to read the mail of {about} at {place}, and cannot."]
    if seen[0].outcome is Outcome.WARN:
        return [f"A mail program sends as {about} through {place}. It works, but receivers may doubt or refuse it."]
    return [f"A mail program is to send as {about} through {place}, and cannot."]


def _candidate(draft: Draft, seen: Evidence) -> Candidate | None:
    return next((one for one in draft.chosen if str(one.endpoint) == seen.subject), None)


def _at_issuer(seen: list[Evidence]) -> bool:
    return any(one.subject.startswith("issuer:") for one in seen)


def _place(draft: Draft, seen: Evidence) -> str:
    candidate = _candidate(draft, seen)
    if candidate is None and _at_issuer([seen]):
        return "the sign-in service"
    return candidate.endpoint.place if candidate else seen.subject


def _guides(draft: Draft, diagnosis: Diagnosis) -> list[Guide]:
    """Return the provider's guides for the cause that an administrator follows, at most two: clicks and commands."""
    guides = [guide for guide in guides_for(diagnosis) if guide.who == "admin"]
    return [guide.fill(draft.address) for guide in guides[:2]]


def _steps(first: Guide, others: list[Guide]) -> list[str]:
    """Return the clicks in order, and of a further guide the commands."""
    lines = [f"{first.title}:", "", *_numbered(tuple(step.text for step in first.steps))]
    for guide in others:
        commands = [step.text for step in guide.steps if any(line.startswith(CODE) for line in step.text.split("\n"))]
        if commands:
            lines += ["", f"{guide.title}:", "", *_numbered(tuple(commands))]
    return lines


def _fix(diagnosis: Diagnosis) -> list[str]:
    """Return the steps of whoever is not the person; all steps where nobody else has any."""
    for who in diagnosis.who:
        mark, heading = _WHOSE.get(who, ("", ""))
        theirs = tuple(step.removeprefix(mark) for step in diagnosis.fix if mark and step.startswith(mark))
        if theirs:
            return [heading, "", *_numbered(theirs)]
    return ["What to do:", "", *_numbered(diagnosis.fix)]


def _numbered(steps: tuple[str, ...]) -> list[str]:
    """Return numbered steps; a command stands on a line of its own."""
    lines: list[str] = []
    for number, step in enumerate(steps, 1):
        first, *rest = [line for line in step.split("\n") if line.strip()]
        lines.append(f"{number}. {first}")
        commands = [line for line in rest if line.startswith(CODE)]
        lines += ["   " + line for line in rest if not line.startswith(CODE)]
        if commands:
            lines += ["", *("   " + line for line in commands), ""]
    return lines[:-1] if lines and not lines[-1] else lines

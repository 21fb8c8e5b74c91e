"""What is said after a check, and while it runs."""

from __future__ import annotations

from dataclasses import dataclass

from mailwizard.checks import Limits
from mailwizard.checks.confirming import awaited
from mailwizard.diagnosis.doubt import is_known
from mailwizard.draft import Draft
from mailwizard.faces.proof import exposed, proof
from mailwizard.knowledge.parties import who
from mailwizard.model import Confidence, Diagnosis, Evidence, Outcome, State, Until

SURE = {
    Confidence.CERTAIN: "",
    Confidence.LIKELY: "Most likely: ",
    Confidence.POSSIBLE: "Possibly: ",
}
GOOD, BAD, DOUBTFUL = "bold $success", "bold $error", "bold $warning"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said after a check."""

    title: str
    style: str
    rows: tuple[tuple[str, str], ...] = ()
    """A word and its text."""
    fix: tuple[str, ...] = ()
    guide: str = ""
    """The id of the provider's guide for it."""
    said: str = ""
    """The server's own words."""
    after: tuple[tuple[str, str], ...] = ()
    """What is told after the steps: a word and its text."""


def verdict_of(diagnosis: Diagnosis, evidence: tuple[Evidence, ...], more: int) -> Verdict:
    """Say a diagnosis; ``more`` is how many further ones there are."""
    seen = [evidence[index] for index in diagnosis.evidence if index < len(evidence)]
    why, _, more_to_know = diagnosis.why.partition("\n\n")
    rows = [("Why", why), ("Who", who(diagnosis.who))]
    title = (
        (SURE[diagnosis.confidence] if is_known((diagnosis,)) else "")
        + diagnosis.title
        + (f"   (1 of {more + 1})" if more else "")
    )
    unsure = diagnosis.confidence is not Confidence.CERTAIN and bool(diagnosis.sure)
    after = [("Sure", diagnosis.sure)] if unsure else []
    after += [("Also", more_to_know)] if more_to_know else []
    said = seen[0].detail if seen else ""
    return Verdict(title, BAD, tuple(rows), diagnosis.fix, diagnosis.guide, said, tuple(after))


def running(limits: Limits, until: Until) -> Verdict:
    """Return what is said while the check runs."""
    text = f"Checking: a step may take {limits.step:g} s, all of it {limits.check:g} s. Ctrl+C stops it."
    if until.includes(Until.DELIVERY):
        text += " One message to yourself is sent, waited for and removed."
    return Verdict(text, "dim")


def passed(draft: Draft, notes: tuple[Diagnosis, ...], place: int = 0) -> Verdict:
    """Return what is said when nothing failed: what is proven, and what is not.

    Of the ``notes`` a deep check tells the steps of the one at ``place``.
    """
    failed = next((seen for seen in draft.evidence if seen.outcome is Outcome.FAIL), None)
    if failed:
        return Verdict("It does not work yet.", BAD, _named(notes), said=failed.detail)
    if awaited(draft.evidence):
        return Verdict("The server took the message. Did it arrive?", DOUBTFUL, proof(draft) + _named(notes))
    if draft.state is not State.VERIFIED:
        return Verdict("Not everything could be checked.", DOUBTFUL, proof(draft) + _named(notes))
    doubted = exposed(draft) or any(seen.fact("verdict") and seen.outcome is Outcome.WARN for seen in draft.evidence)
    title, style = _title(draft), DOUBTFUL if doubted else GOOD
    if not (draft.until.includes(Until.SENDER) and notes):
        return Verdict(title, style, proof(draft) + _named(notes))
    note = notes[place]
    rows = (*proof(draft), ("Note", note.title), ("Who", who(note.who)))
    return Verdict(title, style, rows, note.fix, note.guide)


def _named(notes: tuple[Diagnosis, ...]) -> tuple[tuple[str, str], ...]:
    """Return what is to be known besides, in a line each, and the guides for it."""
    rows = [("Note", note.title) for note in notes]
    return (*rows, *(("Guide", note.guide) for note in notes if note.guide))


def _title(draft: Draft) -> str:
    """Return what works."""
    if draft.wants_secret and not draft.until.includes(Until.SIGN_IN):
        every = "Both servers answer and prove" if len(draft.proven) > 1 else "The server answers and proves"
        return f"{every} by certificate who is there. Nobody has signed in yet."
    if draft.send_only:
        return "Sending works. Receiving is left out, so the account is saved to send only."
    ways = [("Receiving", draft.incoming), ("Sending", draft.sending)]
    words = " and ".join(word for word, candidate in ways if candidate in draft.proven)
    verb = "work" if " and " in words else "works"
    if draft.until.includes(Until.DELIVERY):
        return f"{words.capitalize()} {verb}: a message to yourself went out and came in."
    return f"{words.capitalize()} {verb}."

"""What is said after a check, and while it runs."""

from __future__ import annotations

from dataclasses import dataclass

from mailwizard.checks import Limits
from mailwizard.draft import Draft
from mailwizard.knowledge.parties import who
from mailwizard.model import Confidence, Diagnosis, Evidence, Outcome, State

SURE = {
    Confidence.CERTAIN: "",
    Confidence.LIKELY: "Most likely: ",
    Confidence.POSSIBLE: "Possibly: ",
}


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


def verdict_of(diagnosis: Diagnosis, evidence: tuple[Evidence, ...], more: int) -> Verdict:
    """Say a diagnosis; ``more`` is how many further ones there are."""
    seen = [evidence[index] for index in diagnosis.evidence if index < len(evidence)]
    rows = [("Why", diagnosis.why), ("Who", who(diagnosis.who))]
    title = SURE[diagnosis.confidence] + diagnosis.title + (f"   (1 of {more + 1})" if more else "")
    return Verdict(title, "bold $error", tuple(rows), diagnosis.fix, diagnosis.guide, seen[0].detail if seen else "")


def running(limits: Limits) -> Verdict:
    """Return what is said while the check runs."""
    return Verdict(
        f"Checking: a step may take {limits.step:g} s, all of it {limits.check:g} s. Ctrl+C stops it.", "dim"
    )


def passed(draft: Draft, notes: tuple[Diagnosis, ...]) -> Verdict:
    """Return what is said when nothing failed: what is proven, and what is not."""
    rows = tuple(("Note", note.title) for note in notes)
    rows += tuple(("Guide", note.guide) for note in notes if note.guide)
    failed = next((seen for seen in draft.evidence if seen.outcome is Outcome.FAIL), None)
    if failed:
        return Verdict("It does not work yet.", "bold $error", rows, said=failed.detail)
    if draft.state is not State.VERIFIED:
        return Verdict("Not everything could be checked.", "bold $warning", rows)
    if draft.send_only:
        return Verdict(
            "Sending works. Receiving is left out, so the account is saved to send only.", "bold $success", rows
        )
    ways = [("Receiving", draft.incoming), ("Sending", draft.outgoing)]
    words = " and ".join(word for word, candidate in ways if candidate in draft.proven)
    verb = "work" if len(draft.proven) > 1 else "works"
    return Verdict(f"{words.capitalize()} {verb}.", "bold $success", rows)

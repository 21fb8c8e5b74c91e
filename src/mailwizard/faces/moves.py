"""What can be done after a check, as moves in the order of their use."""

from __future__ import annotations

from collections.abc import Sequence

from mailwizard.checks.confirming import awaited
from mailwizard.checks.reference import REFERENCE_SENTENCE
from mailwizard.draft import Draft
from mailwizard.faces.choice import Move
from mailwizard.knowledge import provider
from mailwizard.knowledge.guidance import Guide
from mailwizard.model import AuthKind, Diagnosis, Remedy, Until
from mailwizard.net.names import same_registered_domain


def after_success(
    draft: Draft, remedies: Sequence[Remedy], switches: Sequence[Move], warned: Diagnosis | None, *, several: bool
) -> list[Move]:
    """Return what can be done where all is proven that was asked for; ``warned`` is what a deep check warns of."""
    reached = draft.wants_secret and not draft.until.includes(Until.SIGN_IN)
    first = [Move("Sign in", id="secret")] if reached else []
    actions = [*first, Move("Continue", id="continue"), _deeper(), *_remedies(remedies), *switches]
    if warned:
        actions += about(warned)
        actions += [Move("Next note", "F6", id="other")] if several else []
    return [*actions, Move("Check again", "F5", id="again"), _report(), _back()]


def after_failure(
    draft: Draft,
    diagnosis: Diagnosis | None,
    remedies: Sequence[Remedy],
    switches: Sequence[Move],
    *,
    several: bool,
    blamed: bool,
    exposed: bool = False,
) -> list[Move]:
    """Return what can be done where something is not proven.

    ``blamed`` puts editing the secret first; ``exposed`` says that it was kept back on a line in clear.
    """
    label = "Sign in anew" if draft.auth is AuthKind.OAUTH2 else "Edit secret"
    secret = [Move(label, id="secret")] if draft.wants_secret else []
    offers = _remedies(remedies)
    near = [offer for offer, remedy in zip(offers, remedies, strict=True) if not (moves_away(remedy) or remedy.costs)]
    far = [offer for offer in offers if offer not in near]
    again = Move("Try again", "F5", id="again")
    looked = [Move("It arrived", id="confirm")] if awaited(draft.evidence) else []
    actions = [*looked, *(secret if blamed else ()), *near, *switches, again, *far]
    if diagnosis:
        actions += about(diagnosis)
        if several:
            actions.append(Move("Next problem", "F6", id="other"))
    if REFERENCE_SENTENCE(draft) and not any(seen.fact("reference") for seen in draft.evidence):
        actions.append(Move("Compare with a known server", id="compare"))
    if draft.withheld:
        actions.append(Move("Try the other too (one more login)", id="insist"))
    if exposed:
        actions.append(Move("Send it unencrypted", id="clear"))
    actions += [Move("Edit servers", id="servers"), *(() if blamed else secret), _deeper("Other depth")]
    return [*actions, Move("Save anyway", id="continue"), _report(), _back()]


def _deeper(label: str = "Go deeper") -> Move:
    """Return the way to choose how deep to check."""
    return Move(label, "F7", id="deeper")


def moves_away(remedy: Remedy) -> bool:
    """Return whether a remedy would send the secret to another host, which is nothing to do by a stray Enter."""
    return remedy.candidate.endpoint.host != remedy.replaces.host


def far_question(remedy: Remedy) -> str:
    """Return what is asked before the secret goes to another host."""
    host = remedy.candidate.endpoint.host
    own = same_registered_domain(host, remedy.replaces.host)
    whose = "" if own else "It belongs to another domain."
    if remedy.candidate.source == "certificate":
        whose = whose or "Only the certificate names it."
    else:
        whose = " ".join(filter(None, (whose, remedy.candidate.why)))
    return f"Use {host} in the place of {remedy.replaces.host}? {whose} Your password would go there."


def guides_for(diagnosis: Diagnosis) -> tuple[Guide, ...]:
    """Return the provider's guides for a cause, the one to try first at the head."""
    card = provider(diagnosis.guide.partition(".")[0]) if diagnosis.guide else None
    slugs = [slug for cause, slug in card.cures if cause == diagnosis.cause] if card else []
    return tuple(guide for slug in slugs if card and (guide := card.guide(slug)))


def about(diagnosis: Diagnosis) -> list[Move]:
    """Return what helps whoever mends it: the steps, and a note to pass on."""
    actions = [Move("Steps one by one", id="steps")] if diagnosis.fix else []
    if set(diagnosis.who) - {"user"}:
        actions.append(Move("Note for the admin" if "admin" in diagnosis.who else "Note to pass on", id="note"))
    return actions


def _remedies(remedies: Sequence[Remedy]) -> list[Move]:
    """Return a button for each change, with its price."""
    titles = [f"{remedy.title} ({remedy.costs})" if remedy.costs else remedy.title for remedy in remedies]
    return [Move(title, id=f"remedy-{index}") for index, title in enumerate(titles)]


def _report() -> Move:
    return Move("Save report", "F12", id="report")


def _back() -> Move:
    return Move("Back", "F3", id="back")

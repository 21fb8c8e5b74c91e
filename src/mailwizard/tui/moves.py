"""What can be done after a check, as buttons in the order of their use."""

from __future__ import annotations

from collections.abc import Sequence

from mailwizard.draft import Draft
from mailwizard.model import Diagnosis, Remedy
from mailwizard.net.names import same_registered_domain
from mailwizard.tui.widgets.action import Action


def after_success(remedies: Sequence[Remedy], switches: Sequence[Action]) -> list[Action]:
    """Return what can be done where all is proven."""
    actions = [Action("Continue", id="continue"), *_remedies(remedies), *switches]
    return [*actions, Action("Check again", "F5", id="again"), _back()]


def after_failure(
    draft: Draft,
    diagnosis: Diagnosis | None,
    remedies: Sequence[Remedy],
    switches: Sequence[Action],
    *,
    several: bool,
    blamed: bool,
) -> list[Action]:
    """Return what can be done where something is not proven; ``blamed`` puts editing the secret first."""
    secret = [Action("Edit secret", id="secret")] if draft.wants_secret else []
    offers = _remedies(remedies)
    near = [offer for offer, remedy in zip(offers, remedies, strict=True) if not moves_away(remedy)]
    far = [offer for offer in offers if offer not in near]
    again = Action("Try again", "F5", id="again")
    actions = [*(secret if blamed else ()), *near, *switches, again, *far]
    if diagnosis:
        actions += _about(diagnosis)
        if several:
            actions.append(Action("Next problem", "F6", id="other"))
    if draft.withheld:
        actions.append(Action("Try the other too (one more login)", id="insist"))
    actions += [Action("Edit servers", id="servers"), *(() if blamed else secret)]
    return [*actions, Action("Save anyway", id="continue"), _back()]


def moves_away(remedy: Remedy) -> bool:
    """Return whether a remedy would send the secret to another host, which is nothing to do by a stray Enter."""
    return remedy.candidate.endpoint.host != remedy.replaces.host


def far_question(remedy: Remedy) -> str:
    """Return what is asked before the secret goes to another host."""
    host = remedy.candidate.endpoint.host
    own = same_registered_domain(host, remedy.replaces.host)
    whose = "Only the certificate names it." if own else "It belongs to another domain."
    return f"Use {host} in the place of {remedy.replaces.host}? {whose} Your password would go there."


def _about(diagnosis: Diagnosis) -> list[Action]:
    """Return what helps whoever mends it."""
    actions = [Action("Steps one by one", id="steps")] if diagnosis.fix else []
    if set(diagnosis.who) - {"user"}:
        actions.append(Action("Note for the admin" if "admin" in diagnosis.who else "Note to pass on", id="note"))
    return actions


def _remedies(remedies: Sequence[Remedy]) -> list[Action]:
    return [Action(remedy.title, id=f"remedy-{index}") for index, remedy in enumerate(remedies)]


def _back() -> Action:
    return Action("Back", "F3", id="back")

"""What a report means here: its evidence, read by the cards of this version."""

from __future__ import annotations

from mailwizard import knowledge
from mailwizard.diagnosis import diagnose
from mailwizard.draft import Draft, Service, Stage
from mailwizard.model import Address, Diagnosis
from mailwizard.report.shape import Report


def diagnoses_of(report: Report) -> tuple[Diagnosis, ...]:
    """Return what the evidence means, by the cards of this version as of the day on which it was made.

    What was told then and has no card here is told as it was then, behind the others.
    """
    evidence = report.evidence or report.clues
    address = Address.parse(report.draft.address) if report.draft.address else None
    found = diagnose(evidence, provider=report.draft.provider, address=address, today=report.made[:10])
    known = knowledge.problems()
    return (*found, *(told for told in report.diagnoses if told.cause not in known))


def draft_of(report: Report) -> Draft:
    """Return the draft whose check it was, for panels that show one; all stages before the check are answered."""
    wanted = report.draft
    return Draft(
        answered=frozenset({Stage.SERVICE, Stage.ADDRESS, Stage.SERVERS, Stage.SIGN_IN}),
        service=Service.MANUAL,
        address=Address.parse(wanted.address) if wanted.address else None,
        display_name=wanted.display_name,
        clues=report.clues,
        incoming=wanted.incoming,
        outgoing=wanted.outgoing,
        auth=wanted.auth,
        until=wanted.until,
        evidence=report.evidence,
        name=report.account,
        verified_at=wanted.verified_at,
    )

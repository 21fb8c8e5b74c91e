"""What a report means here: its evidence, read by the cards of this version."""

from __future__ import annotations

from dataclasses import replace

from mailwizard import knowledge
from mailwizard.diagnosis import diagnose
from mailwizard.draft import Draft, Service, Stage
from mailwizard.model import Address, Confidence, Diagnosis, Evidence
from mailwizard.net.secrets import SHOWN
from mailwizard.report.shape import Report


def seen_in(report: Report) -> tuple[Evidence, ...]:
    """Return what is diagnosed: what the check saw, or the search for servers where it found none to check."""
    return report.evidence or report.clues


def address_of(report: Report) -> Address | None:
    """Return whose account it is; ``None`` where nobody said so, or where the address had to be taken out."""
    text = report.draft.address
    return Address.parse(text) if text and SHOWN not in text else None


def diagnoses_of(report: Report) -> tuple[Diagnosis, ...]:
    """Return what the evidence means, by the cards of this version as of the day on which it was made.

    What was told then and has no card here is told as it was then, behind the others, and as the report's own words.
    """
    found = diagnose(
        seen_in(report), provider=report.draft.provider, address=address_of(report), today=report.made[:10]
    )
    known = knowledge.problems()
    return (*found, *(_as_said(told) for told in report.diagnoses if told.cause not in known))


def _as_said(told: Diagnosis) -> Diagnosis:
    """Return a diagnosis for which nobody here vouches."""
    return replace(told, title=f"{told.title} (only the report says so)", confidence=Confidence.POSSIBLE, guide="")


def no_more(report: Report) -> tuple[str, ...]:
    """Return the causes that were told when it was made and that this version reads otherwise."""
    now = {one.cause for one in diagnoses_of(report)}
    return tuple(one.cause for one in report.diagnoses if one.cause not in now)


def draft_of(report: Report) -> Draft:
    """Return the draft whose check it was, for panels that show one; all stages before the check are answered."""
    wanted = report.draft
    return Draft(
        answered=frozenset({Stage.SERVICE, Stage.ADDRESS, Stage.SERVERS, Stage.SIGN_IN}),
        service=Service.MANUAL,
        address=address_of(report),
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

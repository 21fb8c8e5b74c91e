"""A report as its file says it, to be changed by whoever is up to no good."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from mailwizard.checks.transcript import Conversation
from mailwizard.diagnosis import diagnose
from mailwizard.draft import Draft
from mailwizard.model import Address, Candidate, Endpoint, Evidence, Outcome, Protocol, Remedy, Step, Trust
from mailwizard.net import Said
from mailwizard.report import Report, Run, gather, to_text

ALICE = Address.parse("alice@example.com")
IMAP = Endpoint.parse(Protocol.IMAP, "imap.example.com")
SMTP = Endpoint.parse(Protocol.SMTP, "smtp.example.com:587")
REFUSED = Evidence(
    str(IMAP), Step.SIGN_IN, Outcome.FAIL, "imap.authenticationfailed", detail="NO [AUTHENTICATIONFAILED] no alice"
)
GREETED = Evidence(str(IMAP), Step.GREETING, Outcome.OK, detail="OK mx7.example.com ready", seconds=0.1)


def candidate(end: Endpoint, username: str = "alice@example.com") -> Candidate:
    """Return a server that somebody proposes."""
    return Candidate(end, username, (), "srv", Trust.PUBLISHED, "example.com names it in DNS.")


def drafted(**changes: Any) -> Draft:
    """Return a draft that was checked."""
    draft = Draft(
        address=ALICE,
        display_name="Alice Doe",
        incoming=candidate(IMAP),
        outgoing=candidate(SMTP),
        evidence=(GREETED, REFUSED),
    )
    return replace(draft, **changes)


def made(draft: Draft | None = None, **changes: Any) -> Report:
    """Return a report of a check whose sign-in was refused."""
    draft = draft or drafted()
    said = (Said(True, "a1 LOGIN alice (secret)", True, 0.1), Said(False, "a1 NO no alice", True, 0.2, True))
    run = Run(
        diagnoses=diagnose(draft.evidence, address=draft.address),
        remedies=(Remedy("Use port 143", IMAP, candidate(Endpoint.parse(Protocol.IMAP, "imap.example.com:143"))),),
        conversations=(Conversation(str(IMAP), "192.0.2.7", "TLSv1.3 X", said),),
    )
    return gather(draft, replace(run, **{key: value for key, value in changes.items() if key != "pseudonyms"}),
                  pseudonyms=changes.get("pseudonyms", False))  # fmt: skip


def tree() -> dict[str, Any]:
    """Return a report's file, decoded."""
    told: dict[str, Any] = json.loads(to_text(made()))
    return told

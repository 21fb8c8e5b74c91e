"""A sign-in at an issuer: what is said while it runs, what came of it, and what can be done then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from mailwizard.diagnosis import diagnose
from mailwizard.draft import Draft
from mailwizard.faces import words
from mailwizard.faces.choice import Move
from mailwizard.faces.moves import about
from mailwizard.faces.session import Session
from mailwizard.faces.verdict import Verdict, verdict_of
from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Address, Diagnosis, Evidence, Failure, Outcome
from mailwizard.signin.oauth.authorization import DeviceCode
from mailwizard.signin.oauth.expiry import warnings
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.place import Place
from mailwizard.signin.oauth.registration import Registration

OPEN_PAGE = "Open this in any browser and sign in"
PASTE_BACK = "If the browser ends on a page that cannot be shown, paste its address"
ELSEWHERE = "On a machine with a browser run mailwizard authorize, and paste there"
LINES_BACK = "Paste back here the lines that it prints"
CUT_OFF = "the draft is kept: start mailwizard again and sign in once more."
CONSENT = "On this page an administrator allows it:"
WARNING = (
    "Never give this code to anybody, and never type one that somebody sent you. Whoever asked for a code gets into "
    "the mailbox of whoever types it; no help desk needs one."
)
PRACTICE_BROWSER, PRACTICE_PERSON = "Let the practice browser answer", "Let the practice person type it"
ANOTHER_MACHINE, BACK_TO_ADDRESS, OPEN_HERE = "Another machine's browser", "Back to the address", "Open it here"
AGAIN, NEW_CODE = "Begin again", "New code"
LAST = 60
"""Seconds before the end in which every one of them is shown; before that every tenth."""
STEP = 10


class Ways(StrEnum):
    """How a person may go on instead."""

    BROWSER = "browser"
    SHORT_CODE = "short-code"
    REGISTRATION = "registration"
    """As before, as another program."""


OTHER_WAY = {Ways.SHORT_CODE: "Short code elsewhere", Ways.BROWSER: "Browser instead"}


def time_left(seconds: float) -> str:
    """Return how much time is left, to ten seconds until the last minute."""
    left = max(0, round(seconds))
    if left > LAST:
        left -= left % STEP
    minutes, rest = divmod(left, 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest:2} s"


def anew(draft: Draft, card: IssuerCard) -> Draft:
    """Return the draft without what was seen of an earlier attempt at an issuer."""
    subject = f"issuer:{card.id}"
    return replace(draft, evidence=tuple(seen for seen in draft.evidence if seen.subject != subject))


def as_whom(address: Address | None) -> str:
    """Return as whom to sign in, for the end of a sentence."""
    return f" as {address.display}" if address else ""


def arrival(registration: Registration, place: Place, port_taken: str, *, kept: bool) -> list[tuple[str, str]]:
    """Return how the browser's answer comes back by itself, and what is kept where the line drops."""
    port = registration.port
    end = [("If cut off", CUT_OFF)] if kept else []
    if port_taken:
        return [("Listening", f"not possible: {port_taken}. Pasting works all the same."), *end]
    rows = [("Listening", f"on 127.0.0.1:{port}; a browser here brings its answer by itself.")]
    if place.ssh:
        rows.append(("Over SSH", "first run this on your own machine, then its browser works too:"))
        rows.append(("Over SSH", place.forward(port)))
    return [*rows, *end]


def short_code_rows(code: DeviceCode, card: IssuerCard, ends: str) -> list[tuple[str, str]]:
    """Return what a short code allows to whom; ``ends`` says when it is dropped."""
    directory = code.registration.tenant or next(iter(card.tenants), "")
    rows = [("Program", code.registration.client_id)]
    rows += [("Directory", directory)] if directory else []
    return [*rows, *(("Allows", scope) for scope in code.scopes), ("Ends", ends)]


def granted_rows(grant: Grant, card: IssuerCard) -> list[tuple[str, str]]:
    """Return for whom a grant is, what it allows and when it ends."""
    idle = card.idle_days
    rows = [
        ("Signed in", f"as {grant.username} at {card.name}"),
        *(("Allows", scope) for scope in grant.scopes),
        ("Renewed", "by itself, whenever it is needed" if grant.refresh_token or grant.cache else "not by itself"),
    ]
    ends = [("Ends", seen.detail) for seen in warnings(grant, card, words.clock().timestamp())]
    usual = [("Ends", f"when it is not used for {idle} days" if idle else "when it is withdrawn")]
    return rows + (ends or usual)


def causes(draft: Draft) -> tuple[Diagnosis, ...]:
    """Return why nobody was signed in."""
    return diagnose(draft.evidence, provider=draft.provider, address=draft.address, today=words.day().isoformat())


def refused(diagnoses: Sequence[Diagnosis], draft: Draft, failure: Failure) -> Verdict | str:
    """Return what is said where nobody was signed in; a sentence where no cause is known."""
    if not diagnoses:
        return f"Not signed in: {failure.detail or failure.code}"
    verdict = verdict_of(diagnoses[0], draft.evidence, 0)
    return replace(verdict, title=f"Not signed in. {verdict.title}")


def after_refusal(
    session: Session, diagnoses: Sequence[Diagnosis], ways: Sequence[Move], again: str = AGAIN
) -> list[Move]:
    """Return what can be done then; ``ways`` are the other ways of signing in."""
    switches = [Move(switch.label, "F8", id=f"switch-{n}") for n, switch in session.open_switches[:1]]
    more = about(diagnoses[0]) if diagnoses else []
    program = Move("Other registration", id="registration")
    return [*switches, Move(again, "F5", id="again"), *more, *ways, program, Move("Back", "Esc", id="cancel")]


def consent_links(diagnoses: Sequence[Diagnosis], evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """Return the pages on which an administrator allows the program, where one has to; ``CONSENT`` stands above."""
    if not any("admin" in diagnosis.who for diagnosis in diagnoses):
        return ()
    failed = [seen for seen in evidence if seen.outcome is Outcome.FAIL]
    return tuple(dict.fromkeys(value for seen in failed for name, value in seen.facts if name == "consent-link"))

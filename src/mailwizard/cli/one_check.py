"""One check from its command line to its end: what is asked, with which secret, what was seen and what that means."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from mailwizard.cli.check_options import DEADLINE
from mailwizard.cli.endings import Exit
from mailwizard.cli.web_services import named_web_service
from mailwizard.model import Evidence

if TYPE_CHECKING:
    from mailwizard.cli.asked import Asked
    from mailwizard.cli.checked import Checked
    from mailwizard.model import Diagnosis


@dataclass(frozen=True, slots=True)
class Ended:
    """How a check ended."""

    code: int
    subject: Asked
    found: Checked
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """All that it knew: no report may hold one."""


Told = Callable[[Ended], None]
"""Whoever wants to hear what was seen by the time a signal came."""


def check_one(options: argparse.Namespace, stopped: Told) -> Ended:
    """Check what was asked for; the exit code is the lowest among its failures.

    Raises:
        Stopped: after a signal, once ``stopped`` was told what was seen by then.
    """
    from mailwizard.cli.asked import asked, consented
    from mailwizard.cli.checked import Checked
    from mailwizard.cli.confirmed import confirmed, tell_leftovers
    from mailwizard.cli.credential import proof, refuse_unknown_mechanism
    from mailwizard.cli.deadline import Deadline
    from mailwizard.cli.expiring import ends_within
    from mailwizard.cli.proving import prove
    from mailwizard.cli.remembering import remember
    from mailwizard.cli.running import settle
    from mailwizard.cli.verdict import discovery_code, exit_code

    refuse_unknown_mechanism(options.mechanism)
    if options.practice:
        named = (options.account, options.address, options.imap, options.pop3, options.smtp)
        settle(options, named=any(named) or named_web_service(options))
    deadline = Deadline(options.deadline or DEADLINE)
    tell_leftovers()
    subject = asked(options, deadline)
    if not subject.draft.chosen:
        nothing = Checked(False, subject.clues, _diagnose(subject, subject.clues))
        return Ended(discovery_code(subject.clues), subject, nothing)
    consent = consented(options.clear_text, subject.draft)
    signed = proof(options, subject, deadline)
    whole = signed.joined(subject)

    def told(seen: Checked) -> None:
        diagnosed = replace(seen, diagnoses=_diagnose(subject, seen.evidence))
        stopped(Ended(Exit.HOLDS, subject, diagnosed, signed.secrets))

    draft, remedies, conversations = prove(options, whole, signed, deadline, consent, told)
    with deadline.waiting():
        draft = confirmed(draft, json=options.json)
    endpoints = [candidate.endpoint for candidate in draft.chosen]
    evidence = (*draft.evidence, *signed.warnings)
    code = exit_code(evidence, options.until, map(str, endpoints), strict=options.strict)
    holds = code in {Exit.HOLDS, Exit.WARNINGS}
    found = Checked(holds, evidence, _diagnose(subject, evidence), remedies, tuple(conversations))
    remember(options, evidence, found.diagnoses, subject.basis)
    ends = options.expiring is not None and ends_within(options.expiring, evidence, signed.ends, today=date.today())
    ended = Exit.EXPIRING if ends and code == Exit.HOLDS else code
    return Ended(ended, replace(subject, draft=draft), found, signed.secrets)


def _diagnose(subject: Asked, evidence: tuple[Evidence, ...]) -> tuple[Diagnosis, ...]:
    """Return what is wrong."""
    from mailwizard.diagnosis import diagnose

    return diagnose(evidence, provider=subject.provider, address=subject.draft.address)

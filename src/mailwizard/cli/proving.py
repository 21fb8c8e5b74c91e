"""The check of a draft, for the commands that make one: probes, then what would work instead, within one deadline."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from mailwizard.cli.endings import Stopped, UsageError
from mailwizard.cli.output import say
from mailwizard.model import Candidate, Evidence, Outcome, Step, Until

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailwizard.checks.transcript import Conversation
    from mailwizard.cli.asked import Asked
    from mailwizard.cli.checked import Checked
    from mailwizard.cli.deadline import Deadline
    from mailwizard.cli.with_grant import Proof
    from mailwizard.draft import Draft
    from mailwizard.model import Remedy


def prove(
    options: argparse.Namespace,
    subject: Asked,
    signed: Proof,
    deadline: Deadline,
    consent: frozenset[str],
    answer: Callable[[Checked], None],
) -> tuple[Draft, tuple[Remedy, ...], list[Conversation]]:
    """Run the probes, then try what would work instead of what failed; return what was said as well where asked to.

    ``answer`` is told what was seen by the time a signal came.

    Raises:
        Stopped: with a sentence about what had been done.
    """
    from mailwizard.checks import verify
    from mailwizard.checks.transcript import Conversation
    from mailwizard.cli.clock import Clock
    from mailwizard.cli.deadline import Hurried
    from mailwizard.cli.instead import AFTER, what_would_work
    from mailwizard.cli.running import forgetful, network, run
    from mailwizard.cli.telling import teller

    draft, conversations, credential = subject.draft, list[Conversation](), signed.credential
    clock = Clock(options.step_deadline)
    until = options.until if credential or not subject.signs_in else Until.REACH

    def keep(fact: Candidate | Evidence) -> None:
        nonlocal draft
        clock.hear(fact)
        if isinstance(fact, Evidence):
            draft = draft.learn(fact)

    async def work() -> tuple[Remedy, ...]:
        tell = teller(keep, {})
        async with network(options) as net, clock.shown():
            ways = _ways(options, deadline.keeping(AFTER[options.reference]), conversations)
            try:
                await verify(draft, credential, net, tell, until, clear_text=consent, **ways)
            except ValueError as wrong:
                raise UsageError(str(wrong)) from None
            hurried, step = Hurried(net, deadline), options.step_deadline
            return await what_would_work(draft, hurried, tell, reference=options.reference, step=step)

    try:
        with forgetful(options):
            found = run(work())
    except Stopped as stopped:
        raise _stopped(stopped.number, options, draft.evidence, conversations, answer) from None
    closed = until is not options.until and not signed.failed
    return _told_closed(draft) if closed else draft, found, conversations


def _ways(options: argparse.Namespace, most: float, conversations: list[Conversation]) -> dict[str, Any]:
    """Return how the probes go about it, in ``most`` seconds; what is said goes to ``conversations`` if asked for."""
    from mailwizard.checks import Limits

    limits = Limits(min(options.step_deadline, most), most)
    return {
        "insist": options.insist,
        "mechanism": options.mechanism,
        "senders": options.senders,
        "limits": limits,
        "keep": conversations.append if options.transcript or getattr(options, "report", "") else None,
    }


def _told_closed(draft: Draft) -> Draft:
    """Return the draft with what opens its servers, which nobody has given."""
    for candidate in draft.chosen:
        kinds = " or ".join(kind.words for kind in candidate.auth)
        detail = f"Only {kinds} opens this server: mailwizard sign-in does that."
        seen = Evidence(str(candidate.endpoint), Step.SIGN_IN, Outcome.SKIP, "sign-in.kind", detail=detail)
        draft = draft.learn(seen)
    return draft


def _stopped(
    number: int,
    options: argparse.Namespace,
    evidence: tuple[Evidence, ...],
    conversations: list[Conversation],
    answer: Callable[[Checked], None],
) -> Stopped:
    """Tell what was seen by the time a signal came, and return how the command ends."""
    from mailwizard.checks.transcript import shown
    from mailwizard.cli.checked import Checked
    from mailwizard.draft.stopping import what_was_done

    said = Stopped(number, what_was_done(evidence), answered=options.json)
    if options.transcript and not options.json:
        say(*shown(conversations))
    answer(Checked(False, evidence, conversations=tuple(conversations), stopped=said.sentence))
    return said

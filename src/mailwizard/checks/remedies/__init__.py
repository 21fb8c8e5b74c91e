"""Find out what would work instead: neighbouring settings, tried without a secret."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from mailwizard.checks.order import Order
from mailwizard.checks.remedies.neighbours import SPOKEN, Try, neighbours
from mailwizard.checks.remedies.user_names import user_names
from mailwizard.checks.sasl import served
from mailwizard.checks.trial import Trial, attempt, offered
from mailwizard.diagnosis import diagnose
from mailwizard.draft import Draft
from mailwizard.model import AuthKind, Candidate, Credential, Evidence, Facts, Outcome, Remedy, Step, Until
from mailwizard.net import Net
from mailwizard.witness import Tell, Witness

LIMIT = 3.0
"""Seconds that one try may take."""
MOST = 8
"""How many endpoints are tried at all."""

TRIED = "neighbours.tried"
"""The code of the evidence that says how the neighbours answered."""


async def remedies(draft: Draft, net: Net, tell: Tell | None = None) -> tuple[Remedy, ...]:
    """Return the changes to the draft that were tried and answered, encrypted and under their own name; best first.

    Only failures that other settings could mend are looked at. Nothing secret is sent, and nothing is saved. Other
    forms of a user name that was refused come along untried, because each costs a login. ``tell`` hears how the
    neighbours answered, as evidence about the server that failed.
    """
    diagnoses = diagnose(draft.evidence, provider=draft.provider, address=draft.address)
    queues = [list(neighbours(candidate, draft, diagnoses)) for candidate in draft.chosen]
    tries = list(_dealt(queues))[:MOST]
    trials = await asyncio.gather(*(attempt(one.candidate.endpoint, net, LIMIT) for one in tries))
    answers = list(zip(tries, trials, strict=True))
    if tell is not None:
        _tell(draft, answers, tell)
    worked = [one for one, trial in answers if _helps(one, trial, draft.evidence)]
    order = {str(candidate.endpoint): place for place, candidate in enumerate(draft.chosen)}
    worked.sort(key=lambda one: order[str(one.replaced.endpoint)])
    several = len({one.replaced.endpoint for one in worked}) > 1
    found = [Remedy(_title(one, several), one.replaced.endpoint, one.candidate) for one in worked]
    return *found, *user_names(draft, diagnoses)


def _title(one: Try, several: bool) -> str:
    """Return what a button says; where both servers could be mended it says which one is meant."""
    if not several:
        return one.title
    if one.candidate.endpoint.protocol.web:
        return one.title
    return f"For {'receiving' if one.candidate.endpoint.protocol.incoming else 'sending'}: {one.title}"


def _dealt(queues: list[list[Try]]) -> Iterator[Try]:
    """Yield the first of each queue, then the second, so that no endpoint uses up the tries of another."""
    for place in range(max(map(len, queues), default=0)):
        yield from (queue[place] for queue in queues if place < len(queue))


def _helps(one: Try, trial: Trial, evidence: Sequence[Evidence]) -> bool:
    """Return whether what answered lets somebody in, and differently where it is the sign-in that failed."""
    if not trial.good or not (trial.lets_in or one.candidate.auth == (AuthKind.NONE,)):
        return False
    return not one.wants_mechanism or bool(_usable(trial.mechanisms, one.candidate) - set(offered(one.seen(evidence))))


def _usable(mechanisms: Sequence[str], candidate: Candidate) -> set[str]:
    """Return the mechanisms that a secret of a fitting kind can be used with."""
    order = Order(candidate.endpoint, Until.REACH, Credential("", ""), candidate.auth)
    known = {mechanism.NAME for mechanism in served() for kind in mechanism.KINDS if _takes(order, kind)}
    return known & {name.upper() for name in mechanisms}


def _takes(order: Order, kind: AuthKind) -> bool:
    """Return whether a server takes this kind of secret, as far as that is known."""
    return kind is not AuthKind.NONE and (not order.takes or kind in order.takes)


def _tell(draft: Draft, answers: Sequence[tuple[Try, Trial]], tell: Tell) -> None:
    """Tell of each server that failed how its neighbours answered."""
    for candidate in draft.chosen:
        own = [(one, trial) for one, trial in answers if one.replaced == candidate]
        if not own:
            continue
        facts: Facts = tuple(("neighbour", f"{trial.endpoint} {trial.code or 'ok'}") for _, trial in own)
        facts += tuple(("connected", str(trial.endpoint)) for _, trial in own if trial.connected)
        detail = "tried instead: " + "; ".join(_how(trial, candidate) for _, trial in own)
        took = max(sum(seen.seconds for seen in trial.seen) for _, trial in own)
        outcome = Outcome.OK if any(trial.good for _, trial in own) else Outcome.SKIP
        seen = Evidence("", Step.DISCOVER, outcome, TRIED, detail=detail, seconds=took, facts=facts)
        Witness(str(candidate.endpoint), tell).remark(seen)


def _how(trial: Trial, candidate: Candidate) -> str:
    """Return how one neighbour answered in a few words."""
    endpoint = trial.endpoint
    host = "" if endpoint.host == candidate.endpoint.host else f"{endpoint.host} "
    same = endpoint.protocol is candidate.endpoint.protocol
    protocol = "" if same else f"{endpoint.protocol.upper()} "
    if endpoint.protocol.web:
        return f"{endpoint.url}: {trial.code or 'answers'}"
    return f"{host}{protocol}port {endpoint.port} with {SPOKEN[endpoint.security]}: {trial.code or 'answers'}"

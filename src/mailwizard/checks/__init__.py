"""From candidates and a credential to evidence: does this account really work?"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Protocol as Shape

from mailwizard.checks import probes
from mailwizard.checks.order import Order, Turn
from mailwizard.checks.sasl import needs_secret
from mailwizard.checks.securing import Shown
from mailwizard.checks.standing import standings
from mailwizard.checks.transcript import Keep, Recorder
from mailwizard.draft import Draft
from mailwizard.model import Address, Candidate, Credential, Evidence, Failure, Outcome, Protocol, Step, Until
from mailwizard.net import Net
from mailwizard.net.secrets import Secrets
from mailwizard.plugins import plugins
from mailwizard.witness import STEP_LIMIT, Scrub, Tell, Witness, watch_all

DEPTHS = (Until.REACH, Until.SIGN_IN, Until.SENDER, Until.DELIVERY)
"""How deep this version checks."""


class Probe(Shape):
    """What a module in ``probes/`` offers."""

    PROTOCOL: Protocol
    STEPS: tuple[Step, ...]
    REFUSAL: re.Pattern[str]

    async def check(self, order: Order, net: Net, witness: Witness, turn: Turn) -> None:
        """Go as deep as the order says, and tell each step."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things may take, in seconds."""

    step: float = STEP_LIMIT
    check: float = 60.0
    delivery: float = 45.0
    """How long a message to oneself may take to arrive."""


@cache
def served() -> dict[Protocol, Probe]:
    """Return the probes by protocol."""
    found: list[Probe] = list(plugins(probes).values())
    return {probe.PROTOCOL: probe for probe in found}


async def verify(
    draft: Draft,
    credential: Credential | None,
    net: Net,
    tell: Tell,
    until: Until,
    *,
    limits: Limits = Limits(),
    only: Collection[str] | None = None,
    insist: bool = False,
    mechanism: str = "",
    clear_text: Collection[str] = (),
    keep: Keep | None = None,
    senders: Sequence[Address] = (),
    shown: Shown | None = None,
) -> None:
    """Check the chosen servers side by side, as deep as ``until`` says.

    A candidate's own user name goes before the credential's. Incoming signs in first; outgoing offers the same secret
    only after incoming took it, or ended before the secret left, unless ``insist``. ``only`` names the subjects
    (``str(endpoint)``) to check, and means nothing for a delivery, which needs both servers; what the draft's evidence
    says of the other server's sign-in then still holds, so forget it there (:meth:`Draft.with_sign_in`) when the secret
    is another one. ``mechanism`` allows one SASL mechanism alone. ``clear_text`` names the places
    (:attr:`Endpoint.place`, ``host:port``) for which a person has just typed consent that the secret may leave on an
    unencrypted line; nothing remembers it. ``senders`` are the From addresses to ask about; without any it is the
    draft's own. ``keep`` gets what was said on each connection once its check has ended, however it ended. ``shown``
    remembers certificates from one check to the next, so that a secret goes again only to whoever got it before.
    Cancelling stops everything at once.

    Raises:
        ValueError: with one sentence, before anything is sent, where the order cannot be carried out.
    """
    seen = Shown() if shown is None else shown
    made = [_order(candidate, credential, until, mechanism) for candidate in draft.chosen]
    orders = [replace(order, clear_text=order.endpoint.place in clear_text, shown=seen) for order in made]
    if until.includes(Until.SENDER) and not any(order.endpoint.protocol.outgoing for order in orders):
        raise ValueError("To check the sender a server to send with is needed.")
    orders = [_addressed(order, draft, tuple(senders)) for order in orders]
    if until.includes(Until.DELIVERY):
        orders, only = _posted(orders, draft, min(limits.delivery, 0.7 * limits.check)), None
    turns = _turns(draft, orders, only, insist)
    scrub = _scrubbing({order.credential.secret for order in orders if order.credential})
    asked = ((order, turn) for order, turn in zip(orders, turns, strict=True) if _checked(order, only))
    jobs = {str(order.endpoint): partial(_run, order, net, turn, keep) for order, turn in asked}
    heard: list[Evidence] = []
    await _within(limits, jobs, _keeping(tell, heard), scrub)
    if draft.sending is not None:
        for held in standings(heard, draft, senders):
            tell(held.evidence(str(draft.sending.endpoint)))


def _keeping(tell: Tell, heard: list[Evidence]) -> Tell:
    """Return a listener that also keeps the evidence."""

    def keep(fact: Candidate | Evidence) -> None:
        if isinstance(fact, Evidence):
            heard.append(fact)
        tell(fact)

    return keep


def _order(candidate: Candidate, credential: Credential | None, until: Until, mechanism: str) -> Order:
    """Make one server's order, refusing what must not reach the wire."""
    if until not in DEPTHS:
        raise ValueError(f"This version checks to {' or '.join(DEPTHS)}, not to {until}.")
    if candidate.endpoint.protocol not in served():
        raise ValueError(f"This version cannot check {candidate.endpoint.protocol.upper()}.")
    order = Order(candidate.endpoint, until, takes=candidate.auth, mechanism=mechanism.upper())
    if not order.signs_in:
        return order
    if credential is None:
        raise ValueError(f"To sign in to {candidate.endpoint.host} a user name and a secret are needed.")
    named = replace(credential, username=candidate.username or credential.username)
    for word, value in (("user name", named.username), ("secret", named.secret)):
        if not value and (word == "user name" or needs_secret(mechanism)):
            raise ValueError(f"The {word} for {candidate.endpoint.host} is empty.")
        if any(mark in value for mark in "\r\n\0"):
            raise ValueError(f"The {word} has a line break or NUL in it, which no server can take.")
        if any("\ud800" <= mark <= "\udfff" for mark in value):
            raise ValueError(f"The {word} has bytes in it that are no text; it must be UTF-8.")
    return replace(order, credential=named)


def _addressed(order: Order, draft: Draft, senders: tuple[Address, ...]) -> Order:
    """Return the order with the From addresses to ask about, and with whose mailbox it is.

    A web service opens the mailbox of the account's address; the login name there may be an address that is no mailbox.
    """
    if order.endpoint.protocol.web and order.credential is not None:
        order = replace(order, recipient=draft.address or Address.of_username(order.credential.username))
    if not order.endpoint.protocol.outgoing or not order.until.includes(Until.SENDER):
        return order
    senders = senders or ((draft.address,) if draft.address else ())
    if not senders:
        raise ValueError("To check the sender the From address is needed.")
    named = order.credential.username if order.credential else ""
    whose = order.recipient or Address.of_username(named) or draft.address or senders[0]
    return replace(order, senders=senders, recipient=whose)


def _posted(orders: list[Order], draft: Draft, wait: float) -> list[Order]:
    """Return the orders with one message to oneself between them; both sessions are needed for it.

    Raises:
        ValueError: for a display name that no message may carry.
    """
    from mailwizard import knowledge
    from mailwizard.checks.parcel import Parcel

    card = knowledge.provider(draft.provider)
    inbox = next((order for order in orders if order.endpoint.protocol.incoming), None)
    last = orders[-1]
    sender = last.senders[0]
    watched = inbox is not None and inbox.credential is not None
    copy = str(card.sent_copy) if card else "unknown"
    parcel = Parcel(sender, last.recipient or sender, draft.display_name, watched=watched, sent_copy=copy)
    where = (inbox.endpoint.place, inbox.credential.username) if inbox and inbox.credential else None
    return [replace(order, parcel=parcel, mailbox=where, wait=wait) for order in orders]


def _checked(order: Order, only: Collection[str] | None) -> bool:
    """Return whether this server is among those that are checked now."""
    return only is None or str(order.endpoint) in only


def _turns(draft: Draft, orders: list[Order], only: Collection[str] | None, insist: bool) -> list[Turn]:
    """Give each order its turn: incoming first, outgoing after it."""
    turns: list[Turn] = []
    for order in orders:
        before = turns[0] if turns and orders[0].signs_in and orders[0].fits else None
        turns.append(Turn(before, insist=insist) if _checked(order, only) else Turn.past(spent=_spent(draft, order)))
    return turns


def _spent(draft: Draft, order: Order) -> bool:
    """Return whether an earlier check offered the secret to this server in vain."""
    return any(
        seen.subject == str(order.endpoint)
        and seen.step is Step.SIGN_IN
        and seen.outcome not in {Outcome.OK, Outcome.WARN}
        and seen.fact("secret") == "sent"
        for seen in draft.evidence
    )


async def _run(order: Order, net: Net, turn: Turn, keep: Keep | None, witness: Witness) -> None:
    """Run one server's probe; whatever happens, the other one is not kept waiting."""
    probe, recorder = served()[order.endpoint.protocol], Recorder(net)
    failed: Failure | None = None
    try:
        await probe.check(order, recorder, witness, turn)
    except Failure as failure:
        failed = failure
        raise
    finally:
        turn.end()
        if turn.offered and order.shown is not None:
            order.shown.sent(order.endpoint)
        if order.parcel is not None:
            order.parcel.ended(incoming=order.endpoint.protocol.incoming)
        if keep is not None:
            recorder.hand_over(str(order.endpoint), probe.REFUSAL, failed, witness.scrub, keep)


def _scrubbing(secrets: Collection[str]) -> Scrub:
    """Return what takes every secret of this check out of a text, whoever said it back."""
    known = Secrets()
    for secret in secrets:
        known.know(secret)
    return known.scrub


async def _within(
    limits: Limits, jobs: Mapping[str, Callable[[Witness], Awaitable[None]]], tell: Tell, scrub: Scrub
) -> None:
    """Run the jobs within the limit of the whole check; what still ran then has timed out."""
    clock = asyncio.get_running_loop()
    end = clock.time() + limits.check
    late = Failure("timeout", f"the whole check had {limits.check:g} s")

    def told(seen: Candidate | Evidence) -> None:
        if isinstance(seen, Evidence) and seen.code == "cancelled" and clock.time() >= end:
            seen = replace(seen, outcome=Outcome.FAIL, code=late.code, detail=late.detail)
        tell(seen)

    try:
        async with asyncio.timeout_at(end):
            await watch_all(jobs, told, limits.step, scrub)
    except TimeoutError:
        return

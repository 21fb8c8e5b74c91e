"""Try a server without a secret: as far as one could sign in, within a limit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from mailwizard.checks import served
from mailwizard.checks.order import Order, Turn
from mailwizard.model import Endpoint, Evidence, Facts, Failure, Outcome, Protocol, Step, Until
from mailwizard.net import Net
from mailwizard.witness import Skip, Witness

_SILENT = {Step.RESOLVE: "dns.timeout", Step.CONNECT: "tcp.timeout"}
"""What silence in a step is called; in any other it is a ``timeout``."""


@dataclass(frozen=True, slots=True)
class Trial:
    """How a server answered."""

    endpoint: Endpoint
    code: str = ""
    """Why it is not the one; nothing where it can be reached, proves its name and speaks its protocol."""
    facts: Facts = ()
    """What was learnt with that code."""
    seen: tuple[Evidence, ...] = ()
    """The steps that ended, in order."""

    @property
    def good(self) -> bool:
        """Return whether it answered as it should."""
        return not self.code

    @property
    def connected(self) -> bool:
        """Return whether a connection came about, whatever happened on it."""
        return any(fact.step is Step.CONNECT and fact.outcome in {Outcome.OK, Outcome.WARN} for fact in self.seen)

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """Return the sign-in mechanisms that it offered last."""
        return offered(self.seen)

    @property
    def lets_in(self) -> bool:
        """Return whether it takes a sign-in; an SMTP server without any is a relay, or there for other servers."""
        return self.good and (self.endpoint.protocol is not Protocol.SMTP or bool(self.mechanisms))

    def fact(self, name: str) -> str:
        """Return a named fact of whichever step told it, or nothing."""
        told = [*self.facts, *(pair for seen in self.seen for pair in seen.facts)]
        return next((value for key, value in told if key == name), "")


async def attempt(endpoint: Endpoint, net: Net, limit: float) -> Trial:
    """Return how a server answers within ``limit`` seconds; nothing secret is sent, and nothing is left running."""
    seen: list[Evidence] = []

    def keep(fact: object) -> None:
        if isinstance(fact, Evidence) and fact.outcome is not Outcome.RUNNING:
            seen.append(fact)

    code, facts = "", Facts()
    try:
        async with asyncio.timeout(limit):
            probe = served()[endpoint.protocol]
            await probe.check(Order(endpoint, Until.REACH), net, Witness(str(endpoint), keep, limit), Turn())
    except TimeoutError:
        code = _SILENT.get(seen[-1].step if seen else Step.RESOLVE, "timeout")
    except Skip as skip:
        code = skip.code
    except Failure as failure:
        code, facts = failure.code, failure.facts
    return Trial(endpoint, code, facts, tuple(seen))


def offered(evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """Return the sign-in mechanisms that a server offered last: after encryption, where it got that far."""
    said = [fact for fact in evidence if fact.step is Step.CAPABILITIES and fact.outcome is Outcome.OK]
    return tuple(said[-1].fact("mechanisms").split()) if said else ()

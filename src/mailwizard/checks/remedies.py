"""Find out what would work instead: neighbouring settings, tried without a secret."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from mailwizard.checks import served
from mailwizard.checks.order import Order, Turn
from mailwizard.draft import Draft
from mailwizard.model import (
    STANDARD_PORTS,
    AuthKind,
    Candidate,
    Endpoint,
    Evidence,
    Failure,
    Outcome,
    Protocol,
    Remedy,
    Security,
    Step,
    Trust,
    Until,
    read_host,
)
from mailwizard.net import Net
from mailwizard.net.names import same_registered_domain
from mailwizard.witness import Skip, Witness

LIMIT = 3.0
"""Seconds that one try may take."""
MOST = 6
"""How many endpoints are tried at all."""

_ENCRYPTED = (Security.TLS, Security.STARTTLS)
_SPOKEN = {Security.TLS: "TLS", Security.STARTTLS: "STARTTLS", Security.NONE: "no encryption"}


@dataclass(frozen=True, slots=True)
class _Try:
    """A neighbour that might work in the place of a candidate."""

    replaced: Candidate
    candidate: Candidate
    title: str


async def remedies(draft: Draft, net: Net) -> tuple[Remedy, ...]:
    """Return the changes to the draft that were tried and answered, encrypted and under their own name; best first.

    Only failures that other settings could mend are looked at. Nothing secret is sent, and nothing is saved.
    """
    queues = [list(_neighbours(candidate, draft)) for candidate in draft.chosen]
    tries = list(_dealt(queues))[:MOST]
    answered = await asyncio.gather(*(_answers(one, net) for one in tries))
    worked = [one for one, good in zip(tries, answered, strict=True) if good]
    order = {str(candidate.endpoint): place for place, candidate in enumerate(draft.chosen)}
    worked.sort(key=lambda one: order[str(one.replaced.endpoint)])
    several = len({one.replaced.endpoint for one in worked}) > 1
    return tuple(Remedy(_title(one, several), one.replaced.endpoint, one.candidate) for one in worked)


def _title(one: _Try, several: bool) -> str:
    """Return what a button says; where both servers could be mended it says which one is meant."""
    if not several:
        return one.title
    return f"For {'receiving' if one.candidate.endpoint.protocol.incoming else 'sending'}: {one.title}"


def _dealt(queues: list[list[_Try]]) -> Iterator[_Try]:
    """Yield the first of each queue, then the second, so that no endpoint uses up the tries of another."""
    for place in range(max(map(len, queues), default=0)):
        yield from (queue[place] for queue in queues if place < len(queue))


def _neighbours(candidate: Candidate, draft: Draft) -> Iterator[_Try]:
    """Yield what might mend a candidate's failure, most promising first."""
    failed = next((seen for seen in draft.evidence if _fails(seen, candidate.endpoint)), None)
    if failed is None:
        return
    if failed.code == "tls.hostname":
        yield from _named(candidate, failed.fact("names").split())
    elif _mendable(failed):
        yield from _ports(candidate)


def _fails(seen: Evidence, endpoint: Endpoint) -> bool:
    return seen.subject == str(endpoint) and seen.outcome is Outcome.FAIL


def _mendable(failed: Evidence) -> bool:
    """Return whether another port or security could mend this: nothing answered, or something else than expected."""
    if failed.step in {Step.CONNECT, Step.GREETING}:
        return failed.code.split(".")[0] in {"tcp", "timeout", "reply", "imap", "pop3"}
    if failed.step is Step.ENCRYPT:
        return failed.code in {"tls.not-tls", "tls.handshake", "timeout", "tcp.closed", "tcp.reset"} or (
            failed.code.startswith("starttls.")
        )
    return failed.code in {"secret.cleartext", "sign-in.not-offered"}


def _ports(candidate: Candidate) -> Iterator[_Try]:
    """Yield the same host at the standard ports and at the same port with the other security (RFC 8314)."""
    endpoint = candidate.endpoint
    standard = [(STANDARD_PORTS[endpoint.protocol, security], security) for security in _ENCRYPTED]
    same = [(endpoint.port, security) for security in _ENCRYPTED]
    for port, security in dict.fromkeys([*standard, *same]):
        other = replace(endpoint, port=port, security=security)
        if other != endpoint:
            title = f"Use port {port} with {_SPOKEN[security]}"
            if port == endpoint.port:
                title = f"Use {_SPOKEN[security]} on port {port}"
            yield _Try(candidate, replace(candidate, endpoint=other), title)


def _named(candidate: Candidate, names: Iterable[str]) -> Iterator[_Try]:
    """Yield the hosts that the certificate is for, those of the same registered domain first."""
    hosts = dict.fromkeys(host for name in names if (host := _host(name)) and host != candidate.endpoint.host)
    own = {host: same_registered_domain(host, candidate.endpoint.host) for host in hosts}
    for host in sorted(hosts, key=lambda host: not own[host]):
        endpoint = replace(candidate.endpoint, host=host)
        if own[host]:
            title = f"Use {host}, the name in the certificate"
            trust = candidate.trust
        else:
            title = f"Use {host}, the certificate's name, of another domain"
            trust = Trust.GUESS
        moved = replace(candidate, endpoint=endpoint, source="certificate", trust=trust)
        yield _Try(candidate, moved, title)


def _host(name: str) -> str:
    """Return a certificate's name as a host name, or nothing where it is none (a wildcard for one)."""
    try:
        return read_host(name) if "*" not in name and "." in name else ""
    except ValueError:
        return ""


async def _answers(one: _Try, net: Net) -> bool:
    """Return whether an endpoint can be reached, proves its name and speaks its protocol."""
    seen: list[Evidence] = []
    endpoint = one.candidate.endpoint
    witness = Witness(str(endpoint), lambda fact: seen.append(fact) if isinstance(fact, Evidence) else None, LIMIT)
    probe = served()[endpoint.protocol]
    with suppress(Failure, Skip, TimeoutError):
        async with asyncio.timeout(LIMIT):
            await probe.check(Order(endpoint, Until.REACH), net, witness, Turn())
            return _lets_in(one.candidate, seen)
    return False


def _lets_in(candidate: Candidate, seen: list[Evidence]) -> bool:
    """Return whether a server that answered takes a sign-in at all; a relay need not."""
    if candidate.auth == (AuthKind.NONE,) or candidate.endpoint.protocol is not Protocol.SMTP:
        return True
    said = [fact for fact in seen if fact.step is Step.CAPABILITIES and fact.outcome is Outcome.OK]
    return bool(said and said[-1].fact("mechanisms"))

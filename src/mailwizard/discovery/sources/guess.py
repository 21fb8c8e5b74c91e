"""Likely names and ports, spoken to and made to prove their names: asked last, when nobody has published anything."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from mailwizard.checks.trial import Trial, attempt
from mailwizard.discovery.exchangers import denies_mail, exchangers
from mailwizard.discovery.frugal import Frugal
from mailwizard.model import (
    STANDARD_PORTS,
    Address,
    Candidate,
    Endpoint,
    Failure,
    Protocol,
    Security,
    Step,
    Trust,
)
from mailwizard.net import Net, addresses
from mailwizard.net.names import same_registered_domain
from mailwizard.net.reach import Reach, reach
from mailwizard.witness import Note, Skip, Witness

LABEL = "likely names and ports"
NETWORK = True
THIRD_PARTY = ""
CEILING = Trust.GUESS
AFTER = 0.5

CONNECTS = 20
"""Connections that are begun at most, counted by address."""
LIMIT = 2.5
"""Seconds that all of it may take."""
_TRY_LIMIT = 2.2
"""Seconds that one server may take."""
_LATER = frozenset(STANDARD_PORTS[protocol, Security.STARTTLS] for protocol in (Protocol.IMAP, Protocol.SMTP))
_KEPT = 6
"""Connections that are kept for STARTTLS: one host of both families for each protocol, and a second look."""
_BEHIND = 0.3
"""Seconds that STARTTLS is behind TLS from the first byte (RFC 8314 section 3.3)."""
_COMPANY = 0.15
"""Seconds that better names may still answer once one server of a protocol was found."""
_NAMES = {Protocol.IMAP: ("imap", "mail"), Protocol.SMTP: ("smtp", "mail")}
_SERVICES = {
    (Protocol.IMAP, Security.TLS): "_imaps",
    (Protocol.IMAP, Security.STARTTLS): "_imap",
    (Protocol.SMTP, Security.TLS): "_submissions",
    (Protocol.SMTP, Security.STARTTLS): "_submission",
}
"""The service records whose target ``.`` says that there is no such server."""


@dataclass(frozen=True, slots=True)
class Found:
    """How one place answered."""

    endpoint: Endpoint
    good: bool
    said: str
    """A few words: the certificate's issuer, or why it is not the one."""


async def find(address: Address, net: Net, witness: Witness) -> list[Candidate]:
    """Propose the servers at likely names that speak the protocol under a certificate of their own name.

    Raises:
        Failure: where DNS gives no answer.
    """
    async with witness.step(Step.DISCOVER, LIMIT + 0.2) as note:
        hosts = await _hosts(net, address.domain)
        denied = await _denied(net, address.domain)
        places = [place for place in endpoints(hosts, address.domain) if (place.protocol, place.security) not in denied]
        if not places:
            raise Skip("dns.nxdomain", f"no likely host of {address.unicode_domain} has an address")
        frugal = Frugal(net, CONNECTS, later=_LATER, kept=_KEPT, inside=await _is_inside(net, address.domain))
        seen = await _try_all(places, frugal)
        note.add(*(("tried", f"{one.endpoint} {one.said}") for one in seen), ("connects", str(frugal.made)))
        good = [one for one in seen if one.good]
        _conclude(note, good, seen)
        return [_candidate(one, address, at) for at, one in enumerate(good)]


def endpoints(hosts: Sequence[str], domain: str) -> list[Endpoint]:
    """Return what to try on hosts that exist, most promising first: TLS before STARTTLS, the plainest name first."""
    special = {f"{label}.{domain}" for labels in _NAMES.values() for label in labels}
    others = [host for host in hosts if host not in special]
    rounds = [
        [f"{labels[place]}.{domain}" for labels in _NAMES.values()] if place < 2 else [others[place - 2]] * len(_NAMES)
        for place in range(2 + len(others))
    ]
    return [
        Endpoint(protocol, host, STANDARD_PORTS[protocol, security], security)
        for security in (Security.TLS, Security.STARTTLS)
        for names in rounds
        for protocol, host in zip(_NAMES, names, strict=True)
        if host in hosts
    ]


async def _hosts(net: Net, domain: str) -> tuple[str, ...]:
    """Return the likely hosts that have an address.

    Raises:
        Skip: where the domain takes no mail.
        Failure: where DNS gives no answer about any of them.
    """
    try:
        named = await exchangers(net, domain)
    except Failure as failure:
        if denies_mail(failure):
            raise Skip(failure.code, f"nothing was tried: {failure.detail}") from None
        named = ()
    own = [host for host in named if same_registered_domain(host, domain)]
    likely = dict.fromkeys((f"imap.{domain}", f"mail.{domain}", f"smtp.{domain}", *own, domain))
    answers = await asyncio.gather(*(_has_address(net, host) for host in likely))
    hosts = tuple(host for host, answer in zip(likely, answers, strict=True) if answer is None)
    silent = [answer for answer in answers if answer and answer.code not in {"dns.nxdomain", "dns.nodata"}]
    if silent and not hosts:
        raise silent[0]
    return hosts


async def _is_inside(net: Net, domain: str) -> bool:
    """Return whether the domain itself lives in a private network, so that its servers may as well."""
    try:
        found = await addresses(net, domain)
    except Failure:
        return False
    return all(reach(record.value) in {Reach.PRIVATE, Reach.LOOPBACK} for record in found)


async def _has_address(net: Net, host: str) -> Failure | None:
    """Return nothing where a host has an address, else why not."""
    try:
        await addresses(net, host)
    except Failure as failure:
        return failure
    return None


async def _denied(net: Net, domain: str) -> frozenset[tuple[Protocol, Security]]:
    """Return what the domain says in DNS that it does not offer (RFC 6186 section 3.4)."""

    async def denied(service: str) -> bool:
        try:
            records = await net.resolve(f"{service}._tcp.{domain}", "SRV")
        except Failure:
            return False
        return not any(record.value.strip(".") for record in records)

    answers = await asyncio.gather(*(denied(service) for service in _SERVICES.values()))
    return frozenset(kind for kind, no in zip(_SERVICES, answers, strict=True) if no)


async def _try_all(places: Sequence[Endpoint], net: Net) -> list[Found]:
    """Try the places side by side until both protocols have an answer, or time is up; none is left running."""
    clock = asyncio.get_running_loop()
    until = clock.time() + LIMIT - 0.1
    tasks = {place: asyncio.create_task(_try(place, net), name=str(place)) for place in places}
    pending = set(tasks.values())
    try:
        while pending and clock.time() < until:
            wait = max(0.0, until - clock.time())
            done, pending = await asyncio.wait(pending, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
            for protocol in _NAMES:
                _call_off(protocol, tasks)
            if done and _complete(tasks):
                until = min(until, clock.time() + _COMPANY)
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
    return [_outcome(place, task) for place, task in tasks.items()]


def _call_off(protocol: Protocol, tasks: dict[Endpoint, asyncio.Task[Found]]) -> None:
    """Stop trying STARTTLS where the protocol was found with TLS from the first byte."""
    good = [place for place, task in tasks.items() if _good(task) and place.protocol is protocol]
    if any(place.security is Security.TLS for place in good):
        for place, task in tasks.items():
            if place.protocol is protocol and place.security is Security.STARTTLS and not task.done():
                task.cancel()


def _good(task: asyncio.Task[Found]) -> bool:
    return task.done() and not task.cancelled() and task.result().good


def _complete(tasks: dict[Endpoint, asyncio.Task[Found]]) -> bool:
    """Return whether a server of every protocol that was tried was found."""
    wanted = {place.protocol for place in tasks}
    return wanted == {place.protocol for place, task in tasks.items() if _good(task)}


def _outcome(place: Endpoint, task: asyncio.Task[Found]) -> Found:
    """Return how a try ended, also where it was stopped."""
    if task.cancelled():
        return Found(place, False, "no answer, or no longer needed")
    return task.result()


async def _try(endpoint: Endpoint, net: Net) -> Found:
    """Speak to a server up to the point where one could sign in, and see whether it proves its name."""
    if endpoint.security is Security.STARTTLS:
        await asyncio.sleep(_BEHIND)
    return _judged(await attempt(endpoint, net, _TRY_LIMIT))


def _judged(trial: Trial) -> Found:
    """Return whether a server that proved its name takes a sign-in; one that sends for nobody is a relay.

    Of one that is not the one, whose certificate it shows is worth knowing.
    """
    if not trial.good:
        whose = f" (its certificate is for {trial.fact('names')})" if trial.code == "tls.hostname" else ""
        return Found(trial.endpoint, False, trial.code + whose)
    if not trial.lets_in:
        return Found(trial.endpoint, False, "takes no sign-in")
    return Found(trial.endpoint, True, f"ok, certificate from {trial.fact('issuer')}")


def _conclude(note: Note, good: Sequence[Found], seen: Sequence[Found]) -> None:
    """Write down what was found.

    Raises:
        Skip: where nothing was.
    """
    if not good:
        counted: dict[str, int] = {}
        for one in seen:
            counted[one.said] = counted.get(one.said, 0) + 1
        told = ", ".join(f"{said} ({number})" for said, number in sorted(counted.items()))
        raise Skip("discover.no-server", f"nobody speaks mail at {len(seen)} likely places: {told}")
    note.detail = ", ".join(one.endpoint.place for one in good)


def _candidate(found: Found, address: Address, place: int) -> Candidate:
    """Return a proposal: it answered and proved its name, but nobody said that it is the right one."""
    endpoint = found.endpoint
    why = (
        f"Nobody publishes it: {endpoint.host} was guessed, speaks {endpoint.protocol.upper()} on port {endpoint.port} "
        "and has a valid certificate for its name."
    )
    return Candidate(endpoint, str(address), (), "guess", Trust.GUESS, why, preference=place)

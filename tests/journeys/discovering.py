"""One run of discovery over a made-up domain, and what is wrong with it."""

from __future__ import annotations

import asyncio
import ipaddress
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.stopwatch import Stopwatch

from mailwizard import knowledge
from mailwizard.diagnosis import diagnose
from mailwizard.discovery import discover, known_provider
from mailwizard.discovery.ranking import best, not_offered, rank
from mailwizard.model import (
    Address,
    Candidate,
    Diagnosis,
    Evidence,
    Outcome,
    Security,
    Trust,
    read_host,
    read_port,
)
from mailwizard.net.clean import clean
from mailwizard.net.names import registered_domain
from mailwizard.sandbox import Domain, World, open_country
from mailwizard.sandbox.plot import ISPDB, POX_PATH, WELL_KNOWN_PATH
from mailwizard.sandbox.traffic import Connect, Question
from mailwizard.sandbox.web import Request

CLOUD = "outlook.office365.com"
CONNECTS = 20
"""Connections to mail ports in one run, at most."""
CANDIDATES = 100
"""Proposals that a domain may bring forth, at most: each costs time, and nobody reads more."""
GRACE = 0.7
"""Seconds by which a busy machine may be late."""
_MAIL_PORTS = frozenset({25, 110, 143, 465, 587, 993, 995})
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie"})


@dataclass(slots=True)
class Run:
    """What discovery told, when, and what it asked on the way."""

    domain: Domain
    candidates: list[Candidate] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    answered: float = 0.0
    """Seconds until the best servers had been named."""
    ended: float = 0.0
    stalled: float = 0.0
    """Seconds of these in which no processor was free."""
    questions: tuple[Question, ...] = ()
    connects: tuple[Connect, ...] = ()
    requests: tuple[Request, ...] = ()

    @property
    def provider(self) -> str:
        """Return the id of the provider card that was found."""
        return known_provider(self.evidence) or next((c.provider for c in rank(self.candidates) if c.provider), "")

    @property
    def diagnoses(self) -> tuple[Diagnosis, ...]:
        """Return what the evidence means."""
        over = [seen for seen in self.evidence if seen.outcome is not Outcome.RUNNING]
        return diagnose(over, provider=self.provider, address=Address.parse(self.domain.address))

    @property
    def causes(self) -> set[str]:
        """Return what a person is told, by its causes: from the evidence, and from the cards of those who are named."""
        named = {self.provider} | {
            value for seen in self.evidence for name, value in seen.facts if name in {"provider", "gateway"}
        }
        cards = (knowledge.provider(name) for name in named)
        cautions = {caution.cause for card in cards if card for caution in card.cautions}
        return cautions | {found.cause for found in self.diagnoses}

    @property
    def words(self) -> str:
        """Return everything that was told, in lower case."""
        parts = [part for seen in self.evidence for part in (seen.subject, seen.code, seen.detail, *_values(seen))]
        parts += [part for found in self.diagnoses for part in (found.title, found.why, *found.fix)]
        return "\n".join([*parts, *(found.why for found in self.candidates)]).lower()


def _values(seen: Evidence) -> Iterator[str]:
    return (part for fact in seen.facts for part in fact)


async def run(domain: Domain, *, round_trip: float = 0.0) -> Run:
    """Discover a domain in a world where it is alone."""
    async with open_country([domain], round_trip=round_trip) as world:
        return await run_in(world, domain)


async def run_in(world: World, domain: Domain) -> Run:
    """Discover a domain in a world."""
    made, begun, watch = Run(domain), time.monotonic(), Stopwatch()
    named: dict[str, float] = {}

    def tell(fact: Candidate | Evidence) -> None:
        if isinstance(fact, Evidence):
            made.evidence.append(fact)
        else:
            made.candidates.append(fact)
            named.setdefault(str(fact.endpoint), time.monotonic() - begun)

    await discover(Address.parse(domain.address), world.net, tell)
    made.ended, made.stalled = time.monotonic() - begun, watch.stalled
    chosen = [best(made.candidates, incoming) for incoming in (True, False)]
    made.answered = max((named[str(found.endpoint)] for found in chosen if found is not None), default=0.0)
    made.questions, made.connects = tuple(world.traffic.questions), tuple(world.traffic.connects)
    made.requests = tuple(world.web.requests)
    return made


def faults(made: Run) -> list[str]:
    """Return what is wrong with a run, each as a sentence; nothing where all is right."""
    checks = (_answer, _refusals, _told, _names, _connects, _requests, _texts, _times)
    return [fault for check in checks for fault in check(made)]


def _answer(made: Run) -> Iterator[str]:
    """Judge the best servers, their login names and how far they are trusted."""
    domain = made.domain
    names = {True: domain.username, False: domain.outgoing_username or domain.username}
    for incoming, expected in ((True, domain.incoming), (False, domain.outgoing)):
        found = best(made.candidates, incoming)
        way = "receive" if incoming else "send"
        if expected is not None and str(found.endpoint if found else "") != domain.fill(expected):
            yield f"to {way}: {found.endpoint if found else 'nothing'}, not {domain.fill(expected) or 'nothing'}"
        elif expected and found is not None:
            if names[incoming] and found.username != domain.fill(names[incoming]):
                yield f"login name to {way}: {found.username!r}, not {domain.fill(names[incoming])!r}"
            if incoming and domain.auth and found.auth != domain.auth:
                yield f"sign-in: {found.auth}, not {domain.auth}"
        if domain.consent and found is not None and found.trust.rank >= Trust.PUBLISHED.rank:
            yield f"{found.endpoint} is used unasked"
    offered = [str(found.endpoint) for found in rank(made.candidates)]
    yield from (f"not offered: {text}" for text in map(domain.fill, domain.lists) if text not in offered)


def _refusals(made: Run) -> Iterator[str]:
    """Judge what may not be offered, or not without asking."""
    domain, offered = made.domain, rank(made.candidates)
    refused = [str(found.endpoint) for found in not_offered(made.candidates)]
    for part in map(domain.fill, domain.refuses):
        if not any(part in text for text in refused):
            yield f"not listed as refused: {part}"
    for found in offered:
        host = found.endpoint.host
        if host in map(domain.fill, domain.never):
            yield f"offered: {found.endpoint} by {found.source}"
        if host in map(domain.fill, domain.doubted) and found.trust.rank >= Trust.PUBLISHED.rank:
            yield f"offered unasked: {found.endpoint} by {found.source}"
        if found.endpoint.security is Security.NONE:
            yield f"offered in clear: {found.endpoint}"
        if _inner(host) and not domain.internal and found.trust.rank >= Trust.PUBLISHED.rank and not found.provider:
            yield f"an inner address is offered unasked: {found.endpoint}"


def _told(made: Run) -> Iterator[str]:
    """Judge what a person is told."""
    yield from (
        f"not told: {cause} (but {sorted(made.causes)})" for cause in made.domain.causes if cause not in made.causes
    )
    yield from (f"not said: {said!r}" for said in made.domain.says if said.lower() not in made.words)
    yield from (f"a bug: {seen.subject}: {seen.detail}" for seen in made.evidence if seen.code == "bug")


def _names(made: Run) -> Iterator[str]:
    """Judge the names that were asked about."""
    domain = made.domain
    home = registered_domain(domain.a_label) or domain.a_label
    providers = {found.endpoint.host for found in made.candidates if found.trust is Trust.CURATED}
    allowed = {ISPDB, *domain.asks, *providers, *({CLOUD} if _at_microsoft(domain, made) else ())}
    for question in dict.fromkeys(made.questions):
        name = question.name
        if not (_within(name, home) or name in allowed):
            yield f"asked about {name!r} {question.kind}"
        if any(_within(name, domain.fill(other)) for other in domain.unasked):
            yield f"asked about {name!r} {question.kind}, which is off limits"


def _at_microsoft(domain: Domain, made: Run) -> bool:
    """Return whether the exchanger or the alias of this domain names Microsoft."""
    return any(
        "microsoft" in value or "outlook-com" in value for seen in made.evidence for _, value in seen.facts
    ) and (CLOUD not in domain.unasked)


def _connects(made: Run) -> Iterator[str]:
    """Judge where connections went, and whether anything was said in clear."""
    to_mail = [connect for connect in made.connects if connect.port in _MAIL_PORTS]
    if len(to_mail) > CONNECTS:
        yield f"{len(to_mail)} connections to mail ports"
    for connect in made.connects:
        if connect.port in {25, 80}:
            yield f"connected to {connect.address} port {connect.port}"
        if connect.in_clear:
            yield f"said in clear to port {connect.port}: {connect.in_clear[:80]!r}"
        if _inner(connect.address) and not made.domain.internal:
            yield f"connected to the inner address {connect.address} port {connect.port}"


def _requests(made: Run) -> Iterator[str]:
    """Judge what web hosts were told."""
    domain = made.domain
    home = registered_domain(domain.a_label) or domain.a_label
    untold = {*map(domain.fill, domain.untold), ISPDB, CLOUD}
    for request in made.requests:
        where = f"{request.host}{request.target}"[:160]
        if not request.encrypted:
            yield f"asked in clear: {where}"
        if (not _within(request.host, home) or request.host in untold) and request.tells(domain.local):
            yield f"the address was told to {where}"
        yield from (f"the header {name} went to {where}" for name, _ in request.headers if name in _SECRET_HEADERS)
        if dict(request.headers).get("user-agent") != "mailwizard":
            yield f"named itself {dict(request.headers).get('user-agent')!r} to {where}"
        if request.path == WELL_KNOWN_PATH and request.target != request.path:
            yield f"a query to the well-known place: {where}"
        if "%2e" in request.target.lower():
            yield f"a dot was encoded: {where}"
        if request.host == ISPDB and registered_domain(request.path.rpartition("/")[2]) is None:
            yield f"a public suffix was asked about: {where}"
        if request.path.lower() == POX_PATH and request.method == "POST":
            yield from _pox(domain, request)


def _pox(domain: Domain, request: Request) -> Iterator[str]:
    """Judge the body of a request to Autodiscover."""
    try:
        told = [element.text for element in ElementTree.fromstring(request.body).iter() if "EMail" in element.tag]
    except ElementTree.ParseError as wrong:
        yield f"the request to {request.host} is no XML: {wrong}"
    else:
        home = registered_domain(domain.a_label) or domain.a_label
        if len(told) != 1 or not _within((told[0] or "").rpartition("@")[2], home):
            yield f"the request to {request.host} names {told}"


def _texts(made: Run) -> Iterator[str]:
    """Judge whether everything told is harmless and whole, and not too much."""
    if len(made.candidates) > CANDIDATES:
        yield f"{len(made.candidates)} candidates"
    for seen in made.evidence:
        yield from (f"not cleaned: {text!r}" for text in (seen.detail, *_values(seen)) if clean(text) != text)
    for found in made.candidates:
        endpoint = found.endpoint
        if any(clean(text) != text for text in (found.why, found.username, endpoint.host)):
            yield f"not cleaned: {found!r}"
        if read_host(endpoint.host) != endpoint.host or read_port(str(endpoint.port)) != endpoint.port:
            yield f"no server: {endpoint}"


def _times(made: Run) -> Iterator[str]:
    """Judge how long it took, and whether it ended."""
    if made.ended - made.stalled > made.domain.seconds + GRACE:
        yield f"the end took {made.ended:.2f} s, the answer {made.answered:.2f} s"


def _within(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")


def _inner(host: str) -> bool:
    """Return whether this is an address inside a private network or this machine."""
    from mailwizard.net.reach import Reach, reach

    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return reach(host) is not Reach.PUBLIC


async def run_all(chosen: Sequence[Domain], at_once: int) -> dict[str, Run]:
    """Discover domains, some at once, each in a world of its own.

    Where something is wrong, the domain is done again with the machine to itself: a run that others slow down proves
    nothing about time.
    """
    turns = asyncio.Semaphore(at_once)

    async def one(domain: Domain) -> Run:
        async with turns:
            return await run(domain)

    runs = {made.domain.name: made for made in await asyncio.gather(*map(one, chosen))}
    for domain in chosen:
        if faults(runs[domain.name]):
            runs[domain.name] = await run(domain)
    return runs

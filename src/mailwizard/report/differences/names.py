"""Names that lead elsewhere: another resolver, other addresses, a name that one side does not find."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from mailwizard.model import Step
from mailwizard.net.reach import Reach, reach
from mailwizard.report.difference import HINT, LIKELY, POSSIBLE, SURE, Difference, Found, Same, compared
from mailwizard.report.pairs import REACHING, Kind, Pair, Parting
from mailwizard.report.sides import INCOMING, OUTGOING, Course, Side

_AFTER = REACHING - {Step.RESOLVE}


def find(pair: Pair) -> Iterator[Found]:
    """Yield who was asked for names, and where they lead."""
    yield from compared("resolver", "resolver", *pair.each(resolver_of))
    for parting in pair.partings:
        if parting.step in {Step.RESOLVE, Step.DISCOVER} and parting.bad.code.startswith("dns."):
            yield _unknown(pair, parting)
    for way in (INCOMING, OUTGOING):
        a, b = pair.on(way)
        if a and b and a.endpoint and b.endpoint and a.endpoint.host == b.endpoint.host:
            yield from _addresses(pair, way, a, b)


def resolver_of(side: Side) -> str:
    """Return who was asked for names."""
    environment = side.environment
    return environment.resolver or " ".join(environment.resolvers)


def _asked(side: Side) -> str:
    """Return who gave an answer, as the subject of a sentence."""
    resolver = resolver_of(side)
    return f"the resolver of {side.name}" + (f" ({resolver})" if resolver else "")


def _unknown(pair: Pair, parting: Parting) -> Difference:
    """Say that one side gets no address for a name that the other side finds."""
    found = {parting.worse.name: parting.bad.code, parting.better.name: "found" if parting.good else "not asked"}
    points, sentence = 0, ""
    endpoint = parting.course(parting.worse).endpoint
    if parting.kind is Kind.FAILS and (parting.same_host or endpoint is None):
        name = endpoint.host if endpoint else "the domain"
        none = "does not know" if parting.bad.code in {"dns.nxdomain", "dns.nodata"} else "does not answer for"
        if resolver_of(parting.worse) == resolver_of(parting.better):
            what = "is not known" if none == "does not know" else "gets no answer from the resolver"
            sentence = f"In {parting.worse.name} the name {name} {what} ({parting.bad.code}); in {parting.better.name} "
            sentence += "it leads somewhere."
        else:
            sentence = f"{_capital(_asked(parting.worse))} {none} {name} ({parting.bad.code}); "
            sentence += f"{_asked(parting.better)} finds it."
        points = SURE
    return Difference("addresses", "addresses", found["A"], found["B"], parting.way, points, sentence)


def _addresses(pair: Pair, way: str, a: Course, b: Course) -> Iterator[Found]:
    """Say that the same name leads elsewhere; addresses that overlap are one service."""
    texts = a.fact("addresses", Step.RESOLVE), b.fact("addresses", Step.RESOLVE)
    sets = [frozenset(text.split()) for text in texts]
    if not all(sets):
        return
    if sets[0] == sets[1]:
        yield Same("addresses", "addresses", texts[0], way)
        return
    parting = pair.parting(way)
    points, sentence = 0, ""
    if parting is not None and parting.kind is not Kind.WARNS and not sets[0] & sets[1]:
        points, sentence = _elsewhere(parting)
    yield Difference("addresses", "addresses", *texts, way, points, sentence)


def _elsewhere(parting: Parting) -> tuple[int, str]:
    worse, better = parting.both
    host = worse.endpoint.host if worse.endpoint else ""
    there, here = worse.fact("addresses", Step.RESOLVE), better.fact("addresses", Step.RESOLVE)
    own = worse.fact("source", Step.RESOLVE) == "hosts"
    if not own and resolver_of(parting.worse) == resolver_of(parting.better):
        sentence = f"In {parting.worse.name} the name {host} leads to {there}, in {parting.better.name} to {here}."
    else:
        by = f"the hosts file of {parting.worse.name}" if own else _asked(parting.worse)
        sentence = f"{_capital(by)} leads {host} to {there}, {_asked(parting.better)} to {here}."
    strange = any(_inside(one) for one in there.split()) and not any(_inside(one) for one in here.split())
    if parting.step not in _AFTER:
        return (LIKELY if own or strange else HINT), sentence
    points = SURE + 1 if own or strange else LIKELY + 12 if resolver_of(parting.worse) else POSSIBLE + 15
    return points, f"{sentence} There another server answers, or none."


def _inside(text: str) -> bool:
    """Return whether an address lies inside a network, where no public server is."""
    try:
        return reach(str(ipaddress.ip_address(text))) is not Reach.PUBLIC
    except ValueError:
        return False


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"

"""IPv6 and IPv4: which of them leads out, and over which of them a server was reached."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from mailwizard.model import Evidence, Step
from mailwizard.report.difference import HINT, LIKELY, SURE, Difference, Found, compared
from mailwizard.report.pairs import INSIDE, Kind, Pair, Parting
from mailwizard.report.sides import INCOMING, OUTGOING, Course

_WAYS = {"yes": "there is a way out", "no": "there is none"}


def find(pair: Pair) -> Iterator[Found]:
    """Yield how each family fared."""
    for family in ("ipv6", "ipv4"):
        a_way, b_way = getattr(pair.a.environment, family), getattr(pair.b.environment, family)
        label = f"{_name(family)} of the machine"
        yield from compared(f"{family}-way", label, _WAYS.get(a_way, a_way), _WAYS.get(b_way, b_way))
    for way in (INCOMING, OUTGOING):
        a, b = pair.on(way)
        if not (a and b):
            continue
        parting = pair.parting(way)
        if parting is not None and parting.step is Step.CONNECT and parting.kind is Kind.FAILS:
            yield from _only_six(way, parting)
        for family in ("ipv6", "ipv4"):
            texts = _fared(a, family), _fared(b, family)
            if all(texts) and "ok" in texts and texts[0] != texts[1] and set(texts) - {"ok", "not-tried", "slower"}:
                yield _broken(way, family, texts, parting)
        yield from _used(way, a, b, parting)


def _name(family: str) -> str:
    return family.replace("ip", "IP")


def _fared(course: Course, family: str) -> str:
    """Return the worst that is known of a family on one way."""
    told = [one.fact(family) for one in course.seen if one.step is Step.CONNECT and one.fact(family)]
    return next((how for how in told if how not in {"ok", "not-tried", "slower"}), told[0] if told else "")


def _broken(way: str, family: str, texts: tuple[str, str], parting: Parting | None) -> Difference:
    """Say that a family leads to the server on one side and not on the other."""
    points, sentence = 0, ""
    if parting is not None and parting.step is Step.CONNECT:
        worse, _ = parting.both
        how = _fared(worse, family)
        if how not in {"ok", "not-tried", "slower"}:
            points, sentence = _lacks(parting, family, how)
    return Difference(family, _name(family), *texts, way, points, sentence)


def _lacks(parting: Parting, family: str, how: str) -> tuple[int, str]:
    name, worse, better = _name(family), parting.worse.name, parting.better.name
    fares = f"In {better} the server is reached over {name}, in {worse} it is not ({how})"
    if parting.kind is Kind.WARNS:
        other = "IPv4" if family == "ipv6" else "IPv6"
        return SURE, f"{fares}: {name} is broken in {worse}, and {other} stands in for it."
    return HINT, f"{fares}."


def _only_six(way: str, parting: Parting) -> Iterator[Difference]:
    """Say that a name leads to IPv6 alone, which the worse side cannot reach; a name without IPv4 has no way round."""
    worse, better = parting.both
    host = worse.endpoint.host if worse.endpoint else ""
    addresses = worse.fact("addresses", Step.RESOLVE).split()
    if not (parting.same_host and addresses and all(":" in one for one in addresses)):
        return
    told, other = parting.worse, parting.better
    over = _family(better.at(Step.CONNECT)) or "another way"
    said = (
        f"In {told.name} {host} has only IPv6 addresses and none of them can be reached, in {other.name} it is reached "
        f"over {over}: IPv6 is broken or absent in {told.name}."
    )
    texts = {told.name: parting.bad.code, other.name: f"reached over {over}"}
    points = SURE + 3 if told.environment.ipv6 == "no" else SURE - 5
    yield Difference("ipv6", "IPv6", texts["A"], texts["B"], way, points, said)


def _used(way: str, a: Course, b: Course, parting: Parting | None) -> Iterator[Found]:
    """Say over which family each side came; a server may think differently of each."""
    texts = _family(a.at(Step.CONNECT)), _family(b.at(Step.CONNECT))
    for found in compared("family", "reached over", *texts, way):
        if isinstance(found, Difference) and parting is not None and parting.step in INSIDE and parting.same_host:
            sides = {"A": texts[0], "B": texts[1]}
            said = (
                f"{parting.worse.name} came over {sides[parting.worse.name]}, {parting.better.name} over "
                f"{sides[parting.better.name]}; some servers judge the two differently."
            )
            judged = any(cause.startswith(("ip_", "rdns")) for cause in parting.causes)
            yield Difference(found.slug, found.label, found.a, found.b, way, LIKELY + 22 if judged else HINT, said)
        else:
            yield found


def _family(seen: Evidence | None) -> str:
    """Return over which family a connection came about."""
    try:
        return f"IPv{ipaddress.ip_address(seen.fact('address')).version}" if seen and seen.fact("address") else ""
    except ValueError:
        return ""

"""Other networks: what one lets through and the other does not."""

from __future__ import annotations

from collections.abc import Iterator

from mailwizard.diagnosis.surroundings import surroundings
from mailwizard.model import Step
from mailwizard.report.difference import LIKELY, POSSIBLE, SURE, Difference, Found
from mailwizard.report.pairs import Kind, Pair, Parting

_SILENT = frozenset({"tcp.timeout", "tcp.unreachable", "tcp.refused", "tcp.reset", "timeout"})
_JUDGED = frozenset(
    {"ip_blocked_dynamic", "ip_blocked_policy", "ip_blocklisted", "ip_rate_blocked", "geo_blocked", "rdns_required"}
    | {"conditional_access_blocked", "helo_rejected"}
)
"""Causes by which a server judges from where one comes."""
_PORTAL = frozenset({"captive_portal", "network_policy_blocked", "starttls_stripped"})
_NAMED = 3
"""Places that are named as answering."""


def find(pair: Pair) -> Iterator[Found]:
    """Yield what one network does that the other does not."""
    for parting in pair.partings:
        if parting.kind is Kind.WARNS:
            continue
        cause = next(iter(parting.causes), "")
        if cause in _JUDGED and parting.same_host:
            yield _judged(pair, parting)
        elif cause in _PORTAL and parting.same_host:
            yield _led_astray(pair, parting)
        elif parting.step is Step.CONNECT and parting.bad.code in _SILENT and parting.same_place:
            yield _blocked(pair, parting)


def _told(pair: Pair, parting: Parting, points: int, sentence: str, slug: str = "network") -> Difference:
    """Return the difference, each side in its place."""
    good = f"{parting.good.code or 'ok'}" if parting.good else "not tried"
    texts = {parting.worse.name: parting.bad.code, parting.better.name: good}
    return Difference(slug, "the way there", texts[pair.a.name], texts[pair.b.name], parting.way, points, sentence)


def _blocked(pair: Pair, parting: Parting) -> Difference:
    """Say who keeps one side from connecting where the other side connects."""
    worse, better = parting.worse, parting.better
    endpoint = parting.course(worse).endpoint
    if endpoint is None or parting.kind is not Kind.FAILS:
        return _told(pair, parting, 0, "")
    nothing = "refuses" if parting.bad.code in {"tcp.refused", "tcp.reset"} else "gives no answer"
    known = _around(parting)
    others = worse.elsewhere(endpoint)
    start = f"In {better.name} port {endpoint.port} of {endpoint.host} connects; in {worse.name} it {nothing}"
    if others:
        start += f" while {_listed(others)} {'answer' if len(others) > 1 else 'answers'}"
    if known.get("server") and known.get("reference") == "answers":
        said = f"{start}, and well-known servers answer on that port from there. So it is the server that was shut."
        return _told(pair, parting, LIKELY + 8, said, "server-state")
    if known.get("network") in {"dead", "silent"} or not others:
        said = f"{start}, nor does anything else that was tried. So {worse.name} was cut off from the network."
        return _told(pair, parting, LIKELY + 5, said)
    if nothing == "refuses" and _one_place(pair):
        said = f"{start}. Both ran in the same place, so the server closed that port, or a firewall began to."
        return _told(pair, parting, LIKELY, said, "server-state")
    sure = SURE if known.get("egress") == "blocked" else LIKELY + 10
    return _told(pair, parting, sure, f"{start}: the network of {worse.name} blocks that port.")


def _around(parting: Parting) -> dict[str, str]:
    """Return what the rest of the worse side's evidence says of the failure."""
    evidence = parting.worse.report.evidence
    at = next((at for at, one in enumerate(evidence) if one is parting.bad), None)
    return dict(surroundings(evidence)[at]) if at is not None else {}


def _one_place(pair: Pair) -> bool:
    """Return whether both ran on the same machine with the same resolvers, as far as can be seen."""
    a, b = pair.a.environment, pair.b.environment
    return bool(a.resolvers) and (a.resolvers, a.system, a.time_zone) == (b.resolvers, b.system, b.time_zone)


def _listed(places: tuple[str, ...]) -> str:
    *most, last = places[:_NAMED]
    return f"{', '.join(most)} and {last}" if most else last


def _judged(pair: Pair, parting: Parting) -> Difference:
    said = (
        f"The server refuses {parting.worse.name} because of the address from which it comes, at the step "
        f"{parting.step}; from where {parting.better.name} ran it does not: another network, another verdict."
    )
    return _told(pair, parting, SURE if parting.kind is Kind.FAILS else POSSIBLE, said)


def _led_astray(pair: Pair, parting: Parting) -> Difference:
    said = (
        f"In {parting.worse.name} something in the network answers in the place of the server, such as a login page "
        f"or a filter; in {parting.better.name} the server itself does."
    )
    return _told(pair, parting, SURE + 3, said)

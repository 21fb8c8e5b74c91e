"""Proxies: a network that has one often lets nothing out beside it, and mail does not go through it."""

from __future__ import annotations

from collections.abc import Iterator

from mailwizard.model import Step
from mailwizard.report.difference import HINT, LIKELY, SURE, Difference, Found, absent
from mailwizard.report.pairs import Kind, Pair, Parting
from mailwizard.report.sides import Side

_CUT_OFF = frozenset({"tcp.timeout", "tcp.refused", "tcp.reset", "tcp.unreachable", "timeout", "tcp.closed"})


def find(pair: Pair) -> Iterator[Found]:
    """Yield which proxies were set."""
    for found in absent("proxy", "proxy", *(_proxies(side) for side in pair.sides)):
        parting = next((one for one in pair.partings if _fits(one)), None)
        if isinstance(found, Difference) and parting is not None:
            yield Difference(found.slug, found.label, found.a, found.b, "", *_explains(parting))
        else:
            yield found


def _proxies(side: Side) -> str:
    """Return the proxies that were set, each once, however their variables are spelled."""
    named = {name.lower(): value for name, value in side.environment.proxies if value and name.lower() != "no_proxy"}
    return ", ".join(f"{name}={named[name]}" for name in sorted(named))


def _fits(parting: Parting) -> bool:
    """Return whether a network that lets nothing out beside its proxy would look so."""
    asked = parting.bad.code in _CUT_OFF or parting.bad.code.startswith("dns.") or "proxy_required" in parting.causes
    reaching = parting.step in {Step.RESOLVE, Step.CONNECT, Step.DISCOVER} or "proxy_required" in parting.causes
    return asked and reaching and parting.kind is Kind.FAILS and bool(_proxies(parting.worse))


def _explains(parting: Parting) -> tuple[int, str]:
    """Return how well it explains that one side cannot get out, and in which words."""
    endpoint = parting.course(parting.worse).endpoint
    others = parting.worse.elsewhere(endpoint) if endpoint else ()
    said = (
        f"{parting.worse.name} ran in a network with a proxy ({_proxies(parting.worse)}), {parting.better.name} did "
        "not: such a network lets nothing out beside its proxy, and mail cannot go through that."
    )
    if "proxy_required" in parting.causes:
        return SURE + 2, said
    return (HINT if others else LIKELY + 12), said

"""Put candidates in order: pure, and the one place where preference between them lives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from mailwizard.model import AuthKind, Candidate, Protocol, Security, Trust
from mailwizard.net.names import same_registered_domain

_SOURCES = (
    "typed",
    "saved",
    "cards",
    "mx",
    "pacc",
    "autoconfig",
    "mailconf",
    "ispdb",
    "srv",
    "exchange",
    "microsoft",
    "spf",
    "autodiscover",
    "guess",
)
"""Of equal trust the earlier one wins; a source that is not named here comes after these."""
_VOICES = {"pacc": "documents", "autoconfig": "documents", "mailconf": "documents", "autodiscover": "documents"} | {
    "cards": "cards",
    "mx": "cards",
    "exchange": "cards",
    "microsoft": "cards",
    "spf": "cards",
}
"""Sources that repeat each other have one voice: what the domain's web server says, what the provider's card says."""
_PROTOCOLS = (Protocol.IMAP, Protocol.SMTP, Protocol.POP3, Protocol.EWS, Protocol.GRAPH)
_FIRST = _PROTOCOLS[:2]
"""The protocols that come before all others, whoever proposes those."""
_SECURITIES = (Security.TLS, Security.STARTTLS, Security.NONE)
_FINAL = frozenset({"cards", "typed", "saved"})
"""Sources that no other contradicts."""

_Key = tuple[int, int, int, int, str, int, int, int, str, int, str, str, str, tuple[str, ...], str]
_Voices = Mapping[tuple[Protocol, str], int]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two proposals that cannot both be right, in order of rank."""

    winner: Candidate
    loser: Candidate


def rank(candidates: Iterable[Candidate], first: Protocol | None = None) -> tuple[Candidate, ...]:
    """Return what can be offered, best first, equal endpoints merged; the order they came in does not matter.

    POP3 comes after IMAP and SMTP, and web services come last; then trust decides, then how many independent sources
    name the host, then the source (a card of the domain before one found by MX, both before what the domain
    publishes), IMAP before SMTP, TLS before STARTTLS, and last the source's own order. What does not encrypt is left
    out: see :func:`not_offered`. Conflicts stay in the list, and ``why`` says which one wins. ``first`` is a protocol
    that a person asked for: what speaks it comes before the rest, unless it is only a guess.
    """
    offered = [candidate for candidate in candidates if candidate.endpoint.security is not Security.NONE]
    ranked = _name_conflicts(_sorted(offered))
    return tuple(sorted(ranked, key=lambda one: one.endpoint.protocol is not first or one.trust is Trust.GUESS))


def best(candidates: Iterable[Candidate], incoming: bool) -> Candidate | None:
    """Return the best candidate to fetch mail from, or to send it through; POP3 only where there is no IMAP."""
    return next((found for found in rank(candidates) if found.endpoint.protocol.incoming is incoming), None)


def not_offered(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Return the candidates that are never offered, with the reason in ``why``."""
    clear = [candidate for candidate in candidates if candidate.endpoint.security is Security.NONE]
    reason = "Not offered: without encryption everyone on the way reads the password."
    return tuple(_say(found, reason) for found in _sorted(clear))


def settled(candidates: Iterable[Candidate]) -> bool:
    """Return whether both directions have an answer that needs nobody's consent, IMAP unless a card knows only POP3."""
    found = tuple(candidates)
    incoming, outgoing = best(found, incoming=True), best(found, incoming=False)
    if incoming is None or outgoing is None:
        return False
    if incoming.endpoint.protocol is Protocol.POP3 and incoming.trust is not Trust.CURATED:
        return False
    return min(incoming.trust.rank, outgoing.trust.rank) >= Trust.PUBLISHED.rank


def can_win(source: str, ceiling: Trust, candidates: Iterable[Candidate]) -> bool:
    """Return whether a source that says the best it can say would change what is chosen in either direction."""
    found = tuple(candidates)
    return any(
        chosen is None or (ceiling.rank, -_place_of(source)) > (chosen.trust.rank, -_place_of(chosen.source))
        for chosen in (best(found, incoming=True), best(found, incoming=False))
    )


def conflicts(ranked: Sequence[Candidate]) -> tuple[Conflict, ...]:
    """Return what the best candidate of each protocol outranks though it is published too and leads elsewhere."""
    found = []
    for protocol in _PROTOCOLS:
        same = [candidate for candidate in ranked if candidate.endpoint.protocol is protocol]
        for other in same[1:]:
            if other.trust.rank >= Trust.PUBLISHED.rank and _leads_elsewhere(other, same[0]):
                found.append(Conflict(same[0], other))
    return tuple(found)


def _leads_elsewhere(candidate: Candidate, winner: Candidate) -> bool:
    """Return whether two candidates lead to different providers."""
    known = {candidate.provider, winner.provider}
    one_provider = len(known) == 1 and known != {""}
    return not one_provider and not same_registered_domain(candidate.endpoint.host, winner.endpoint.host)


def _sorted(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return candidates merged and in order."""
    merged = [_merge(sorted(group, key=lambda one: _key(one, {}))) for group in _by_endpoint(candidates)]
    voices = _voices(merged)
    return sorted(merged, key=lambda one: _key(one, voices))


def _voices(candidates: Sequence[Candidate]) -> _Voices:
    """Return how many independent sources name each host for each protocol."""
    heard: dict[tuple[Protocol, str], set[str]] = {}
    for candidate in candidates:
        named = heard.setdefault((candidate.endpoint.protocol, candidate.endpoint.host), set())
        named.update(_VOICES.get(source, source) for source in (candidate.source, *candidate.also))
    return {place: len(sources) for place, sources in heard.items()}


def _place_of(source: str) -> int:
    """Return how early a source comes among equals."""
    return _SOURCES.index(source) if source in _SOURCES else len(_SOURCES)


def _key(candidate: Candidate, voices: _Voices) -> _Key:
    """Return what orders candidates: every field counts in the end, so no two different ones are equal."""
    endpoint = candidate.endpoint
    return (
        max(0, _PROTOCOLS.index(endpoint.protocol) - len(_FIRST) + 1),
        -candidate.trust.rank,
        -voices.get((endpoint.protocol, endpoint.host), 0),
        _place_of(candidate.source),
        candidate.source,
        _PROTOCOLS.index(endpoint.protocol),
        _SECURITIES.index(endpoint.security),
        candidate.preference,
        endpoint.host,
        endpoint.port,
        endpoint.path,
        candidate.provider,
        candidate.username,
        (*candidate.auth, "", *candidate.also),
        candidate.why,
    )


def _by_endpoint(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Return the candidates in groups that propose the same endpoint."""
    return [list(group) for _, group in groupby(sorted(candidates, key=_place), key=_place)]


def _place(candidate: Candidate) -> str:
    """Return what equal endpoints have in common."""
    return str(candidate.endpoint)


def _merge(group: Sequence[Candidate]) -> Candidate:
    """Return one candidate for several of the same endpoint, best first: the best one's words, all sign-in kinds."""
    first = group[0]
    auth: tuple[AuthKind, ...] = tuple(dict.fromkeys(kind for candidate in group for kind in candidate.auth))
    username = next((candidate.username for candidate in group if candidate.username), "")
    provider = next((candidate.provider for candidate in group if candidate.provider), "")
    named = {source for candidate in group for source in (candidate.source, *candidate.also)}
    others = tuple(sorted(named - {first.source}))
    merged = replace(first, auth=auth, username=username, provider=provider, also=others)
    return _say(merged, f"Also named by: {', '.join(others)}.") if others != first.also else merged


def _name_conflicts(ranked: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Let the candidates say where the provider that holds the mail wins over what else is published.

    A domain that moved to a provider often keeps the old host's records; the mail exchanger cannot be left over,
    because mail would not arrive.
    """
    winners = {protocol: next((c for c in ranked if c.endpoint.protocol is protocol), None) for protocol in Protocol}
    said = []
    for candidate in ranked:
        winner = winners[candidate.endpoint.protocol]
        rivals = [other for other in ranked if winner is not None and _loses(other, winner)]
        if winner is not None and _loses(candidate, winner):
            candidate = _say(
                candidate, f"Ranked below {winner.endpoint.host}: mail arrives there, this may be left over."
            )
        elif candidate is winner and rivals:
            hosts = ", ".join(dict.fromkeys(other.endpoint.host for other in rivals))
            candidate = _say(candidate, f"Preferred to {hosts} ({rivals[0].source}), because mail arrives here.")
        said.append(candidate)
    return tuple(said)


def _loses(candidate: Candidate, winner: Candidate) -> bool:
    """Return whether a candidate contradicts the mail exchanger's provider, which won."""
    return (
        winner.source == "mx"
        and candidate.source not in _FINAL | {"mx"}
        and candidate.endpoint.protocol is winner.endpoint.protocol
        and candidate.endpoint.host != winner.endpoint.host
        and candidate.provider != winner.provider
    )


def _say(candidate: Candidate, sentence: str) -> Candidate:
    """Return the candidate with one more sentence in its reason."""
    if sentence in candidate.why:
        return candidate
    return replace(candidate, why=f"{candidate.why} {sentence}".strip())

"""Put candidates in order: pure, and the one place where preference between them lives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from mailwizard.model import AuthKind, Candidate, Protocol, Security

_SOURCES = ("typed", "saved", "cards", "mx", "srv")
"""Of equal trust the earlier one wins; a source that is not named here comes after these."""
_PROTOCOLS = (Protocol.IMAP, Protocol.SMTP, Protocol.POP3)
_SECURITIES = (Security.TLS, Security.STARTTLS, Security.NONE)

_Key = tuple[bool, int, int, str, int, int, int, str, int, str, str, tuple[str, ...], str]


def rank(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Return what can be offered, best first, equal endpoints merged; the order they came in does not matter.

    POP3 comes last, then trust decides, then the source (a card of the domain before one found by MX, both before
    what DNS names), IMAP before SMTP, TLS before STARTTLS, and last the source's own order. What does not encrypt is
    left out: see :func:`not_offered`. Conflicts stay in the list, and ``why`` says which one wins.
    """
    offered = [candidate for candidate in candidates if candidate.endpoint.security is not Security.NONE]
    merged = [_merge(sorted(group, key=_key)) for group in _by_endpoint(offered)]
    return _name_conflicts(sorted(merged, key=_key))


def best(candidates: Iterable[Candidate], incoming: bool) -> Candidate | None:
    """Return the best candidate to fetch mail from, or to send it through; POP3 only where there is no IMAP."""
    return next((found for found in rank(candidates) if found.endpoint.protocol.incoming is incoming), None)


def not_offered(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Return the candidates that are never offered, with the reason in ``why``."""
    clear = [candidate for candidate in candidates if candidate.endpoint.security is Security.NONE]
    merged = sorted((_merge(sorted(group, key=_key)) for group in _by_endpoint(clear)), key=_key)
    return tuple(
        _say(found, "Not offered: without encryption everyone on the way reads the password.") for found in merged
    )


def _key(candidate: Candidate) -> _Key:
    """Return what orders candidates: every field counts in the end, so no two different ones are equal."""
    endpoint, source = candidate.endpoint, candidate.source
    return (
        endpoint.protocol is Protocol.POP3,
        -candidate.trust.rank,
        _SOURCES.index(source) if source in _SOURCES else len(_SOURCES),
        source,
        _PROTOCOLS.index(endpoint.protocol),
        _SECURITIES.index(endpoint.security),
        candidate.preference,
        endpoint.host,
        endpoint.port,
        candidate.provider,
        candidate.username,
        tuple(candidate.auth),
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
    merged = replace(first, auth=auth, username=username, provider=provider)
    others = sorted({candidate.source for candidate in group} - {first.source})
    return _say(merged, f"Also named by: {', '.join(others)}.") if others else merged


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
        and candidate.source not in {"mx", "cards", "typed", "saved"}
        and candidate.endpoint.protocol is winner.endpoint.protocol
        and candidate.endpoint.host != winner.endpoint.host
        and candidate.provider != winner.provider
    )


def _say(candidate: Candidate, sentence: str) -> Candidate:
    """Return the candidate with one more sentence in its reason."""
    if sentence in candidate.why:
        return candidate
    return replace(candidate, why=f"{candidate.why} {sentence}".strip())

"""Where an issuer's tokens may go: to its own mail servers, and where a person says so."""

from __future__ import annotations

from collections.abc import Iterable

from mailwizard import knowledge
from mailwizard.model import Candidate, Protocol
from mailwizard.net.names import same_registered_domain
from mailwizard.signin.oauth.graph_audience import astray

_VOUCHED = frozenset({"typed", "saved"})
"""Sources of servers that a person vouches for."""


def strangers(issuer: str, candidates: Iterable[Candidate]) -> tuple[str, ...]:
    """Return the hosts to which no token of an issuer goes unasked: found for the address, but none of the issuer's.

    What a domain publishes may lead anywhere, and a token opens a whole mailbox at its issuer for whoever gets it.
    Where no card says whose servers an issuer's tokens open, nobody is a stranger. A Graph that is not the issuer's is
    one whoever names it.
    """
    every = tuple(candidates)
    found = _others(issuer, (candidate for candidate in every if candidate.source not in _VOUCHED))
    return tuple(dict.fromkeys((*found, *astray(issuer, every))))


def vouched(issuer: str, candidates: Iterable[Candidate]) -> tuple[str, ...]:
    """Return the hosts that a person typed although they are none of the issuer's: what a token is to them is said."""
    return _others(issuer, (candidate for candidate in candidates if candidate.source == "typed"))


def _others(issuer: str, candidates: Iterable[Candidate]) -> tuple[str, ...]:
    """Return the hosts that are none of an issuer's; none where no card says which those are.

    Microsoft Graph has a rule of its own (:mod:`mailwizard.signin.oauth.graph_audience`).
    """
    cards = [card for card in knowledge.providers().values() if card.issuer == issuer]
    own = {fact.host for card in cards for fact in (*card.servers, *card.hosted)}
    hosts = (one.endpoint.host for one in candidates if one.endpoint.protocol is not Protocol.GRAPH)
    return tuple(dict.fromkeys(host for host in hosts if own and not _is_among(host, own)))


def warning(name: str, hosts: tuple[str, ...]) -> str:
    """Return what it means that a token goes to hosts that are none of the issuer's."""
    which, they = (hosts[0], "is none") if len(hosts) == 1 else (" and ".join(hosts), "are none")
    it = "it" if len(hosts) == 1 else "each of them"
    return (
        f"{which} {they} of {name}'s servers. A token of {name} goes there because you typed it: whoever runs {it} can "
        "read all mail of this mailbox, and send in its name."
    )


def refusal(name: str, hosts: tuple[str, ...], candidates: Iterable[Candidate]) -> str:
    """Return what to say where a token would go to strangers, with the servers as they are typed to vouch for them."""
    ends = [candidate.endpoint for candidate in candidates]
    typed = " ".join(f"--{end.protocol} {end.place}/{end.security}" for end in ends)
    which = f"{hosts[0]} is none" if len(hosts) == 1 else f"{' and '.join(hosts)} are none"
    return f"{which} of {name}'s servers, so no token of {name} goes there unasked. If that is right, type: {typed}"


def _is_among(host: str, own: Iterable[str]) -> bool:
    return any(host == other or same_registered_domain(host, other) for other in own)

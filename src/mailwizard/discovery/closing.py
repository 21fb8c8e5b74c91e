"""What is true of a search as a whole: nothing found and why, sources that disagree, ports that are closed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailwizard.discovery.egress import Sightings
from mailwizard.discovery.ranking import conflicts, rank
from mailwizard.discovery.typos import likely
from mailwizard.model import Address, Candidate, Endpoint, Evidence, Facts, Outcome, Protocol, Security, Step

_DECISIVE = (
    "dns.nxdomain",
    "dns.null-mx",
    "discover.no-client-access",
    "dns.unconfigured",
    "dns.servfail",
    "dns.timeout",
)
"""Why there is nothing to be found, what says most first; all else is that nobody publishes anything."""
_DOMAIN = frozenset({"cards", "mx"})
"""The sources that speak of the domain as such."""
_PORTS = {
    993: (Protocol.IMAP, Security.TLS),
    143: (Protocol.IMAP, Security.STARTTLS),
    465: (Protocol.SMTP, Security.TLS),
    587: (Protocol.SMTP, Security.STARTTLS),
}


def close(
    subject: str,
    address: Address,
    candidates: Sequence[Candidate],
    clues: Sequence[Evidence],
    sightings: Sightings,
    silent: bool,
    seconds: float,
) -> Iterator[Evidence]:
    """Yield what a person should know about the search; ``silent`` where DNS answered nothing at all."""
    ranked = rank(candidates)
    yield from _blocked(sightings, ranked, seconds)
    for conflict in conflicts(ranked)[:1]:
        winner, loser = conflict.winner, conflict.loser
        detail = (
            f"{loser.source} names {loser.endpoint.place}, {winner.source} names {winner.endpoint.place}, "
            "which ranks higher"
        )
        facts = (("winner", str(winner.endpoint)), ("loser", str(loser.endpoint)))
        yield Evidence(subject, Step.DISCOVER, Outcome.WARN, "discover.disagree", "", detail, seconds, facts)
    if portal := _portal(clues):
        yield Evidence(subject, Step.DISCOVER, Outcome.WARN, "http.511", "", portal, seconds)
    if not ranked:
        code, detail = _why_nothing(clues, sightings, silent)
        yield Evidence(subject, Step.DISCOVER, Outcome.FAIL, code, "", detail, seconds, _suggestion(address, code))


def _why_nothing(clues: Sequence[Evidence], sightings: Sightings, silent: bool) -> tuple[str, str]:
    """Return the code and the words for a search that found nothing."""
    if silent:
        return "dns.timeout", "DNS is not answering: no question about the domain got an answer"
    failed = {clue.code: clue for clue in clues if clue.outcome is Outcome.FAIL and clue.subject in _DOMAIN}
    for code in _DECISIVE:
        if code in failed:
            return code, failed[code].detail
    gateway = next((clue for clue in clues if clue.code == "discover.gateway"), None)
    if gateway is not None:
        return gateway.code, f"{gateway.detail}, and nobody publishes where the mailbox is"
    detail = "nobody publishes servers for this domain, and none answers at a likely name"
    if sightings.heard_nobody:
        detail = "hosts of this domain exist, but none answers on any port that was tried"
    return "discover.nothing", detail


def _suggestion(address: Address, code: str) -> Facts:
    """Return what was meant, where the domain is a slip away from a known one."""
    if code not in {"dns.nxdomain", "dns.null-mx", "discover.nothing"}:
        return ()
    meant = likely(address.domain)
    return (("likely", f"{address.local}@{meant}"),) if meant else ()


def _blocked(sightings: Sightings, ranked: Sequence[Candidate], seconds: float) -> Iterator[Evidence]:
    """Yield one piece of evidence for each mail port that is closed on the way out."""
    for port in sightings.blocked():
        if port not in _PORTS:
            continue
        protocol, security = _PORTS[port]
        if any(found.endpoint.protocol is protocol for found in ranked):
            continue
        silent = sightings.silent(port)
        others = ", ".join(map(str, sightings.open_ports))
        detail = f"no answer on port {port} from {len(silent)} hosts, while others answer on port {others}"
        facts = (("egress", "blocked"), *(("silent", f"{machine[0]}:{port}") for machine in silent))
        subject = str(Endpoint(protocol, silent[0][0], port, security))
        yield Evidence(subject, Step.DISCOVER, Outcome.WARN, "tcp.egress-blocked", "", detail, seconds, facts)


def _portal(clues: Sequence[Evidence]) -> str:
    """Return what to say where a place that has only documents answers with a web page: the network does that."""
    for clue in clues:
        if clue.subject == "ispdb" and clue.code in {"document.not-a-document", "http.511"}:
            return "the network answers with a page of its own instead of letting us through (captive portal)"
    return ""

"""Which neighbours might mend a failure: other ports, other security, other hosts, the other protocol: pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from mailwizard import knowledge
from mailwizard.draft import Draft
from mailwizard.model import (
    STANDARD_PORTS,
    USUAL_PATHS,
    Candidate,
    Diagnosis,
    Endpoint,
    Evidence,
    Outcome,
    Protocol,
    Security,
    Step,
    Trust,
    read_host,
)
from mailwizard.net.names import same_registered_domain

SPOKEN = {Security.TLS: "TLS", Security.STARTTLS: "STARTTLS", Security.NONE: "no encryption"}
_ENCRYPTED = (Security.TLS, Security.STARTTLS)
_OTHER = {Protocol.IMAP: Protocol.POP3, Protocol.POP3: Protocol.IMAP}
_LABELS = {Protocol.IMAP: ("imap",), Protocol.POP3: ("pop3", "pop")}
"""How hosts are called by what they serve."""
_RELAYING = 25
"""Where servers talk to each other, and strangers are met with suspicion (RFC 6409 section 3.1)."""

_OF_ANOTHER_PORT = frozenset({"auth_not_advertised", "auth_required", "starttls_required"})
"""Causes of a refused sign-in that another port or security mends."""
_OF_THE_PROTOCOL = frozenset({"imap_disabled", "pop_disabled"})
"""Causes of a refused sign-in that the other way to receive may go around."""
_STRANGERS = 2
"""Hosts of other domains, out of a certificate, that are spoken to."""


@dataclass(frozen=True, slots=True)
class Try:
    """A neighbour that might work in the place of a candidate."""

    replaced: Candidate
    candidate: Candidate
    title: str
    wants_mechanism: bool = False
    """Whether it helps only where it offers a way to sign in that the other one lacks."""

    def seen(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """Return what was seen of the server that failed."""
        return [seen for seen in evidence if seen.subject == str(self.replaced.endpoint)]


def neighbours(candidate: Candidate, draft: Draft, diagnoses: Sequence[Diagnosis]) -> Iterator[Try]:
    """Yield what might mend a candidate's failure, most promising first, each place once."""
    subject = str(candidate.endpoint)
    found = [
        (at, seen) for at, seen in enumerate(draft.evidence) if seen.subject == subject and seen.outcome is Outcome.FAIL
    ]
    if not found:
        return
    at, failed = found[0]
    causes = {diagnosis.cause for diagnosis in diagnoses if at in diagnosis.evidence}
    offered = {candidate.endpoint}
    for one in _possible(candidate, failed, causes, draft):
        if one.candidate.endpoint not in offered:
            offered.add(one.candidate.endpoint)
            yield one


def _possible(candidate: Candidate, failed: Evidence, causes: set[str], draft: Draft) -> Iterator[Try]:
    """Yield what might mend one failure; a place may come twice."""
    if failed.code == "tls.hostname":
        yield from _named(candidate, failed.fact("names").split())
    if candidate.endpoint.protocol.web:
        yield from _usual_path(candidate, failed)
    elif _of_the_port(failed, causes, candidate):
        yield from _ports(candidate, wants_mechanism=failed.code == "sign-in.no-mechanism")
    if _of_the_host(failed):
        yield from _known(candidate, draft)
    if _of_the_way(failed, causes):
        yield from _other_protocol(candidate, draft)


def _of_the_port(failed: Evidence, causes: set[str], candidate: Candidate) -> bool:
    """Return whether another port or security could mend this: nothing answered, or something else than expected."""
    if failed.code in {"secret.cleartext", "sign-in.not-offered", "sign-in.no-mechanism"}:
        return True
    if failed.step in {Step.CONNECT, Step.GREETING, Step.CAPABILITIES}:
        if failed.code.split(".")[0] in {"tcp", "timeout", "reply", "imap", "pop3"}:
            return True
        return failed.step is Step.CAPABILITIES or candidate.endpoint.port == _RELAYING
    if failed.step is Step.ENCRYPT:
        return failed.code in {"tls.not-tls", "tls.handshake", "timeout", "tcp.closed", "tcp.reset"} or (
            failed.code.startswith("starttls.")
        )
    return bool(causes & _OF_ANOTHER_PORT)


def _of_the_host(failed: Evidence) -> bool:
    """Return whether another host could mend this: nobody signs in before one has proven its name and answers."""
    if failed.step in {Step.RESOLVE, Step.CONNECT, Step.ENCRYPT, Step.GREETING, Step.CAPABILITIES}:
        return failed.code != "bug"
    return failed.code == "sign-in.not-offered"


def _of_the_way(failed: Evidence, causes: set[str]) -> bool:
    """Return whether receiving in the other protocol could go around this: this one is switched off or out of reach."""
    if failed.step in {Step.RESOLVE, Step.CONNECT}:
        return True
    return bool(causes & _OF_THE_PROTOCOL)


def _usual_path(candidate: Candidate, failed: Evidence) -> Iterator[Try]:
    """Yield the place on the same host where a web service mostly is, where something else answered."""
    usual = USUAL_PATHS[candidate.endpoint.protocol]
    elsewhere = failed.step in {Step.GREETING, Step.CAPABILITIES} and candidate.endpoint.path != usual
    if elsewhere:
        other = replace(candidate.endpoint, path=usual, port=443)
        yield Try(candidate, replace(candidate, endpoint=other), f"Use {other.url}")


def _ports(candidate: Candidate, *, wants_mechanism: bool = False) -> Iterator[Try]:
    """Yield the same host at the standard ports and at the same port with the other security (RFC 8314)."""
    endpoint = candidate.endpoint
    standard = [(STANDARD_PORTS[endpoint.protocol, security], security) for security in _ENCRYPTED]
    same = [(endpoint.port, security) for security in _ENCRYPTED]
    for port, security in dict.fromkeys([*standard, *same]):
        other = replace(endpoint, port=port, security=security)
        title = f"Use port {port} with {SPOKEN[security]}"
        if port == endpoint.port:
            title = f"Use {SPOKEN[security]} on port {port}"
        yield Try(candidate, replace(candidate, endpoint=other), title, wants_mechanism)


def _named(candidate: Candidate, names: Iterable[str]) -> Iterator[Try]:
    """Yield the hosts that the certificate is for: those of the same registered domain, then the first strangers.

    A certificate may be for all customers of a provider, and the others have nothing to do with this account.
    """
    hosts = dict.fromkeys(host for name in names if (host := _host(name)) and host != candidate.endpoint.host)
    own = {host for host in hosts if same_registered_domain(host, candidate.endpoint.host)}
    strangers = [host for host in hosts if host not in own][:_STRANGERS]
    for host in [*filter(own.__contains__, hosts), *strangers]:
        endpoint = replace(candidate.endpoint, host=host)
        if host in own:
            title = f"Use {host}, the name in the certificate"
            trust = candidate.trust
        else:
            title = f"Use {host}, the certificate's name, of another domain"
            trust = Trust.GUESS
        moved = replace(candidate, endpoint=endpoint, source="certificate", trust=trust)
        yield Try(candidate, moved, title)


def _host(name: str) -> str:
    """Return a certificate's name as a host name, or nothing where it is none (a wildcard for one)."""
    try:
        return read_host(name) if "*" not in name and "." in name else ""
    except ValueError:
        return ""


def _proposed(draft: Draft) -> tuple[Candidate, ...]:
    """Return what discovery proposed, and what the provider's card does, best first."""
    card = knowledge.provider(draft.provider)
    if card is None and draft.address is not None:
        card = knowledge.by_domain(draft.address.domain)
    return draft.candidates + (card.candidates(draft.address) if card and draft.address else ())


def _known(candidate: Candidate, draft: Draft) -> Iterator[Try]:
    """Yield the other servers for the same job that were proposed and not chosen."""
    for other in _proposed(draft):
        end = other.endpoint
        if end.protocol is candidate.endpoint.protocol and end.security is not Security.NONE:
            where = "" if end.host == candidate.endpoint.host else f"{end.host} on "
            title = f"Use {end.url}" if end.protocol.web else f"Use {where}port {end.port} with {SPOKEN[end.security]}"
            yield Try(candidate, replace(other, username=candidate.username or other.username), title)


def _other_protocol(candidate: Candidate, draft: Draft) -> Iterator[Try]:
    """Yield the other way to receive: where it was proposed, else at the same machine under its usual names."""
    other = _OTHER.get(candidate.endpoint.protocol)
    if other is None:
        return
    for known in _proposed(draft):
        if known.endpoint.protocol is other and known.endpoint.security is not Security.NONE:
            yield Try(
                candidate, replace(known, username=candidate.username or known.username), _instead(known, candidate)
            )
    for host in _twins(candidate.endpoint, other):
        endpoint = Endpoint(other, host, STANDARD_PORTS[other, Security.TLS], Security.TLS)
        same = host == candidate.endpoint.host
        trust = candidate.trust if same else Trust.GUESS
        whose = "the same host" if same else f"{host}, which nobody names,"
        why = f"It was tried: {whose} answers under a certificate of its own."
        twin = replace(candidate, endpoint=endpoint, source="neighbour", trust=trust, why=why)
        yield Try(candidate, twin, _instead(twin, candidate))


def _twins(endpoint: Endpoint, other: Protocol) -> Iterator[str]:
    """Yield the names under which a host may serve the other protocol."""
    label, _, rest = endpoint.host.partition(".")
    if label in _LABELS[endpoint.protocol] and "." in rest:
        yield f"{_LABELS[other][-1]}.{rest}"
    yield endpoint.host


def _instead(candidate: Candidate, replaced: Candidate) -> str:
    """Return what a button for the other protocol says."""
    end = candidate.endpoint
    where = "" if end.host == replaced.endpoint.host else f", at {end.host}"
    return f"Use {end.protocol.upper()} instead{where}"

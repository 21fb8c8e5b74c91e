"""How far a web service may be believed that a domain's own host names: pure."""

from __future__ import annotations

from dataclasses import replace

from mailwizard.discovery.microsoft_names import cloud_of
from mailwizard.model import Address, AuthKind, Candidate, Trust
from mailwizard.net.names import same_registered_domain


def judged(candidate: Candidate, address: Address) -> Candidate:
    """Return a candidate with the trust that it has once it is asked whose host it is.

    A web service of another owner than the domain's gets the password only where a person agrees to that; one of
    Microsoft's takes tokens alone. What is no web service comes back as it is.
    """
    host = candidate.endpoint.host
    if not candidate.endpoint.protocol.web or same_registered_domain(host, address.domain):
        return candidate
    if cloud := cloud_of(host):
        return replace(candidate, provider=cloud, auth=(AuthKind.OAUTH2,))
    whose = f"It belongs to somebody else than {address.unicode_domain}."
    return replace(
        candidate,
        trust=min(candidate.trust, Trust.UNSIGNED, key=lambda trust: trust.rank),
        why=f"{candidate.why} {whose}".strip(),
    )

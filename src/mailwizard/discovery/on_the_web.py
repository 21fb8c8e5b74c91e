"""How far a web service may be believed that a domain's own host names: pure."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from mailwizard.discovery.documents.exchange_services import service
from mailwizard.discovery.microsoft_names import cloud_of
from mailwizard.model import Address, AuthKind, Candidate, Trust
from mailwizard.net.names import same_registered_domain
from mailwizard.witness import Skip


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


def elsewhere(url: str, address: Address) -> Candidate:
    """Return the domain's own Exchange server, to which Microsoft's directory sends on.

    Raises:
        Skip: where that belongs to somebody else, or is none.
    """
    host = urlsplit(url).hostname or ""
    away = Skip("discover.elsewhere", f"Microsoft sends mailboxes of this domain on to {host}")
    if not same_registered_domain(host, address.domain):
        raise away
    try:
        entry = service(url, address)
    except ValueError:
        raise away from None
    return entry.candidate("microsoft", Trust.PUBLISHED, f"Microsoft's directory sends this domain on to {host}.")

"""A saved account as a draft: to be checked, or to be changed."""

from __future__ import annotations

from mailwizard.draft import Draft, Service, Stage
from mailwizard.draft.saving import Before, proven_before
from mailwizard.model import Account, AuthKind, Candidate, Endpoint, Server, Trust, Until


def login_name(username: str, domain: str) -> str:
    """Return a user name with its Windows domain before it, where it has none and is no address."""
    return f"{domain}\\{username}" if domain and username and not set("\\@") & set(username) else username


def saved_draft(account: Account, server: Server, until: Until = Until.SIGN_IN, username: str = "") -> Draft:
    """Return a saved account as a draft to check; ``username`` takes the place of the saved login names."""
    incoming, outgoing = _candidates(account, server, username, server.domain)
    return Draft(address=account.address, incoming=incoming, outgoing=outgoing, until=until)


def editing(account: Account, server: Server, *, at_hand: bool) -> Draft:
    """Return a saved account as a draft to change; what proved it counts for every server that stays as it is.

    ``at_hand`` says whether its secret is there for servers that change.
    """
    incoming, outgoing = _candidates(account, server, "", "")
    kinds = {server.incoming_auth if incoming else None, server.outgoing_auth if outgoing else None}
    signs_in = [kind for kind in AuthKind if kind in kinds and kind is not AuthKind.NONE]
    return Draft(
        answered=frozenset({Stage.SERVICE, Stage.SERVERS, Stage.SIGN_IN, Stage.VALIDATE}),
        service=Service.MANUAL,
        address=account.address,
        display_name=account.display_name,
        incoming=incoming,
        outgoing=outgoing,
        auth=signs_in[0] if signs_in else AuthKind.PASSWORD,
        until=account.verified_until or Until.SIGN_IN,
        evidence=proven_before(account),
        name=account.name,
        role=account.role,
        owner=account.owner,
        verified_at=account.verified_at,
        before=Before(account, server, at_hand),
    )


def _candidates(
    account: Account, server: Server, username: str, domain: str
) -> tuple[Candidate | None, Candidate | None]:
    """Return both servers of a saved account."""
    login = username or login_name(account.username, domain)
    sending = username or login_name(account.outgoing_username or account.username, domain)
    return (
        _candidate(server.incoming, login, server.incoming_auth, server.provider),
        _candidate(server.outgoing, sending, server.outgoing_auth, server.provider),
    )


def _candidate(endpoint: Endpoint | None, username: str, auth: AuthKind, provider: str) -> Candidate | None:
    if endpoint is None:
        return None
    return Candidate(endpoint, username, (auth,), "saved", Trust.CURATED, "Saved with the account.", provider)

"""A saved account as a draft: to be checked, or to be changed."""

from __future__ import annotations

from dataclasses import replace

from mailwizard.draft import Draft, Service, Stage
from mailwizard.draft.saving import Before, login_name, proven_before
from mailwizard.model import Account, AuthKind, Candidate, Endpoint, Server, State, Trust, Until


def saved_draft(account: Account, server: Server, until: Until = Until.SIGN_IN, username: str = "") -> Draft:
    """Return a saved account as a draft to check; ``username`` takes the place of the saved login names."""
    incoming, outgoing = _candidates(account, server, username)
    return Draft(address=account.address, incoming=incoming, outgoing=outgoing, until=until)


def editing(account: Account, server: Server, *, at_hand: bool) -> Draft:
    """Return a saved account as a draft to change; what proved it counts for every server that stays as it is.

    One that is not proven is checked before it is saved; one that waits for its sign-in asks for nothing else.

    ``at_hand`` says whether its secret is there for servers that change.
    """
    if account.state is State.DRAFT and not at_hand:
        return prefilled(account, server)
    answered = {Stage.SERVICE, Stage.SERVERS, *([Stage.SIGN_IN] if at_hand else [])}
    if account.state is State.VERIFIED:
        answered |= {Stage.SIGN_IN, Stage.VALIDATE}
    draft = replace(prefilled(account, server), answered=frozenset(answered), evidence=proven_before(account))
    return replace(draft, verified_at=account.verified_at, before=Before(account, server, at_hand))


def prefilled(account: Account, server: Server) -> Draft:
    """Return an account that somebody else set up as a draft that lacks only the sign-in and the proof."""
    incoming, outgoing = _candidates(account, server, "")
    kinds = {server.incoming_auth if incoming else None, server.outgoing_auth if outgoing else None}
    signs_in = [kind for kind in AuthKind if kind in kinds and kind is not AuthKind.NONE]
    return Draft(
        answered=frozenset({Stage.SERVICE, Stage.ADDRESS, Stage.SERVERS}),
        service=Service.MANUAL,
        address=account.address,
        display_name=account.display_name,
        incoming=incoming,
        outgoing=outgoing,
        auth=signs_in[0] if signs_in else AuthKind.PASSWORD,
        until=account.verified_until or Until.SIGN_IN,
        name=account.name,
        role=account.role,
        owner=account.owner,
        before=Before(account, server),
    )


def _candidates(account: Account, server: Server, username: str) -> tuple[Candidate | None, Candidate | None]:
    """Return both servers of a saved account."""
    login = username or login_name(account.username, server.domain)
    sending = username or login_name(account.outgoing_username or account.username, server.domain)
    return (
        _candidate(server.incoming, login, server.incoming_auth, server.provider),
        _candidate(server.outgoing, sending, server.outgoing_auth, server.provider),
    )


def _candidate(endpoint: Endpoint | None, username: str, auth: AuthKind, provider: str) -> Candidate | None:
    if endpoint is None:
        return None
    return Candidate(endpoint, username, (auth,), "saved", Trust.CURATED, "Saved with the account.", provider)

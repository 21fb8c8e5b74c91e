"""From what is wanted to what is checked and saved: the draft of an account, and the account itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailwizard import knowledge
from mailwizard.draft import Draft
from mailwizard.draft.editing import saved_draft
from mailwizard.draft.saving import server_of
from mailwizard.model import (
    Account,
    Address,
    AuthKind,
    Candidate,
    Diagnosis,
    Endpoint,
    Protocol,
    Server,
    State,
    Trust,
    Until,
)
from mailwizard.net.clean import clean
from mailwizard.operations.remembering import is_of_the_network
from mailwizard.operations.wanted import Wanted
from mailwizard.storage.recording import after


def at_saved_server(wanted: Wanted, server: Server) -> Draft:
    """Return the draft of an account at a saved server, with the login name as that server wants it."""
    return saved_draft(_account(wanted, server, wanted.username or _login(wanted, server)), server, wanted.until)


def by_hand(wanted: Wanted) -> Draft:
    """Return the draft of an account whose servers are named."""
    provider = _provider(wanted)
    ends = (wanted.incoming, wanted.outgoing)
    incoming, outgoing = (_typed(end, wanted, provider) if end else None for end in ends)
    return Draft(address=wanted.address, incoming=incoming, outgoing=outgoing, until=wanted.until)


def found(wanted: Wanted, incoming: Candidate | None, outgoing: Candidate | None) -> Draft:
    """Return the draft of an account whose servers were found for its address."""
    if incoming is not None and incoming.endpoint.protocol.web:
        outgoing = None  # a web service does both
    draft = Draft(address=wanted.address, incoming=incoming, outgoing=outgoing, until=wanted.until)
    return draft.with_username(wanted.username) if wanted.username else draft


def doubtful(draft: Draft) -> Candidate | None:
    """Return a server that nobody published for the address and nobody named: it is used by nobody unasked."""
    return next((one for one in draft.chosen if one.trust.rank < Trust.PUBLISHED.rank), None)


def consent(doubt: Candidate, draft: Draft) -> str:
    """Return the sentence that asks a person to vouch for servers."""
    ends = [one.endpoint for one in draft.chosen]
    named = [f"{end.protocol} {end.url if end.protocol.web else f'{end.place}/{end.security}'}" for end in ends]
    host, why = clean(doubt.endpoint.host), clean(doubt.why)
    return f"No secret goes to {host} unasked: {why} If it is right, name it: {', '.join(named)}"


def to_save(
    wanted: Wanted,
    draft: Draft,
    *,
    shared: Server | None = None,
    kind: AuthKind = AuthKind.PASSWORD,
    issuer: str = "",
    secret: bool = True,
    until: Until | None = None,
    diagnoses: Sequence[Diagnosis] = (),
) -> tuple[Account, Server]:
    """Return the account and its server as they are to be saved, with the state that the draft's evidence gives it.

    ``shared`` is the saved server that it uses; ``kind`` what it signs in with, and ``secret`` whether that is known;
    ``until`` is how deep the check went, ``None`` where there was none.
    """
    whole = replace(draft, name=wanted.called, address=wanted.address, auth=kind)
    server = shared or replace(server_of(whole), mechanism=wanted.mechanism)
    names = [candidate.username or str(wanted.address) for candidate in draft.chosen]
    if shared is not None:
        names = [wanted.username or _login(wanted, shared)]
    account = _account(wanted, server, names[0] if names else str(wanted.address))
    sending = names[-1] if draft.outgoing and names else ""
    account = replace(
        account,
        outgoing_username=sending if sending != account.username else "",
        secret=wanted.secret,
        issuer=issuer,
        state=State.UNVERIFIED if secret or not draft.wants_secret else State.DRAFT,
    )
    if until is None or account.state is State.DRAFT or is_of_the_network(diagnoses):
        return account, server
    cause = diagnoses[0].cause if diagnoses else ""
    return after(account, server, draft.evidence, until, cause=cause), server


def _account(wanted: Wanted, server: Server, username: str) -> Account:
    return Account(
        wanted.called,
        wanted.address,
        server.name,
        username,
        display_name=wanted.display_name,
        role=wanted.role,
        owner=wanted.owner,
    )


def _login(wanted: Wanted, server: Server) -> str:
    """Return the login name that nobody said: the address, or what stands before its @ behind a Windows domain."""
    return wanted.address.local if server.domain else str(wanted.address)


def _typed(endpoint: Endpoint, wanted: Wanted, provider: str) -> Candidate:
    """Return a named server as a candidate; nothing but a token opens Graph."""
    kinds = (AuthKind.OAUTH2,) if endpoint.protocol is Protocol.GRAPH else ()
    name = wanted.username or str(wanted.address)
    return Candidate(endpoint, name, kinds, "typed", Trust.CURATED, "Named by hand.", provider)


def _provider(wanted: Wanted) -> str:
    """Return the id of the provider card of named servers, or nothing."""
    hosts = {end.host for end in (wanted.incoming, wanted.outgoing) if end}
    cards = knowledge.providers().values()
    named = next((card.id for card in cards if any(fact.host in hosts for fact in card.servers)), "")
    return named or _by_domain(wanted.address)


def _by_domain(address: Address) -> str:
    card = knowledge.by_domain(address.domain)
    return card.id if card else ""

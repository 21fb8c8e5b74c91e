"""What is saved of a draft, and what of an account that was saved before stays with it: pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mailwizard.model import Account, AuthKind, Candidate, Evidence, Outcome, Server, State, Step

if TYPE_CHECKING:
    from mailwizard.draft import Draft

PROVEN = "proven"
"""The fact of evidence that was seen before this run: when."""
_PROOFS = frozenset({Step.SIGN_IN, Step.MAIL_FROM, Step.RCPT_TO, Step.DATA, Step.MAILBOX})
_REACHED = frozenset({Step.CONNECT, Step.ENCRYPT, Step.GREETING, Step.CAPABILITIES})


@dataclass(frozen=True, slots=True)
class Before:
    """The account that a draft changes, as it was saved."""

    account: Account
    server: Server
    at_hand: bool = False
    """Whether its secret is at hand, so that a changed server is proven without asking for it."""


def login_name(username: str, domain: str) -> str:
    """Return a user name with its Windows domain before it, where it has none and is no address."""
    return f"{domain}\\{username}" if domain and username and not set("\\@") & set(username) else username


def proofs(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """Return what proves an account, one line each: endpoint, step and, where one was used, mechanism.

    Of a server that nobody signs in to it is the last step that it passed.
    """
    good = [seen for seen in evidence if seen.outcome in {Outcome.OK, Outcome.WARN} and "://" in seen.subject]
    inside = {seen.subject for seen in good if seen.step in _PROOFS}
    reached = {seen.subject: seen for seen in good if seen.step in _REACHED and seen.subject not in inside}
    told = [seen for seen in good if seen.step in _PROOFS or reached.get(seen.subject) is seen]
    lines = (" ".join(filter(None, (seen.subject, str(seen.step), seen.fact("mechanism")))) for seen in told)
    return tuple(dict.fromkeys(lines))


def proven_before(account: Account) -> tuple[Evidence, ...]:
    """Return what proved a saved account as evidence that needs no second proof; nothing where it is not verified."""
    if account.state is not State.VERIFIED:
        return ()
    found = []
    for line in account.verified_by:
        subject, _, rest = line.partition(" ")
        step, _, mechanism = rest.partition(" ")
        if step in set(Step):
            facts = ((PROVEN, account.verified_at), *((("mechanism", mechanism),) if mechanism else ()))
            detail = f"Proven on {account.verified_at[:10]}."
            found.append(Evidence(subject, Step(step), Outcome.OK, detail=detail, facts=facts))
    return tuple(found)


def server_of(draft: Draft) -> Server:
    """Return the server set to save: a changed one of an account that shares it with others becomes its own."""
    incoming, outgoing = draft.incoming, draft.outgoing
    server = Server(
        name=draft.name,
        incoming=incoming.endpoint if incoming and not draft.send_only else None,
        outgoing=outgoing.endpoint if outgoing else None,
        incoming_auth=_auth(incoming, draft.auth),
        outgoing_auth=_auth(outgoing, draft.auth),
        provider=draft.provider,
    )
    if draft.before is None:
        return server
    was = draft.before.server
    kept = replace(
        was,
        incoming=server.incoming,
        outgoing=server.outgoing,
        incoming_auth=server.incoming_auth if incoming else was.incoming_auth,
        outgoing_auth=server.outgoing_auth if outgoing else was.outgoing_auth,
        provider=server.provider or was.provider,
    )
    return kept if kept == was else replace(kept, name=draft.before.account.name)


def account_of(draft: Draft) -> Account:
    """Return the account to save; of one that was saved before, what nobody asked for stays.

    Raises:
        ValueError: with one sentence, where the address is still missing.
    """
    if draft.address is None:
        raise ValueError("An account needs an address before it can be saved.")
    first = draft.chosen[0] if draft.chosen else None
    username = first.username if first else str(draft.address)
    sending = draft.outgoing.username if draft.outgoing else ""
    verified = draft.state is State.VERIFIED
    account = Account(
        name=draft.name or str(draft.address),
        address=draft.address,
        server=draft.name or str(draft.address),
        username=username,
        outgoing_username=sending if sending != username else "",
        display_name=draft.display_name,
        role=draft.role,
        owner=draft.owner,
        state=draft.state,
        verified_at=draft.verified_at if verified else "",
        verified_until=draft.until if verified else None,
        verified_by=proofs(draft.evidence) if verified else (),
    )
    return _kept(draft, draft.before, account) if draft.before else account


def _kept(draft: Draft, before: Before, account: Account) -> Account:
    """Return an account with what it had before, and its new answers."""
    was = before.account
    fresh = [seen for seen in draft.evidence if not seen.fact(PROVEN)]
    if account.username == login_name(was.username, before.server.domain):
        account = replace(account, username=was.username)
    if account.outgoing_username == login_name(was.outgoing_username, before.server.domain):
        account = replace(account, outgoing_username=was.outgoing_username)
    kept = replace(
        account, name=was.name, server=server_of(draft).name, secret=was.secret, reply_to=was.reply_to,
        identities=was.identities, issuer=was.issuer, owner=account.owner or was.owner,
    )  # fmt: skip
    same = (kept.address, kept.username, kept.outgoing_username) == (was.address, was.username, was.outgoing_username)
    if not fresh and same and server_of(draft) == before.server:
        return replace(
            kept, state=was.state, verified_at=was.verified_at, verified_until=was.verified_until,
            verified_by=was.verified_by, broken_since=was.broken_since, cause=was.cause,
        )  # fmt: skip
    if account.state is State.BROKEN:
        since = was.broken_since or (draft.verified_at if was.verified_at else "")
        return replace(kept, broken_since=since, verified_at=was.verified_at, verified_until=was.verified_until)
    return kept


def _auth(candidate: Candidate | None, chosen: AuthKind) -> AuthKind:
    """Return what a server is signed in to with: nothing where it wants nothing, else what was chosen."""
    return AuthKind.NONE if candidate is not None and candidate.auth == (AuthKind.NONE,) else chosen

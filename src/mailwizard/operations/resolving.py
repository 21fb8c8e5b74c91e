"""Through which server an account sends now: its own once that is proven, until then the relay that stands in."""

from __future__ import annotations

from dataclasses import dataclass

from mailwizard import knowledge
from mailwizard.draft.saving import login_name
from mailwizard.model import Account, Address, AuthKind, Failure, Server, State
from mailwizard.net.clean import clean, shown_word
from mailwizard.storage import profiles, servers, settings


@dataclass(frozen=True, slots=True)
class Resolved:
    """An account as another program is to use it now."""

    account: Account
    server: Server
    username: str
    """The login name for sending, with its Windows domain where it has one; empty where the server wants none."""
    secret: str
    """The reference to what goes with it; empty where the server wants none, or none is stored."""
    from_address: Address
    fallback: bool = False
    """Whether it is the relay that stands in, a short-term answer."""
    reason: str = ""
    """Why, in sentences for a person; also why no relay could stand in. Empty for a proven account."""


def resolve(name: str = "") -> Resolved:
    """Return through what an account sends now; without a name it is the default account.

    A relay that asks for a sign-in stands in with the sign-in of a proven account of its own.

    Raises:
        ValueError: where no name is given and no account is the default.
        Failure: ``store.missing`` where there is no such account; ``store.damaged`` …
    """
    name = name or default_name()
    saved = profiles.load(name)
    account = saved.account
    username = login_name(account.outgoing_username or account.username, saved.server.domain)
    own = Resolved(account, saved.server, username, account.secret, account.address)
    if account.state is State.VERIFIED:
        return own
    standing = _why(account)
    relay = settings.load().fallback
    if not relay:
        return _with_reason(own, f"{standing} No relay is set that could stand in: mailwizard servers fallback NAME.")
    try:
        return _through(own, relay, standing)
    except Failure as failure:
        why = clean(failure.detail or failure.code)
        return _with_reason(own, f"{standing} The relay {clean(relay)} cannot stand in: {why}")


def default_name() -> str:
    """Return the account that is meant where none is named: the one that is set, or the only one.

    Raises:
        ValueError: where there is none, with one sentence for a person.
        Failure: ``store.…``.
    """
    if chosen := settings.load().default:
        return chosen
    names = profiles.names()
    if len(names) == 1:
        return names[0]
    if not names:
        raise ValueError("No account is saved yet; mailwizard sets one up.")
    raise ValueError("Say which account, or choose one: mailwizard accounts default NAME.")


def _through(own: Resolved, relay: str, standing: str) -> Resolved:
    """Return the account with the relay in place of its own server.

    Raises:
        Failure: where the relay cannot be used.
    """
    saved = servers.load(relay)
    server = saved.server
    if server.outgoing is None and not (server.incoming and server.incoming.protocol.outgoing):
        raise Failure("store.missing", "it names no server to send with.")
    username, secret = "", ""
    if AuthKind.NONE not in {server.outgoing_auth if server.outgoing else server.incoming_auth}:
        lender = _lender(saved.users, own.account.name)
        username = login_name(lender.outgoing_username or lender.username, server.domain)
        secret = lender.secret
    domain, name, through = (clean(one) for one in (own.from_address.unicode_domain, own.account.name, server.name))
    reason = (
        f"{standing} Until it works, mail goes through the relay called {through}. It may be taken for spam, because "
        f"that is no server of {domain}: whoever looks after the DNS of {domain} can name the relay there (SPF). "
        f"The lasting cure is to make the account work: mailwizard check {shown_word(name)}."
    )
    return Resolved(own.account, server, username, secret, own.from_address, True, reason)


def _lender(users: tuple[str, ...], borrower: str) -> Account:
    """Return the proven account whose sign-in the relay takes.

    Raises:
        Failure: where no account of the relay is proven.
    """
    for name in users:
        account = profiles.load(name).account
        if name != borrower and account.state is State.VERIFIED:
            return account
    raise Failure("store.missing", "it asks for a sign-in, and no account that uses it is proven.")


def _why(account: Account) -> str:
    """Return a sentence about the account that is not proven."""
    name = clean(account.name)
    if account.state is State.BROKEN:
        since = f" since {clean(account.broken_since[:10])}" if account.broken_since else ""
        card = knowledge.problems().get(account.cause)
        if card:
            return f"The account {name} does not work{since}. {card.title}."
        return f"The account {name} does not work{since}{f' ({clean(account.cause)})' if account.cause else ''}."
    if account.state is State.DRAFT:
        return f"The account {name} is not complete yet."
    return f"The account {name} is not proven yet."


def _with_reason(resolved: Resolved, reason: str) -> Resolved:
    return Resolved(
        resolved.account, resolved.server, resolved.username, resolved.secret, resolved.from_address, reason=reason
    )

"""What is saved: servers, and the accounts that use them."""

from __future__ import annotations

from dataclasses import dataclass

from mailwizard.model.address import Address
from mailwizard.model.endpoint import Endpoint
from mailwizard.model.words import AuthKind, Role, State, Until


@dataclass(frozen=True, slots=True)
class Server:
    """A saved, uniquely named connection set that many accounts may use."""

    name: str
    incoming: Endpoint | None = None
    outgoing: Endpoint | None = None
    incoming_auth: AuthKind = AuthKind.PASSWORD
    outgoing_auth: AuthKind = AuthKind.PASSWORD
    provider: str = ""
    mechanism: str = ""
    """The one SASL mechanism, or sign-in of a web service, to use, such as ``NTLM``; empty for the best on offer."""
    domain: str = ""
    """The Windows domain that goes before a user name without one, as ``DOMAIN\\user``."""
    mail_from: str = ""
    """The address that a relay sends from where nobody says another."""
    description: str = ""
    """What a person wrote about it, in one line."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Another address that an account writes as."""

    address: Address
    display_name: str = ""
    reply_to: Address | None = None
    """Where answers go, if not to ``address``."""


@dataclass(frozen=True, slots=True)
class Account:
    """A saved mailbox. It names its secret and never holds one."""

    name: str
    address: Address
    server: str
    """The name of its :class:`Server`."""
    username: str
    outgoing_username: str = ""
    """The login name for sending, where it differs."""
    display_name: str = ""
    role: Role = Role.PERSONAL
    owner: str = ""
    """The person it is set up for; empty for whoever set it up."""
    secret: str = ""
    """A reference such as ``vault:alice@example.com``; empty where none is stored."""
    state: State = State.DRAFT
    verified_at: str = ""
    """When it was last proven, as ISO 8601 in UTC."""
    verified_until: Until | None = None
    """How deep that proof went."""
    cause: str = ""
    """The cause that makes it broken."""
    reply_to: Address | None = None
    """Where answers go, if not to ``address``."""
    identities: tuple[Identity, ...] = ()
    """The other addresses that it writes as, beside its own."""
    issuer: str = ""
    """Who gave the grant that it signs in with: an issuer's id or address; empty for any other secret."""
    verified_by: tuple[str, ...] = ()
    """What proved it, one line each: ``imap://imap.example.com:993/tls sign-in PLAIN``."""
    broken_since: str = ""
    """When a check first failed after it had worked, as ISO 8601 in UTC; empty where it works or never did."""

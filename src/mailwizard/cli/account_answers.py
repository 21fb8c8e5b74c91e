"""What the commands about saved accounts and servers print with ``--json``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from mailwizard.cli.answers import Version
from mailwizard.model import Server

if TYPE_CHECKING:
    from mailwizard.model import Address
    from mailwizard.operations.resolving import Resolved
    from mailwizard.storage.profiles import Saved
    from mailwizard.storage.servers import SavedServer as StoredServer


class SavedServer(Struct, frozen=True):
    """One end of a saved server: where mail is fetched or sent."""

    protocol: str
    host: str
    port: int
    security: str
    username: str
    auth: str
    path: str = ""
    """Only a web service has one."""

    def told(self) -> str:
        """Return where it is and who signs in there, in two lines."""
        place = f"{self.host}:{self.port}{self.path or f'/{self.security}'}"
        signs_in = f"{self.auth.replace('-', ' ')}" if self.auth != "none" else "no sign-in"
        return f"{place}\n{f'as {self.username}, ' if self.username and self.auth != 'none' else ''}{signs_in}"


class SavedIdentity(Struct, frozen=True):
    """Another address that an account writes as."""

    address: str
    display_name: str
    reply_to: str


class SavedAccount(Struct, frozen=True):
    """A saved account; ``secret`` is a reference, never the secret."""

    name: str
    address: str
    display_name: str
    role: str
    owner: str
    state: str
    verified_at: str
    verified_until: str
    cause: str
    server: str
    provider: str
    secret: str
    servers: tuple[SavedServer, ...]
    origins: dict[str, str]
    """The file each value came from, by field."""
    reply_to: str = ""
    identities: tuple[SavedIdentity, ...] = ()
    issuer: str = ""
    """Who gave the grant that it signs in with."""
    verified_by: tuple[str, ...] = ()
    """What proved it: endpoint, step and mechanism, one line each."""
    broken_since: str = ""
    scopes: dict[str, str] = {}
    """The scope each value came from, by field."""
    locked: tuple[str, ...] = ()
    """The fields that an administrator has locked."""
    default: bool = False
    """Whether it is the account that is meant where none is named."""
    mechanism: str = ""
    """The one sign-in mechanism of its server; empty for the best on offer."""
    domain: str = ""
    """The Windows domain of its server."""
    doubts: tuple[str, ...] = ()
    """What does not fit about its addresses and names, a sentence each; only where one account is shown."""


class AccountsAnswer(Struct, frozen=True):
    """What ``mailwizard accounts`` knows."""

    schema: Version
    accounts: tuple[SavedAccount, ...]
    unreadable: tuple[tuple[str, str], ...] = ()
    """Names of accounts that could not be read, each with the reason."""


class SharedServer(Struct, frozen=True):
    """A saved connection set, and the accounts that use it."""

    name: str
    description: str
    provider: str
    mechanism: str
    domain: str
    mail_from: str
    ends: tuple[SavedServer, ...]
    accounts: tuple[str, ...]
    fallback: bool
    """Whether it is the relay that stands in for accounts that are not proven."""
    origins: dict[str, str] = {}
    """The file each value came from, by field; only where one server is shown."""
    locked: tuple[str, ...] = ()


class ServersAnswer(Struct, frozen=True):
    """What ``mailwizard servers`` knows."""

    schema: Version
    servers: tuple[SharedServer, ...]
    unreadable: tuple[tuple[str, str], ...] = ()
    """Names of servers that could not be read, each with the reason."""


class ResolveAnswer(Struct, frozen=True):
    """Through what an account sends now, as ``mailwizard accounts resolve`` says it."""

    schema: Version
    account: str
    state: str
    server: str
    ends: tuple[SavedServer, ...]
    secret: str
    """A reference, never the secret; empty where the server wants none."""
    address: str
    """The From."""
    mail_from: str
    """The envelope's sender that the relay asks for; empty where it is the From."""
    fallback: bool
    """Whether it is a relay that stands in, a short-term answer."""
    reason: str


class DefaultAnswer(Struct, frozen=True):
    """Which account, or which relay, is meant where none is named; empty where none is."""

    schema: Version
    name: str


class RenamedAnswer(Struct, frozen=True):
    """What was renamed, and which accounts name it now."""

    schema: Version
    old: str
    new: str
    accounts: tuple[str, ...] = ()


def saved_servers(server: Server, username: str, outgoing_username: str) -> tuple[SavedServer, ...]:
    """Return the endpoints of a saved server as they are printed, with the user names as they are sent."""
    from mailwizard.draft.saving import login_name

    pairs = (
        (server.incoming, server.incoming_auth, username),
        (server.outgoing, server.outgoing_auth, outgoing_username or username),
    )
    return tuple(
        SavedServer(
            str(end.protocol),
            end.host,
            end.port,
            str(end.security),
            login_name(login, server.domain),
            str(auth),
            end.path,
        )
        for end, auth, login in pairs
        if end is not None
    )


def account_shape(saved: Saved, *, default: str = "", doubts: tuple[str, ...] = ()) -> SavedAccount:
    """Return an account as it is printed."""
    account, server = saved.account, saved.server
    return SavedAccount(
        name=account.name,
        address=str(account.address),
        display_name=account.display_name,
        role=account.role,
        owner=account.owner,
        state=account.state,
        verified_at=account.verified_at,
        verified_until=account.verified_until or "",
        cause=account.cause,
        server=account.server,
        provider=server.provider,
        secret=account.secret,
        servers=saved_servers(server, account.username, account.outgoing_username),
        origins={origin.field: str(origin.path) for origin in saved.origins},
        reply_to=_text(account.reply_to),
        identities=tuple(
            SavedIdentity(str(one.address), one.display_name, _text(one.reply_to)) for one in account.identities
        ),
        issuer=account.issuer,
        verified_by=account.verified_by,
        broken_since=account.broken_since,
        scopes={origin.field: str(origin.scope) for origin in saved.origins},
        locked=tuple(origin.field for origin in saved.origins if origin.locked),
        default=account.name == default,
        mechanism=server.mechanism,
        domain=server.domain,
        doubts=doubts,
    )


def server_shape(saved: StoredServer, fallback: str) -> SharedServer:
    """Return a server as it is printed."""
    server = saved.server
    return SharedServer(
        server.name,
        server.description,
        server.provider,
        server.mechanism,
        server.domain,
        server.mail_from,
        saved_servers(server, "", ""),
        saved.users,
        server.name == fallback,
        {origin.field: str(origin.path) for origin in saved.origins},
        tuple(origin.field for origin in saved.origins if origin.locked),
    )


def resolved_shape(found: Resolved) -> ResolveAnswer:
    """Return what an account sends through as it is printed."""
    server = found.server
    return ResolveAnswer(
        1,
        found.account.name,
        found.account.state,
        server.name,
        saved_servers(server, found.account.username if not found.fallback else found.username, found.username),
        found.secret,
        str(found.from_address),
        server.mail_from,
        found.fallback,
        found.reason,
    )


def _text(address: Address | None) -> str:
    return str(address) if address else ""

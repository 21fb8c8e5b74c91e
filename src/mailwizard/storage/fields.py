"""Servers and accounts as the fields of a file, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailwizard.model import (
    STANDARD_PORTS,
    Account,
    AuthKind,
    Endpoint,
    Protocol,
    Role,
    Security,
    Server,
    State,
    Until,
    read_host,
    read_port,
    read_security,
)
from mailwizard.storage.documents import Value
from mailwizard.storage.values import (
    Unfit,
    address_of,
    identity_of,
    maybe_address_of,
    name_of,
    reference_of,
    table_of,
    tables_of,
    text_of,
    texts_of,
    word_of,
)

__all__ = [
    "ACCOUNT",
    "ALWAYS",
    "LISTS",
    "SERVER",
    "SETTINGS",
    "STATE",
    "Settings",
    "Unfit",
    "account_values",
    "read_account",
    "read_server",
    "read_settings",
    "server_values",
    "settings_values",
    "stated",
]

ACCOUNT: Mapping[str, Value | None] = {
    "address": None,
    "display_name": "",
    "reply_to": "",
    "server": None,
    "username": None,
    "outgoing_username": "",
    "role": Role.PERSONAL.value,
    "owner": "",
    "secret": "",
    "issuer": "",
    "state": State.DRAFT.value,
    "verified_at": "",
    "verified_until": "",
    "verified_by": (),
    "broken_since": "",
    "cause": "",
    "identities": (),
}
"""The fields of an account's file in their order, with what holds where no file says anything."""

SERVER: Mapping[str, Value | None] = {
    "description": "",
    "provider": "",
    "mechanism": "",
    "domain": "",
    "mail_from": "",
    "incoming.protocol": "none",
    "incoming.host": None,
    "incoming.port": None,
    "incoming.security": None,
    "incoming.path": None,
    "incoming.auth": AuthKind.PASSWORD.value,
    "outgoing.protocol": "none",
    "outgoing.host": None,
    "outgoing.port": None,
    "outgoing.security": None,
    "outgoing.auth": AuthKind.PASSWORD.value,
}
"""The fields of a server's file, likewise."""

SETTINGS: Mapping[str, Value | None] = {"default": "", "fallback": "", "organization": ""}
"""The fields of the settings' file, likewise."""

ALWAYS = frozenset({"address", "server"})
"""Fields that a file states even where a weaker scope says the same."""

LISTS = frozenset({"verified_by", "identities"})
"""Fields that hold several texts or tables."""

STATE = frozenset({"state", "verified_at", "verified_until", "verified_by", "broken_since", "cause"})
"""Fields that tell what a check saw, and that nobody states or locks."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for all accounts."""

    default: str = ""
    """The account that is meant where none is named."""
    fallback: str = ""
    """The server, a relay, through which accounts send that are not proven yet."""
    organization: str = ""
    """The organization to which the user belongs."""


def settings_values(settings: Settings) -> dict[str, Value | None]:
    """Return the settings' fields as they are written."""
    return {"default": settings.default, "fallback": settings.fallback, "organization": settings.organization}


def read_settings(name: str, values: Mapping[str, Value]) -> Settings:
    """Return the settings that fields describe; ``name`` is not looked at.

    Raises:
        Unfit: names the first field that cannot be used.
    """
    return Settings(*(name_of(values, field, "") if values.get(field) else "" for field in SETTINGS))


def account_values(account: Account) -> dict[str, Value | None]:
    """Return an account's fields as they are written."""
    return {
        "address": account.address.display,
        "display_name": account.display_name,
        "reply_to": account.reply_to.display if account.reply_to else "",
        "server": account.server,
        "username": account.username,
        "outgoing_username": account.outgoing_username,
        "role": account.role.value,
        "owner": account.owner,
        "secret": account.secret,
        "issuer": account.issuer,
        "state": account.state.value,
        "verified_at": account.verified_at,
        "verified_until": account.verified_until.value if account.verified_until else "",
        "verified_by": account.verified_by,
        "broken_since": account.broken_since,
        "cause": account.cause,
        "identities": tuple(table_of(one) for one in account.identities),
    }


def server_values(server: Server) -> dict[str, Value | None]:
    """Return a server's fields as they are written."""
    return {
        "description": server.description,
        "provider": server.provider,
        "mechanism": server.mechanism,
        "domain": server.domain,
        "mail_from": server.mail_from,
        **_endpoint_values("incoming", server.incoming, server.incoming_auth),
        **_endpoint_values("outgoing", server.outgoing, server.outgoing_auth),
    }


def stated(values: Mapping[str, Value | None]) -> dict[str, Value]:
    """Return the fields that a file has to state."""
    return {field: value for field, value in values.items() if value is not None}


def read_account(name: str, values: Mapping[str, Value]) -> Account:
    """Return the account that fields describe.

    Raises:
        Unfit: names the first field that cannot be used.
    """
    address = address_of(values)
    return Account(
        name=name,
        address=address,
        server=name_of(values, "server", name),
        username=text_of(values, "username", str(address)),
        outgoing_username=text_of(values, "outgoing_username"),
        display_name=text_of(values, "display_name"),
        role=word_of(values, "role", Role, Role.PERSONAL),
        owner=text_of(values, "owner"),
        secret=reference_of(values),
        state=word_of(values, "state", State, State.DRAFT),
        verified_at=text_of(values, "verified_at"),
        verified_until=word_of(values, "verified_until", Until, Until.REACH) if values.get("verified_until") else None,
        cause=text_of(values, "cause"),
        reply_to=maybe_address_of(values, "reply_to"),
        identities=tuple(identity_of(table) for table in tables_of(values, "identities")),
        issuer=text_of(values, "issuer"),
        verified_by=texts_of(values, "verified_by"),
        broken_since=text_of(values, "broken_since"),
    )


def read_server(name: str, values: Mapping[str, Value]) -> Server:
    """Return the server that fields describe.

    Raises:
        Unfit: names the first field that cannot be used.
    """
    return Server(
        name=name,
        incoming=_endpoint(values, "incoming", Protocol.IMAP),
        outgoing=_endpoint(values, "outgoing", Protocol.SMTP),
        incoming_auth=word_of(values, "incoming.auth", AuthKind, AuthKind.PASSWORD),
        outgoing_auth=word_of(values, "outgoing.auth", AuthKind, AuthKind.PASSWORD),
        provider=text_of(values, "provider"),
        mechanism=text_of(values, "mechanism").strip().upper(),
        domain=text_of(values, "domain"),
        mail_from=text_of(values, "mail_from"),
        description=text_of(values, "description"),
    )


def _endpoint_values(side: str, endpoint: Endpoint | None, auth: AuthKind) -> dict[str, Value | None]:
    return {
        f"{side}.protocol": endpoint.protocol.value if endpoint else "none",
        f"{side}.host": endpoint.host if endpoint else None,
        f"{side}.port": endpoint.port if endpoint else None,
        f"{side}.security": endpoint.security.value if endpoint else None,
        **({f"{side}.path": endpoint.path} if endpoint and endpoint.path else {}),
        f"{side}.auth": auth.value,
    }


def _endpoint(values: Mapping[str, Value], side: str, usual: Protocol) -> Endpoint | None:
    """Return one side's endpoint; what a person left out follows from the rest (RFC 8314)."""
    if text_of(values, f"{side}.protocol") == "none" or f"{side}.host" not in values:
        return None
    protocol = word_of(values, f"{side}.protocol", Protocol, usual)
    if protocol.incoming is not usual.incoming:
        raise Unfit(f"{side}.protocol", f"This is no protocol for {side} mail.")
    try:
        field = f"{side}.host"
        host = read_host(text_of(values, field))
        field = f"{side}.security"
        security = read_security(text_of(values, field)) if field in values else None
        field = f"{side}.port"
        port = read_port(str(values[field])) if field in values else 0
    except Unfit:
        raise
    except ValueError as wrong:
        raise Unfit(field, str(wrong)) from None
    if protocol.web:
        if security not in {None, Security.TLS}:
            raise Unfit(f"{side}.security", "A web service is asked over TLS alone.")
        return _web(protocol, host, port, values, f"{side}.path")
    if security is None:
        security = Security.STARTTLS if port and port != STANDARD_PORTS[protocol, Security.TLS] else Security.TLS
    return Endpoint(protocol, host, port or STANDARD_PORTS[protocol, security], security)


def _web(protocol: Protocol, host: str, port: int, values: Mapping[str, Value], field: str) -> Endpoint:
    """Return where a web service answers."""
    path = text_of(values, field).lstrip("/")
    try:
        return Endpoint.parse(protocol, f"https://{Endpoint(protocol, host, port or 443, Security.TLS).place}/{path}")
    except ValueError as wrong:
        raise Unfit(field, str(wrong)) from None

"""Servers and accounts as the fields of a file, and back."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from mailwizard.model import (
    STANDARD_PORTS,
    Account,
    Address,
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
from mailwizard.storage.names import read_name

Word = TypeVar("Word", bound=StrEnum)

ACCOUNT: Mapping[str, Value | None] = {
    "address": None,
    "display_name": "",
    "server": None,
    "username": None,
    "outgoing_username": "",
    "role": Role.PERSONAL.value,
    "owner": "",
    "secret": "",
    "state": State.DRAFT.value,
    "verified_at": "",
    "verified_until": "",
    "cause": "",
}
"""The fields of an account's file in their order, with what holds where no file says anything."""

SERVER: Mapping[str, Value | None] = {
    "provider": "",
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

ALWAYS = frozenset({"address", "server"})
"""Fields that a file states even where a weaker scope says the same."""


class Unfit(ValueError):
    """A field's value cannot be used; ``field`` says which, the text is a sentence for a person."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field

    def __str__(self) -> str:
        return f"{self.field}: {self.args[0]}"


def account_values(account: Account) -> dict[str, Value | None]:
    """Return an account's fields as they are written."""
    return {
        "address": account.address.display,
        "display_name": account.display_name,
        "server": account.server,
        "username": account.username,
        "outgoing_username": account.outgoing_username,
        "role": account.role.value,
        "owner": account.owner,
        "secret": account.secret,
        "state": account.state.value,
        "verified_at": account.verified_at,
        "verified_until": account.verified_until.value if account.verified_until else "",
        "cause": account.cause,
    }


def server_values(server: Server) -> dict[str, Value | None]:
    """Return a server's fields as they are written."""
    return {
        "provider": server.provider,
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
    address = _address(values)
    return Account(
        name=name,
        address=address,
        server=_name(values, "server", name),
        username=_text(values, "username", str(address)),
        outgoing_username=_text(values, "outgoing_username"),
        display_name=_text(values, "display_name"),
        role=_word(values, "role", Role, Role.PERSONAL),
        owner=_text(values, "owner"),
        secret=_reference(values),
        state=_word(values, "state", State, State.DRAFT),
        verified_at=_text(values, "verified_at"),
        verified_until=_word(values, "verified_until", Until, Until.REACH) if values.get("verified_until") else None,
        cause=_text(values, "cause"),
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
        incoming_auth=_word(values, "incoming.auth", AuthKind, AuthKind.PASSWORD),
        outgoing_auth=_word(values, "outgoing.auth", AuthKind, AuthKind.PASSWORD),
        provider=_text(values, "provider"),
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
    if _text(values, f"{side}.protocol") == "none" or f"{side}.host" not in values:
        return None
    protocol = _word(values, f"{side}.protocol", Protocol, usual)
    if protocol.incoming is not usual.incoming:
        raise Unfit(f"{side}.protocol", f"This is no protocol for {side} mail.")
    try:
        field = f"{side}.host"
        host = read_host(_text(values, field))
        field = f"{side}.security"
        security = read_security(_text(values, field)) if field in values else None
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
    path = _text(values, field).lstrip("/")
    try:
        return Endpoint.parse(protocol, f"https://{Endpoint(protocol, host, port or 443, Security.TLS).place}/{path}")
    except ValueError as wrong:
        raise Unfit(field, str(wrong)) from None


def _text(values: Mapping[str, Value], field: str, default: str = "") -> str:
    """Return a text; a control character in one would act on terminals or on the wire."""
    value = values.get(field, default)
    if not isinstance(value, str):
        raise Unfit(field, "This is a text, in quotation marks.")
    wrong = next((c for c in value if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}), "")
    if wrong:
        raise Unfit(field, f"This holds no line breaks or control characters, here U+{ord(wrong):04X}.")
    return value


def _word(values: Mapping[str, Value], field: str, words: type[Word], default: Word) -> Word:
    text = _text(values, field, default)
    try:
        return words(text.strip().lower())
    except ValueError:
        raise Unfit(field, f"This is one of {', '.join(words)}.") from None


def _name(values: Mapping[str, Value], field: str, default: str) -> str:
    try:
        return read_name(_text(values, field, default))
    except Unfit:
        raise
    except ValueError as wrong:
        raise Unfit(field, str(wrong)) from None


def _address(values: Mapping[str, Value]) -> Address:
    if "address" not in values:
        raise Unfit("address", "An account needs an address.")
    try:
        return Address.parse(_text(values, "address"))
    except Unfit:
        raise
    except ValueError as wrong:
        raise Unfit("address", str(wrong)) from None


def _reference(values: Mapping[str, Value]) -> str:
    """Return the secret's reference; what is none may be the secret itself and is not repeated."""
    from mailwizard.storage.secrets.references import read_reference

    text = _text(values, "secret")
    try:
        return str(read_reference(text)) if text else ""
    except ValueError as wrong:
        raise Unfit("secret", str(wrong)) from None

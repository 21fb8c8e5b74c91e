"""What an account is to be: the fields that flags, an answers file and a list of people have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailwizard.model import Address, Endpoint, Protocol, Role, Until
from mailwizard.storage import secrets
from mailwizard.storage.names import read_name, suggest_name
from mailwizard.storage.places import place

FIELDS = {
    "address": "the mail address, which is all that is needed",
    "name": "what the account is to be called (default: its address)",
    "display_name": "the name that recipients see",
    "server": "the name of a saved server; without any server they are looked for",
    "imap": "a server to receive with, HOST:PORT/SECURITY",
    "pop3": "a server to receive with, HOST:PORT/SECURITY",
    "smtp": "a server to send with, HOST:PORT/SECURITY",
    "ews": "Exchange Web Services, its https address or its host",
    "graph": "Microsoft Graph, its https address",
    "username": "the login name, where it is not the address",
    "mechanism": "the one SASL mechanism to use, such as PLAIN",
    "from": "the From to ask about, where it is not the address",
    "role": "personal or company",
    "owner": "the person it is set up for",
    "scope": "user, organization:NAME or host",
    "secret": "where its password lies, such as vault:NAME or pass:NAME; never the password itself",
    "until": "how deep to check: reach, sign-in, sender or delivery",
}
"""What may be said of an account, each with a few words for a person."""
LONGEST = 2000
"""Characters in one value."""
_ENDS = (Protocol.IMAP, Protocol.POP3, Protocol.SMTP, Protocol.EWS, Protocol.GRAPH)
_ABOUT_SECRETS = ("pass", "pwd", "kennwort", "token", "contrase", "mot_de_passe", "wachtwoord", "haslo")


class Unfit(ValueError):
    """A value that an account cannot have; carries one sentence for a person, and the field."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(f"{field}: {sentence}")
        self.field = field


@dataclass(frozen=True, slots=True)
class Wanted:
    """An account as somebody asks for it; holds no secret."""

    address: Address
    name: str = ""
    display_name: str = ""
    server: str = ""
    """The name of a saved server; empty where servers are named below, or are to be found."""
    incoming: Endpoint | None = None
    outgoing: Endpoint | None = None
    username: str = ""
    mechanism: str = ""
    sender: Address | None = None
    """The From to ask about; ``None`` for the address."""
    role: Role = Role.PERSONAL
    owner: str = ""
    scope: str = "user"
    secret: str = ""
    """A reference; empty where none is known."""
    until: Until = Until.SIGN_IN

    @property
    def called(self) -> str:
        """Return the account's name."""
        return self.name or suggest_name(self.address)


def is_about_secrets(name: str) -> bool:
    """Return whether a column or a key of this name would hold a secret itself."""
    return any(part in name for part in _ABOUT_SECRETS)


def read_wanted(said: Mapping[str, str]) -> Wanted:
    """Read the fields of an account; an empty one counts as not said.

    Raises:
        Unfit: for the first field that cannot be, or that does not go with another one.
    """
    given = {field: value.strip() for field, value in said.items() if value.strip()}
    for field, value in given.items():
        if len(value) > LONGEST:
            raise Unfit(field, f"it has more than {LONGEST} characters.")
        if not value.isprintable():
            raise Unfit(field, "there is a character in it that cannot be shown.")
    if "address" not in given:
        raise Unfit("address", "it is missing.")
    ends = {protocol: _endpoint(protocol, given[protocol]) for protocol in _ENDS if protocol in given}
    _refuse_crowd(given, ends)
    incoming = next((end for end in ends.values() if end.protocol.incoming), None)
    return Wanted(
        _address("address", given["address"]),
        name=_name(given["name"]) if "name" in given else "",
        display_name=given.get("display_name", ""),
        server=given.get("server", ""),
        incoming=incoming,
        outgoing=ends.get(Protocol.SMTP),
        username=given.get("username", ""),
        mechanism=given.get("mechanism", "").upper(),
        sender=_address("from", given["from"]) if "from" in given else None,
        role=Role(_word("role", given.get("role", "personal"), tuple(Role))),
        owner=given.get("owner", ""),
        scope=_scope(given.get("scope", "user")),
        secret=_reference(given["secret"]) if "secret" in given else "",
        until=Until(_word("until", given.get("until", "sign-in"), tuple(Until))),
    )


def _refuse_crowd(given: Mapping[str, str], ends: Mapping[Protocol, Endpoint]) -> None:
    """Refuse servers that do not go together."""
    receiving = [protocol for protocol, end in ends.items() if end.protocol.incoming]
    if ends and "server" in given:
        raise Unfit("server", f"a saved server is named and {next(iter(ends))} as well: say one of them.")
    if len(receiving) > 1:
        raise Unfit(receiving[1], f"one server to receive with is enough, and {receiving[0]} is named as well.")
    if receiving and receiving[0].web and Protocol.SMTP in ends:
        raise Unfit("smtp", f"{receiving[0]} sends as well: leave smtp out.")


def _endpoint(protocol: Protocol, text: str) -> Endpoint:
    try:
        return Endpoint.parse(protocol, text)
    except ValueError as wrong:
        raise Unfit(protocol, str(wrong)) from None


def _address(field: str, text: str) -> Address:
    try:
        return Address.parse(text)
    except ValueError as wrong:
        raise Unfit(field, str(wrong)) from None


def _name(text: str) -> str:
    try:
        return read_name(text)
    except ValueError as wrong:
        raise Unfit("name", str(wrong)) from None


def _word(field: str, text: str, words: tuple[str, ...]) -> str:
    if text.lower() not in words:
        raise Unfit(field, f"say {' or '.join(words)}.")
    return text.lower()


def _scope(text: str) -> str:
    try:
        return str(place(text))
    except ValueError as wrong:
        raise Unfit("scope", str(wrong)) from None


def _reference(text: str) -> str:
    """Read a reference; a text that is none is not repeated, because it may be the secret itself."""
    try:
        return secrets.read_reference(text)
    except ValueError as wrong:
        raise Unfit("secret", str(wrong)) from None

"""Microsoft Autodiscover without credentials: the XML that Exchange and hosting panels answer with ("POX").

The elements are those of MS-OXDSCLI section 2.2.4; the JSON variant is in ``autodiscover_json``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from mailwizard.discovery.documents import markup
from mailwizard.discovery.documents.configuration import Configuration, ServerEntry
from mailwizard.discovery.documents.exchange_services import web_services
from mailwizard.discovery.documents.markup import Element
from mailwizard.discovery.documents.values import (
    LOGIN_LIMIT,
    cite,
    host_name,
    login_name,
    port_number,
    title,
    web_address,
)
from mailwizard.discovery.documents.vocabulary import IMPLICIT_TLS_PORTS, STARTTLS_PORTS, protocol_of
from mailwizard.model import STANDARD_PORTS, Address, AuthKind, Endpoint, Facts, Protocol, Security
from mailwizard.net.clean import clean

CONTENT_TYPE = "text/xml; charset=utf-8"
PROTOCOL_LIMIT = 64
_SCHEMA = "http://schemas.microsoft.com/exchange/autodiscover/outlook"
_MESSAGE_LIMIT = 300

_EXCHANGE_TYPES = frozenset({"exch", "expr", "exhttp", "mapihttp", "mobilesync"})
_SERVICE_URLS = {"ewsurl": "ews", "asurl": "ews", "oaburl": "oab", "owaurl": "owa"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What an Autodiscover answer says; a redirection or an error is told, never followed here."""

    configuration: Configuration
    redirect_address: str = ""
    """The mail address under which to ask again (action ``redirectAddr``)."""
    redirect_url: str = ""
    """Where to ask again (action ``redirectUrl``): http or https, to be judged by whoever follows it."""
    error_code: str = ""
    """The answer's own number, such as ``600`` (invalid request) or ``500`` (unknown address)."""
    error_text: str = ""
    types: tuple[str, ...] = ()
    """The protocol types in document order, in lower case: ``imap``, ``exch``, ``expr``, ``web`` …"""

    @property
    def exchange(self) -> bool:
        """Return whether the answer describes an Exchange mailbox."""
        return not _EXCHANGE_TYPES.isdisjoint(self.types)


def request(address: Address) -> bytes:
    """Return the body of the question for an address, to be sent as :data:`CONTENT_TYPE`."""
    asked = escape("".join(c for c in str(address) if c.isprintable()))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<Autodiscover xmlns="{_SCHEMA}/requestschema/2006"><Request>'
        f"<EMailAddress>{asked}</EMailAddress>"
        f"<AcceptableResponseSchema>{_SCHEMA}/responseschema/2006a</AcceptableResponseSchema>"
        "</Request></Autodiscover>\n"
    ).encode()


def read(body: bytes, address: Address, *, asked: Address | None = None) -> Answer:
    """Return what an answer says for an address.

    ``asked`` is the address that the question held, where that was a made-up one: login names made from it are
    turned into those of ``address``.

    Raises:
        Failure: as the package says, without ``document.not-json`` and ``document.digest``.
    """
    root = markup.parse(body)
    if root.name not in {"autodiscover", "response"}:
        raise markup.other_root(root, "<Autodiscover>")
    elements = list(root.walk())
    accounts = [element for element in elements if element.name in {"account", "action"}]
    protocols = [element for element in elements if element.name in {"protocol", "server"} and element.children]
    notes: list[str] = []
    code, text = _error(elements)
    reader = _Reader(address, asked or address)
    servers = list(reader.servers(protocols[:PROTOCOL_LIMIT], notes))
    on_the_web, left_out = web_services(
        [(_type(protocol), protocol) for protocol in protocols[:PROTOCOL_LIMIT]], address
    )
    notes += left_out
    return Answer(
        configuration=Configuration(
            servers=(*servers, *on_the_web),
            name=next((title(found, address) for e in elements if (found := e.value("displayname"))), ""),
            services=_services(elements, address),
            notes=tuple(notes),
        ),
        redirect_address=_redirect_address(accounts),
        redirect_url=_redirect_url(accounts, address),
        error_code=code,
        error_text=text,
        types=tuple(dict.fromkeys(kind for protocol in protocols[:PROTOCOL_LIMIT] if (kind := _type(protocol)))),
    )


def _type(protocol: Element) -> str:
    """Return the type, which is an element, or since Exchange 2013 an attribute."""
    return cite(protocol.value("type") or protocol.attributes.get("type", "")).lower()


def _error(elements: list[Element]) -> tuple[str, str]:
    """Return the number and the text of an error, both empty where there is none."""
    for element in elements:
        if element.name == "error":
            text = element.value("message") or element.value("errormessage")
            code = element.value("errorcode") or element.value("status")
            return cite(code), clean(" ".join(text.split()), _MESSAGE_LIMIT)
    return "", ""


def _redirect_address(accounts: list[Element]) -> str:
    """Return the address of a redirection; Exchange ActiveSync calls the element ``Redirect``."""
    for account in accounts:
        found = account.value("redirectaddr") or account.value("redirect")
        if found:
            usable = found.isprintable() and " " not in found and "@" in found and len(found) <= LOGIN_LIMIT
            return found if usable else ""
    return ""


def _redirect_url(accounts: list[Element], address: Address) -> str:
    return next((url for a in accounts if (url := web_address(a.value("redirecturl"), address))), "")


def _services(elements: list[Element], address: Address) -> Facts:
    """Return where Exchange and its web mail are, whether named for the inside or the outside of a company."""
    named = [(_SERVICE_URLS[element.name], element.text) for element in elements if element.name in _SERVICE_URLS]
    named += [("activesync", element.value("url")) for element in elements if _type(element) == "mobilesync"]
    found = ((name, web_address(text, address)) for name, text in named[:PROTOCOL_LIMIT])
    return tuple(dict.fromkeys((name, url) for name, url in found if url))


def _on(protocol: Element, name: str, default: bool) -> bool:
    """Return whether a switch is on; panels write ``on``, ``off``, ``true`` and ``0`` alike."""
    word = protocol.value(name).lower()
    return default if not word else word in {"on", "true", "yes", "1"}


class _Reader:
    """Reads the mail protocols of one answer."""

    def __init__(self, address: Address, asked: Address) -> None:
        self.address, self.asked = address, asked

    def servers(self, protocols: list[Element], notes: list[str]) -> Iterator[ServerEntry]:
        """Yield what can be used; why another one cannot be becomes a note."""
        incoming_login = next(
            (login for p in protocols if protocol_of(_type(p)) in _INCOMING if (login := p.value("loginname"))), ""
        )
        for protocol in protocols:
            spoken = protocol_of(_type(protocol))
            if spoken is None:
                continue
            try:
                yield self.server(protocol, spoken, incoming_login)
            except ValueError as wrong:
                notes.append(f"The {_type(protocol)} server of the answer was left out: {wrong}.")

    def server(self, protocol: Element, spoken: Protocol, incoming_login: str) -> ServerEntry:
        """Return one server.

        Raises:
            ValueError: with the part of a sentence that says what is wrong.
        """
        host = host_name(protocol.value("server"), self.address)
        port, security, notes = _place(protocol, spoken)
        login, more = self.login(protocol, spoken, incoming_login)
        open_relay = spoken is Protocol.SMTP and not _on(protocol, "authrequired", True)
        auth = (AuthKind.NONE,) if open_relay else (AuthKind.PASSWORD,)
        notes += more
        if not open_relay and _on(protocol, "spa", False):
            notes += ("It takes the password by secure password authentication (NTLM).",)
        if _on(protocol, "smtplast", False) and spoken is Protocol.SMTP:
            notes += ("It wants mail to be fetched before any is sent.",)
        return ServerEntry(Endpoint(spoken, host, port, security), login, auth, (), notes)

    def login(self, protocol: Element, spoken: Protocol, incoming_login: str) -> tuple[str, tuple[str, ...]]:
        """Return the login name and what is to be said about it."""
        text = protocol.value("loginname")
        if not text and spoken is Protocol.SMTP and _on(protocol, "usepopauth", True):
            text = incoming_login
        if not text:
            return str(self.address), ("The answer names no login name; the mail address is assumed.",)
        try:
            login = login_name(text, self.address)
        except ValueError as wrong:
            return "", (str(wrong),)
        same = {str(self.asked).lower(): str(self.address), self.asked.local.lower(): self.address.local}
        login = same.get(login.lower(), login)
        domain = protocol.value("domainname")
        if "@" in login or "\\" in login or not domain or not _on(protocol, "domainrequired", False):
            return login, ()
        try:
            return f"{login}@{host_name(domain, self.address)}", ()
        except ValueError:
            return login, ()


_INCOMING = frozenset({Protocol.IMAP, Protocol.POP3})


def _place(protocol: Element, spoken: Protocol) -> tuple[int, Security, tuple[str, ...]]:
    """Return port and encryption.

    A port that serves one kind of encryption only outranks what the switches say, because panels write ``SSL`` for
    either kind. ``Encryption`` outranks ``SSL``, and its ``TLS`` means STARTTLS.

    Raises:
        ValueError: with the part of a sentence that says what is wrong.
    """
    encryption = protocol.value("encryption").lower()
    ssl = _on(protocol, "ssl", True)
    said = _said(encryption, ssl, _on(protocol, "tls", False))
    if protocol.one("port") is None:
        security = said or (Security.STARTTLS if spoken is Protocol.SMTP else Security.TLS)
        port = 587 if spoken is Protocol.SMTP and security is Security.NONE else STANDARD_PORTS[spoken, security]
        return port, _fitting(port, security), ("The answer names no port; the standard one is assumed.",)
    port = port_number(protocol.value("port"))
    actual = _fitting(port, said)
    if said in {None, actual}:
        return port, actual, ()
    return port, actual, (f"The answer's words for encryption do not fit port {port}; the port decides.",)


def _said(encryption: str, ssl: bool, tls: bool) -> Security | None:
    """Return what the switches say; nothing where they leave both kinds of TLS open."""
    if encryption in {"tls", "starttls"} or tls:
        return Security.STARTTLS
    if encryption == "ssl":
        return Security.TLS
    if encryption == "none" or (not encryption and not ssl):
        return Security.NONE
    return None


def _fitting(port: int, said: Security | None) -> Security:
    """Return the encryption that a port serves."""
    if port in IMPLICIT_TLS_PORTS:
        return Security.TLS
    if port == 587:
        return Security.STARTTLS
    if port in STARTTLS_PORTS:
        return Security.NONE if said is Security.NONE else Security.STARTTLS
    return said or Security.TLS

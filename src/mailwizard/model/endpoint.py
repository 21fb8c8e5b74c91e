"""Where a mail service is reached, and the one place where a host, a port or a security becomes a value."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Self

from mailwizard.model.words import Protocol, Security

STANDARD_PORTS: dict[tuple[Protocol, Security], int] = {
    (Protocol.SMTP, Security.TLS): 465,
    (Protocol.SMTP, Security.STARTTLS): 587,
    (Protocol.SMTP, Security.NONE): 25,
    (Protocol.IMAP, Security.TLS): 993,
    (Protocol.IMAP, Security.STARTTLS): 143,
    (Protocol.IMAP, Security.NONE): 143,
    (Protocol.POP3, Security.TLS): 995,
    (Protocol.POP3, Security.STARTTLS): 110,
    (Protocol.POP3, Security.NONE): 110,
    (Protocol.EWS, Security.TLS): 443,
    (Protocol.GRAPH, Security.TLS): 443,
}
"""RFC 8314 section 3.3, RFC 6409 and IANA's registry."""

_IMPLICIT_TLS_PORTS = frozenset({465, 993, 995})

WEB_NAMES: dict[Protocol, str] = {Protocol.EWS: "Exchange Web Services", Protocol.GRAPH: "Microsoft Graph"}
"""What a person calls a web service."""

USUAL_PATHS: dict[Protocol, str] = {Protocol.EWS: "/EWS/Exchange.asmx", Protocol.GRAPH: "/v1.0"}
"""Where a web service answers unless somebody says otherwise: Exchange's own virtual directory, Graph's version."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a mail service is reached: protocol, host, port and security, with a path where it is a web service."""

    protocol: Protocol
    host: str
    port: int
    security: Security
    path: str = ""
    """Begins with a slash; only a web service has one."""

    @classmethod
    def parse(cls, protocol: Protocol, text: str) -> Self:
        """Read ``HOST[:PORT][/SECURITY]``, also as a URL; what is left out follows from the rest (RFC 8314).

        A web service is read from its https address, or from a host name alone.

        Raises:
            ValueError: with one sentence for a person.
        """
        if protocol.web:
            return cls(protocol, *_read_web(protocol, text))
        scheme, apart, rest = text.strip().partition("://")
        where, _, security_text = (rest if apart else scheme).partition("/")
        if apart:
            scheme = _security_of(scheme.lower(), protocol)
            security_text = security_text or scheme
        host, port_text = _split_port(where)
        security = read_security(security_text) if security_text else None
        if port_text:
            port = read_port(port_text)
            security = security or (Security.TLS if port in _IMPLICIT_TLS_PORTS else Security.STARTTLS)
        else:
            security = security or Security.TLS
            port = STANDARD_PORTS[protocol, security]
        return cls(protocol, read_host(host), port, security)

    @property
    def place(self) -> str:
        """Return ``host:port``, with brackets around an IPv6 address."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """Return the https address of a web service."""
        return f"https://{self.place.removesuffix(':443')}{self.path}"

    def __str__(self) -> str:
        return f"{self.protocol}://{self.place}{self.path if self.protocol.web else f'/{self.security}'}"


def _read_web(protocol: Protocol, text: str) -> tuple[str, int, Security, str]:
    """Read the address of a web service.

    Raises:
        ValueError: with one sentence for a person.
    """
    scheme, apart, rest = text.strip().partition("://")
    if apart and scheme.lower() not in {"https", str(protocol)}:
        raise ValueError(f"The address of {WEB_NAMES[protocol]} begins with https://, not with {scheme}://.")
    where, slash, path = (rest if apart else scheme).partition("/")
    if "@" in where:
        raise ValueError("The address has a user name in it; type it without the part before the @.")
    if any(mark in path for mark in "?#\\") or not (path.isascii() and path.isprintable() and " " not in path):
        raise ValueError("The address ends with its path: no question mark, no #, no blanks, no other letters.")
    host, port = _split_port(where)
    path = f"/{path}".rstrip("/") if slash else ""
    return read_host(host), read_port(port) if port else 443, Security.TLS, path or USUAL_PATHS[protocol]


def _security_of(scheme: str, protocol: Protocol) -> str:
    """Return how a URL's scheme encrypts, such as ``imaps``; nothing where it leaves that open.

    Raises:
        ValueError: where it is another protocol's.
    """
    schemes = {str(protocol): "", f"{protocol}s": "tls", f"{protocol}+tls": "tls", f"{protocol}+starttls": "starttls"}
    if protocol is Protocol.POP3:
        schemes |= {"pop": "", "pops": "tls"}
    if protocol is Protocol.SMTP:
        schemes |= {"submission": "starttls", "submissions": "tls"}
    if scheme not in schemes:
        raise ValueError(f"This is no address of an {protocol.upper()} server: it begins with {scheme}://.")
    return schemes[scheme]


def read_security(text: str) -> Security:
    """Read how to encrypt, also in the words that other programs use.

    Raises:
        ValueError: with one sentence for a person.
    """
    word = text.strip().lower()
    if word in {"ssl", "ssl/tls", "implicit"}:
        return Security.TLS
    try:
        return Security(word)
    except ValueError:
        raise ValueError(f"Security is tls, starttls or none, not {word!r}.") from None


def read_port(text: str) -> int:
    """Read a port number.

    Raises:
        ValueError: with one sentence for a person.
    """
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal() and 0 < len(digits) <= 9):
        raise ValueError(f"A port is a number from 1 to 65535, not {digits!r}.")
    if not 1 <= int(digits) <= 65535:
        raise ValueError(f"A port is a number from 1 to 65535, not {int(digits)}.")
    return int(digits)


_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PLAIN_HOST = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]){_LABEL}")
"""A server name as most are; what is none of these takes longer to judge."""


def read_host(text: str) -> str:
    """Read a server name or IP address; names come back as A-labels without a trailing dot.

    Raises:
        ValueError: with one sentence for a person.
    """
    name = text.strip().strip("[]")
    if _PLAIN_HOST.fullmatch(name) and len(name) <= 253:
        return name
    if not name:
        raise ValueError("Type the server's name, for example imap.example.com.")
    if "%" in name:
        raise ValueError("A server's address stands without a zone, the part from the % on.")
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        pass
    import idna

    name = name.rstrip(".")
    try:
        ascii_name = name.lower() if name.isascii() else idna.encode(name, uts46=True).decode("ascii").lower()
    except idna.IDNAError:
        raise ValueError("This is no server name: it has characters that no domain may hold.") from None
    labels = ascii_name.split(".")
    fits = len(ascii_name) <= 253 and all(
        label
        and len(label) <= 63
        and label.strip("-") == label
        and all(c.isascii() and (c.isalnum() or c in "-_") for c in label)
        for label in labels
    )
    if not fits:
        raise ValueError("A server name has letters, digits, dots and hyphens only, for example imap.example.com.")
    return ascii_name


def _split_port(where: str) -> tuple[str, str]:
    """Split ``host:port``, leaving a bare IPv6 address whole."""
    if where.startswith("["):
        host, _, rest = where.partition("]")
        return host + "]", rest.removeprefix(":")
    if where.count(":") > 1:
        return where, ""
    host, _, port = where.partition(":")
    return host, port

"""The nouns of mailwizard: plain, frozen data that every room may hold."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self


class Protocol(StrEnum):
    """What a mail endpoint speaks."""

    SMTP = "smtp"
    IMAP = "imap"
    POP3 = "pop3"
    EWS = "ews"
    """Exchange Web Services: one address, over https, for receiving and sending."""
    GRAPH = "graph"
    """Microsoft Graph, likewise."""

    @property
    def incoming(self) -> bool:
        """Whether mail is fetched with it."""
        return self is not Protocol.SMTP

    @property
    def outgoing(self) -> bool:
        """Whether mail is sent with it."""
        return self in {Protocol.SMTP, Protocol.EWS, Protocol.GRAPH}

    @property
    def web(self) -> bool:
        """Whether it is a service at an https address, which has a path and does all by itself."""
        return self in {Protocol.EWS, Protocol.GRAPH}


class Security(StrEnum):
    """How a connection is encrypted: from the first byte, after a command, or not at all."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class Trust(StrEnum):
    """How far a candidate may be believed, weakest first; below ``published`` a person must consent."""

    GUESS = "guess"
    UNSIGNED = "unsigned"
    PUBLISHED = "published"
    CURATED = "curated"

    @property
    def rank(self) -> int:
        """Return the place in the order, 0 for the weakest."""
        return list(Trust).index(self)


class AuthKind(StrEnum):
    """What a provider takes as proof of who is signing in."""

    PASSWORD = "password"
    APP_PASSWORD = "app-password"
    """A separate secret the provider makes for programs: app password, authorization code, mail key."""
    KEY = "key"
    """An API key or SMTP credential of a sending service."""
    BRIDGE_PASSWORD = "bridge-password"
    """The password that a bridge program on this machine shows."""
    OAUTH2 = "oauth2"
    NONE = "none"

    @property
    def typed(self) -> bool:
        """Whether the secret is something a person types or pastes."""
        return self in {AuthKind.PASSWORD, AuthKind.APP_PASSWORD, AuthKind.KEY, AuthKind.BRIDGE_PASSWORD}

    @property
    def words(self) -> str:
        """Return what a person calls it."""
        special = {AuthKind.OAUTH2: "browser sign-in", AuthKind.NONE: "no sign-in"}
        return special.get(self, self.value.replace("-", " "))


class Step(StrEnum):
    """The timed, bounded, named things that happen and become evidence."""

    DISCOVER = "discover"
    RESOLVE = "resolve"
    CONNECT = "connect"
    ENCRYPT = "encrypt"
    GREETING = "greeting"
    CAPABILITIES = "capabilities"
    SIGN_IN = "sign-in"
    MAIL_FROM = "mail-from"
    RCPT_TO = "rcpt-to"
    DATA = "data"
    MAILBOX = "mailbox"
    APPEND = "append"
    AUTHORIZE = "authorize"
    DEVICE_CODE = "device-code"
    TOKEN = "token"
    STORE = "store"


class Outcome(StrEnum):
    """How a step stands; the faces show the same words."""

    RUNNING = "running"
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    SKIP = "skip"


class Until(StrEnum):
    """How deep a check goes (DESIGN section 6); nothing secret leaves before ``sign-in``."""

    REACH = "reach"
    SIGN_IN = "sign-in"
    SENDER = "sender"
    DELIVERY = "delivery"

    def includes(self, other: Until) -> bool:
        """Return whether a check to this depth also does what ``other`` does."""
        return list(Until).index(self) >= list(Until).index(other)


class Role(StrEnum):
    """Whose mailbox an account is."""

    COMPANY = "company"
    PERSONAL = "personal"


class State(StrEnum):
    """What is known about whether a saved account works."""

    DRAFT = "draft"
    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    BROKEN = "broken"


Facts = tuple[tuple[str, str], ...]
"""Small named facts in the order in which they were learnt, such as ``("version", "TLSv1.3")``."""


class Failure(Exception):
    """Something in the outside world went wrong; ``code`` is dotted and stable, ``detail`` is outside text.

    Raised only in ``net`` and by a probe that reads a reply. ``enhanced`` is the status code of RFC 3463
    where the server gave one; ``facts`` carries what else could be learnt, a bad certificate's names for one.
    """

    def __init__(self, code: str, detail: str = "", *, enhanced: str = "", facts: Facts = ()) -> None:
        super().__init__(code, detail)
        self.code, self.detail, self.enhanced, self.facts = code, detail, enhanced, facts

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code


@dataclass(frozen=True, slots=True)
class Address:
    """A parsed mail address; ``domain`` is the A-label form, which is what goes on the wire."""

    local: str
    domain: str
    unicode_domain: str
    """The domain as a person reads it; the same as ``domain`` unless it is international."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an address as typed or pasted.

        Raises:
            ValueError: with one sentence for a person.
        """
        cleaned = text.strip().strip("<>").strip()
        if cleaned.lower().startswith("mailto:"):
            cleaned = cleaned[len("mailto:") :]
        if not cleaned:
            raise ValueError("Type the mail address, for example alice@example.com.")
        if "@" not in cleaned:
            raise ValueError("A mail address has an @ in it, for example alice@example.com.")
        from email_validator import EmailNotValidError, validate_email

        if cleaned.endswith("@"):
            raise ValueError("The address lacks its domain, the part after the @.")
        # The library refuses .local and other names that only exist inside a company's network: a label more lets
        # it judge their letters without judging their place.
        try:
            valid = validate_email(f"{cleaned}.example", check_deliverability=False)
        except EmailNotValidError as wrong:
            raise ValueError(f"This is no mail address: {wrong}") from None
        return cls(
            valid.local_part,
            valid.ascii_domain.lower().removesuffix(".example"),
            valid.domain.lower().removesuffix(".example"),
        )

    @classmethod
    def of_username(cls, username: str) -> Self | None:
        """Return the address that a user name is; ``None`` where it is none."""
        try:
            return cls.parse(username) if "@" in username else None
        except ValueError:
            return None

    @property
    def display(self) -> str:
        """Return the address as a person reads it."""
        return f"{self.local}@{self.unicode_domain}"

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"


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


def read_host(text: str) -> str:
    """Read a server name or IP address; names come back as A-labels without a trailing dot.

    Raises:
        ValueError: with one sentence for a person.
    """
    name = text.strip().strip("[]")
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


@dataclass(frozen=True, slots=True)
class Candidate:
    """An endpoint that somebody proposes, and how far that may be believed."""

    endpoint: Endpoint
    username: str
    """The login name; empty where nothing is known about its form."""
    auth: tuple[AuthKind, ...]
    """What sign-in the provider takes here today, best first; empty where unknown."""
    source: str
    """Who proposes it: the name of a discovery source, ``typed`` or ``saved``."""
    trust: Trust
    why: str = ""
    """One sentence for a person: why this source proposes it."""
    provider: str = ""
    """The provider card's id, where one stands behind it."""
    preference: int = 0
    """Where its source puts it among its own proposals: lower comes first."""
    also: tuple[str, ...] = ()
    """The other sources that name the same endpoint."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A user name and a secret; in memory and in the secret store only."""

    username: str
    secret: str = field(repr=False)
    kind: AuthKind = AuthKind.PASSWORD


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observed fact. ``detail`` is cleaned text: what the server said, or what was found."""

    subject: str
    """Whom it is about: ``str(endpoint)`` for a check, a source's name for discovery."""
    step: Step
    outcome: Outcome
    code: str = ""
    enhanced: str = ""
    detail: str = ""
    seconds: float = 0.0
    facts: Facts = ()
    """Named facts: ``addresses address version cipher names issuer expires mechanisms mechanism …``."""

    def fact(self, name: str) -> str:
        """Return a named fact, or nothing."""
        return next((value for key, value in self.facts if key == name), "")


class Confidence(StrEnum):
    """How sure a diagnosis is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A cause, the card that explains it, and the evidence that gave it away."""

    cause: str
    """A slug of the vocabulary of causes, which is also the problem card's name."""
    title: str
    why: str
    fix: tuple[str, ...]
    """The steps that mend it, in order."""
    who: tuple[str, ...]
    """Who can do that: user, admin, provider, network, recipient, client or none."""
    confidence: Confidence
    guide: str = ""
    """The id of the provider's guide for it, such as ``gmail.app-password``; empty where there is none."""
    evidence: tuple[int, ...] = ()
    """Indices into the evidence that was read."""
    sure: str = ""
    """How to be sure that it is this cause and none of its neighbours; empty where nothing more can be looked at."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change to the draft that was tried, without a secret, and would work; one that costs is still to be tried."""

    title: str
    """One sentence for a button, such as ``Use port 465 with TLS``."""
    replaces: Endpoint
    candidate: Candidate
    costs: str = ""
    """What trying it costs, as a phrase such as ``one more login``: it waits until a person asks for it."""


@dataclass(frozen=True, slots=True)
class Server:
    """A saved, uniquely named connection set that many accounts may use."""

    name: str
    incoming: Endpoint | None = None
    outgoing: Endpoint | None = None
    incoming_auth: AuthKind = AuthKind.PASSWORD
    outgoing_auth: AuthKind = AuthKind.PASSWORD
    provider: str = ""


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

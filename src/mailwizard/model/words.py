"""The words that others choose from: protocols, steps, outcomes, depths, states."""

from __future__ import annotations

from enum import StrEnum


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


class Confidence(StrEnum):
    """How sure a diagnosis is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"

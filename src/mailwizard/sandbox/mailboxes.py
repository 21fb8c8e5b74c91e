"""The mailboxes of the small internet, who may open them, and what has been tried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from mailwizard.model import Protocol


class Verdict(StrEnum):
    """What a provider thinks of a sign-in."""

    WELCOME = "welcome"
    WRONG = "wrong"
    """No such user, or not the password."""
    WANTS_APP_PASSWORD = "wants-app-password"
    """The account's own password, where a separate one is asked for."""
    SWITCHED_OFF = "switched-off"
    """The admin has not switched this protocol on for the mailbox."""
    NO_PASSWORDS = "no-passwords"
    """No password is taken here any more, whoever asks."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was accepted."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes = field(repr=False)
    uid: int = 0
    """Its number in the mailbox that it lies in."""


@dataclass(slots=True)
class Mailbox:
    """One person's mailbox at one provider."""

    address: str
    password: str = field(repr=False)
    app_password: str = field(default="", repr=False)
    """Where there is one, the password itself is refused by mail programs."""
    rules: dict[Protocol, Verdict] = field(default_factory=dict)
    """Protocols that end every sign-in with this verdict, whatever the secret."""
    sends_as: tuple[str, ...] = ()
    """The only From addresses that it may use; none for its own address."""
    messages: list[Message] = field(default_factory=list)
    """What is in the inbox."""
    filed: dict[str, list[Message]] = field(default_factory=dict)
    """What is in the other folders."""
    deleted: set[int] = field(default_factory=set)
    """The numbers of the messages that are marked for removal."""
    into: str = "INBOX"
    """The folder that a filter puts new messages into; none where it swallows them."""
    keeps_sent: bool = False
    """Whether the provider itself puts a copy of what is sent into Sent."""
    archive: str = ""
    """The folder that keeps every message until it is removed from the trash, as Gmail does; none for most."""
    sent: str = "Sent"
    """The folder for what was sent."""
    login: str = ""
    """The only user name that opens it; its address where there is none."""
    numbered: int = 0

    def folder(self, name: str) -> list[Message]:
        """Return what is in a folder."""
        return self.messages if name == "INBOX" else self.filed.setdefault(name, [])

    def put(self, name: str, message: Message) -> None:
        """File a message under a new number, and into the archive where there is one."""
        for folder in (name, self.archive):
            known = any(kept.content == message.content for kept in self.folder(folder)) if folder else True
            if folder == name or not known:
                self.numbered += 1
                self.folder(folder).append(replace(message, uid=self.numbered))

    def discard(self, message: Message, trash: str) -> None:
        """Take a message out of every folder, as a move to the trash does where there is an archive."""
        for held in (self.messages, *self.filed.values()):
            held[:] = [kept for kept in held if kept.content != message.content]
        self.numbered += 1
        self.folder(trash).append(replace(message, uid=self.numbered))

    def judge(self, protocol: Protocol, secret: str) -> Verdict:
        """Return what the provider thinks of a secret; spaces in an app password do not count."""
        rule = self.rules.get(protocol)
        if rule is not None:
            return rule
        if not self.app_password:
            return Verdict.WELCOME if secret == self.password else Verdict.WRONG
        if secret.replace(" ", "") == self.app_password.replace(" ", ""):
            return Verdict.WELCOME
        return Verdict.WANTS_APP_PASSWORD if secret == self.password else Verdict.WRONG


@dataclass(frozen=True, slots=True)
class SignIn:
    """One attempt to sign in, as the server saw it; the secret is not kept here."""

    server: str
    """``host:port``."""
    user: str
    mechanism: str
    verdict: Verdict

    @property
    def accepted(self) -> bool:
        """Whether the server let the user in."""
        return self.verdict is Verdict.WELCOME


class Directory:
    """Every mailbox there is, and a book of all sign-in attempts."""

    def __init__(self) -> None:
        self.mailboxes: dict[str, Mailbox] = {}
        self.sign_ins: list[SignIn] = []
        self.offered: set[str] = set()
        """Every secret that any server was offered; never shown."""
        self.opens: Callable[[str, Protocol, str, str], bool] = lambda host, protocol, user, token: False
        """Whether a token lets a user in at a host with a protocol; nobody hands out any unless an issuer is here."""

    def add(self, mailbox: Mailbox) -> Mailbox:
        """Open a mailbox."""
        self.mailboxes[mailbox.address.lower()] = mailbox
        return mailbox

    def find(self, user: str) -> Mailbox | None:
        """Return the mailbox of an address or a user name."""
        return self.mailboxes.get(user.lower()) or self.opened_by(user)

    def opened_by(self, user: str) -> Mailbox | None:
        """Return the mailbox that a user name opens."""
        return next(
            (box for box in self.mailboxes.values() if user.lower() == (box.login or box.address).lower()), None
        )

    def sign_in(self, server: str, protocol: Protocol, mechanism: str, user: str, secret: str) -> Verdict:
        """Judge one attempt and write it into the book."""
        mailbox = self.opened_by(user)
        verdict = mailbox.judge(protocol, secret) if mailbox else Verdict.WRONG
        self.offered.add(secret)
        self.sign_ins.append(SignIn(server, user, mechanism, verdict))
        return verdict

    def sign_in_with_token(self, server: str, protocol: Protocol, mechanism: str, user: str, token: str) -> Verdict:
        """Judge one attempt with an access token and write it into the book."""
        mailbox = self.opened_by(user)
        good = mailbox is not None and self.opens(server.rpartition(":")[0], protocol, user, token)
        verdict = Verdict.WELCOME if good else Verdict.WRONG
        if mailbox is not None and mailbox.rules.get(protocol) is Verdict.SWITCHED_OFF:
            verdict = Verdict.SWITCHED_OFF
        self.refuse(server, mechanism, user, token, verdict)
        return verdict

    def refuse(self, server: str, mechanism: str, user: str, secret: str, verdict: Verdict) -> None:
        """Write an attempt into the book that is judged already, or refused without a look at the mailbox."""
        self.offered.add(secret)
        self.sign_ins.append(SignIn(server, user, mechanism, verdict))

    def deliver(self, message: Message) -> None:
        """Put a message into the mailbox of each recipient who has one here."""
        for recipient in message.recipients:
            mailbox = self.find(recipient)
            if mailbox is not None and mailbox.into:
                mailbox.put(mailbox.into, message)

    @property
    def secrets(self) -> set[str]:
        """Return every secret that opens a mailbox or was offered to a server."""
        own = {secret for box in self.mailboxes.values() for secret in (box.password, box.app_password)}
        return {secret for secret in own | self.offered if secret}

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many sign-in attempts each server saw, by ``host:port``."""
        return Counter(sign_in.server for sign_in in self.sign_ins)

"""A mailbox as Exchange shows it: folders and messages by opaque ids, over the mailbox that IMAP serves too."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from mailwizard.sandbox.exchange.soap import Complaint
from mailwizard.sandbox.mailboxes import Directory, Mailbox, Message

TOP = "msgfolderroot"
ROOT = "root"
_SHOWN = {
    "inbox": "Inbox",
    "sentitems": "Sent Items",
    "drafts": "Drafts",
    "deleteditems": "Deleted Items",
    "junkemail": "Junk Email",
}
"""The folders for messages that every mailbox has, by their distinguished names, in the server's language."""
_PLACES = {"inbox": "INBOX", "drafts": "Drafts", "deleteditems": "Trash", "junkemail": "Junk"}
_ABOVE = {ROOT: "Root", TOP: "Top of Information Store"}
_CHANGE = "CQAAABYAAACp"


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder of one mailbox."""

    mailbox: Mailbox
    name: str
    """Its distinguished name."""

    @property
    def shown(self) -> str:
        """Return what a person calls it."""
        return _SHOWN.get(self.name) or _ABOVE[self.name]

    @property
    def id(self) -> str:
        """Return its opaque id."""
        return _sealed("f", self.mailbox.address, self.name)

    @property
    def above(self) -> str:
        """Return the opaque id of the folder that it is in; the topmost one is in itself."""
        return Folder(self.mailbox, TOP if self.name in _SHOWN else ROOT).id

    @property
    def below(self) -> tuple[Folder, ...]:
        """Return the folders in it."""
        inner: dict[str, tuple[str, ...]] = {ROOT: (TOP,), TOP: tuple(_SHOWN)}
        return tuple(Folder(self.mailbox, name) for name in inner.get(self.name, ()))

    @property
    def messages(self) -> list[Message]:
        """Return what is in it, as the mailbox itself holds it."""
        if self.name in _ABOVE:
            return []
        return self.mailbox.folder(self.place)

    @property
    def place(self) -> str:
        """Return the name under which the mailbox holds it."""
        return _PLACES.get(self.name, self.mailbox.sent)

    @property
    def items(self) -> Iterator[Item]:
        """Return what is in it, the newest first."""
        return (Item(self, message) for message in reversed(self.messages))


@dataclass(frozen=True, slots=True)
class Item:
    """One message in one folder."""

    folder: Folder
    message: Message

    @property
    def id(self) -> str:
        """Return its opaque id."""
        return _sealed("i", self.folder.mailbox.address, self.folder.name, str(self.message.uid))

    @property
    def parsed(self) -> EmailMessage:
        """Return the message, read."""
        return parsed(self.message.content)

    @property
    def received(self) -> str:
        """Return when it came, as XML writes it."""
        head = self.parsed
        stamp = str(head.get("Received", "")).rpartition(";")[2].strip() or str(head.get("Date", ""))
        try:
            at = parsedate_to_datetime(stamp)
        except ValueError:
            at = datetime(1970, 1, 1, tzinfo=UTC)
        return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parsed(content: bytes) -> EmailMessage:
    """Return a message, read as new mail is; what is broken in it is kept as far as it goes."""
    return message_from_bytes(content, policy=policy.default)


def change_key() -> str:
    """Return the mark of a version of something; nothing ever changes here."""
    return _CHANGE


def distinguished(mailbox: Mailbox, name: str) -> Folder:
    """Return a folder by its distinguished name.

    Raises:
        Complaint: where a mailbox here has none of that name.
    """
    if name not in _SHOWN and name not in _ABOVE:
        raise Complaint("ErrorFolderNotFound")
    return Folder(mailbox, name)


def folder(directory: Directory, identifier: str) -> Folder:
    """Return a folder by its opaque id.

    Raises:
        Complaint: where the id is none of a folder.
    """
    kind, address, name = (*_opened(identifier, 3),)
    mailbox = directory.find(address)
    if kind != "f" or mailbox is None:
        raise Complaint("ErrorFolderNotFound")
    return distinguished(mailbox, name)


def item(directory: Directory, identifier: str) -> Item:
    """Return a message by its opaque id.

    Raises:
        Complaint: where there is none any more, or the id is none of a message.
    """
    kind, address, name, number = (*_opened(identifier, 4),)
    mailbox = directory.find(address)
    if kind != "i" or mailbox is None:
        raise Complaint("ErrorItemNotFound")
    held = distinguished(mailbox, name)
    found = next((message for message in held.messages if str(message.uid) == number), None)
    if found is None:
        raise Complaint("ErrorItemNotFound")
    return Item(held, found)


def _sealed(*parts: str) -> str:
    return urlsafe_b64encode("\0".join(parts).encode()).decode()


def _opened(identifier: str, count: int) -> list[str]:
    try:
        parts = urlsafe_b64decode(identifier.encode()).decode().split("\0")
    except ValueError:
        raise Complaint("ErrorInvalidIdMalformed") from None
    if len(parts) != count:
        raise Complaint("ErrorInvalidIdMalformed")
    return parts

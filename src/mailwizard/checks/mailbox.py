"""A mailbox over IMAP, as far as one message of ours concerns it: find it, read its head, remove exactly it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

from mailwizard.checks.protocols.imap import Imap
from mailwizard.checks.responses import quoted

HEADER = "X-Mailwizard"
MOST = 20
"""Messages of ours that are looked at in one folder."""

_LIST = re.compile(r'LIST \(([^)]*)\) (?:"\\?([^"])"|"[^"]*"|NIL) (.+)', re.IGNORECASE | re.DOTALL)
_UID = re.compile(r"\bUID ([0-9]{1,10})\b", re.IGNORECASE)
_NAMES = {
    "\\Junk": ("junk", "spam", "junk e-mail", "junk email", "bulk mail", "[gmail]/spam"),
    "\\Sent": ("sent", "sent items", "sent messages", "sent mail", "[gmail]/sent mail"),
    "\\Trash": ("trash", "deleted items", "deleted messages", "bin", "[gmail]/trash", "[gmail]/bin"),
    "\\All": ("all mail", "[gmail]/all mail"),
}
"""What folders are called where nothing says what they are for."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder and what it is for, as the server says (RFC 6154)."""

    name: str
    """As on the wire."""
    uses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """What became of messages of ours."""

    gone: int = 0
    left: int = 0
    """Messages that cannot be removed without touching others."""
    copies: int = 0
    """How many of those that are gone lay in Sent."""

    @property
    def words(self) -> str:
        """Return what is gone, as a person calls it."""
        others = self.gone - self.copies
        message = "the message" if others == 1 else f"{others} messages" if others else ""
        copy = "its copy in Sent" if self.copies == 1 else f"{self.copies} copies in Sent" if self.copies else ""
        return " and ".join(filter(None, (message, copy)))


class Mailbox:
    """The folders of one signed-in session."""

    def __init__(self, imap: Imap) -> None:
        self._imap = imap
        self._folders: tuple[Folder, ...] = ()

    async def open(self) -> None:
        """Learn which folders there are, and what can be done.

        Raises:
            Failure: what the server said.
        """
        if not any(self._imap.offers(name) for name in ("UIDPLUS", "IDLE", "SPECIAL-USE")):
            await self._imap.learn_capabilities()
        if self._imap.offers("SPECIAL-USE") and self._imap.offers("LIST-EXTENDED"):
            self._folders = await self._list("*", "(SPECIAL-USE) ")
        if not self._known:
            self._folders = await self._list("%")
        below = [pattern for line in self._imap.data if (pattern := _below(line))]
        for pattern in below if not self._known else ():
            self._folders += await self._list(pattern)

    @property
    def _known(self) -> bool:
        return bool(self.folder("\\Sent") or self.folder("\\Junk"))

    async def _list(self, pattern: str, select: str = "") -> tuple[Folder, ...]:
        """Return folders; never all of them, because there may be thousands."""
        await self._imap.ask(f'LIST {select}"" {quoted(pattern)}')
        return tuple(folder for line in self._imap.data if (folder := _folder(line)))

    def folder(self, use: str) -> str:
        """Return the folder for ``\\Junk``, ``\\Sent``, ``\\Trash`` or ``\\All``; nothing where there is none."""
        said = next((folder.name for folder in self._folders if use.lower() in folder.uses), "")
        return said or next((folder.name for folder in self._folders if _plain(folder.name) in _NAMES[use]), "")

    @property
    def places(self) -> tuple[str, ...]:
        """Return the folders in which a message to oneself can turn up."""
        return tuple(dict.fromkeys(name for name in ("INBOX", self.folder("\\Junk")) if name))

    @property
    def removes(self) -> bool:
        """Return whether single messages can be removed (UIDPLUS, RFC 4315)."""
        return self._imap.offers("UIDPLUS") or self._imap.offers("IMAP4REV2")

    @property
    def reason(self) -> str:
        """Return why messages of ours stay, where they do."""
        if not self.removes:
            return "without UIDPLUS this server removes no single message"
        archive = self.folder("\\All")
        return f"they are still in {archive}, which keeps what is removed elsewhere"

    async def find(self, folder: str, token: str) -> tuple[int, ...]:
        """Open a folder and return the numbers (UID) of our messages in it.

        Raises:
            Failure: what the server said.
        """
        await self._imap.ask(f"SELECT {quoted(folder)}")
        await self._imap.ask(f"UID SEARCH OR HEADER {HEADER} {token} HEADER Message-ID {token}")
        words = [word for line in self._imap.data if line.upper().startswith("SEARCH") for word in line.split()[1:]]
        numbers = [int(word) for word in words if word.isascii() and word.isdecimal() and len(word) <= 10]
        found = []
        for number in numbers[-MOST:]:
            if is_ours(await self.head(number), token):
                found.append(number)
        return tuple(found)

    async def head(self, number: int) -> Message:
        """Return the header of a message in the open folder, without marking it as read."""
        await self._imap.ask(f"UID FETCH {number} (UID BODY.PEEK[HEADER])")
        for line in self._imap.data:
            before, mark, rest = line.partition("}\r\n")
            uid = _UID.search(before) or _UID.search(rest[rest.rfind("\n") :])
            if mark and uid is not None and int(uid[1]) == number:
                return HeaderParser().parsestr(rest)
        return Message()

    async def remove(self, folder: str, token: str) -> Removed:
        """Remove our messages from a folder, and no other one, whatever else is marked for removal in it.

        Raises:
            Failure: what the server said.
        """
        numbers = await self.find(folder, token)
        if not numbers:
            return Removed()
        trash = self.folder("\\Trash")
        if self._archives(folder) and trash and trash != folder:
            await self._move(numbers, trash)
            return await self.remove(trash, token)
        if not self.removes:
            return Removed(left=len(numbers))
        await self._expunge(numbers)
        return Removed(gone=len(numbers))

    def _archives(self, folder: str) -> bool:
        """Return whether a message that is expunged from a folder stays in the folder of all mail.

        Gmail does that unless the message was moved to its Trash; one that a folder of all mail (RFC 6154) still shows
        has to go the same way.
        """
        return self._imap.offers("X-GM-EXT-1") or folder == self.folder("\\All")

    async def _move(self, numbers: Sequence[int], folder: str) -> None:
        """Move messages of the open folder to another one; where the server cannot (RFC 6851), copy and expunge."""
        named = ",".join(map(str, numbers))
        if self._imap.offers("MOVE"):
            await self._imap.ask(f"UID MOVE {named} {quoted(folder)}")
            return
        await self._imap.ask(f"UID COPY {named} {quoted(folder)}")
        if self.removes:
            await self._expunge(numbers)

    async def _expunge(self, numbers: Sequence[int]) -> None:
        """Remove messages of the open folder by their numbers."""
        named = ",".join(map(str, numbers))
        await self._imap.ask(f"UID STORE {named} +FLAGS.SILENT (\\Deleted)")
        await self._imap.ask(f"UID EXPUNGE {named}")

    async def remove_everywhere(self, token: str) -> Removed:
        """Remove our messages wherever they can be, and look into the folder of all mail whether they are gone."""
        gone = left = copies = 0
        sent = self.folder("\\Sent")
        archive = self.folder("\\All")
        for folder in dict.fromkeys((*self.places, *filter(None, [sent, archive]))):
            removed = await self.remove(folder, token)
            gone, left = gone + removed.gone, left + removed.left
            copies += removed.gone if folder == sent else 0
        if archive and gone and not left:
            left = len(await self.find(archive, token))
        return Removed(gone, left, copies)

    async def append(self, folder: str, content: bytes) -> None:
        """Put a message into a folder.

        Raises:
            Failure: what the server said.
        """
        await self._imap.append(folder, content)


def _folder(line: str) -> Folder | None:
    """Read one line of an answer to LIST; ``None`` for what cannot be opened."""
    found = _LIST.fullmatch(line.strip())
    if found is None:
        return None
    uses = tuple(found[1].lower().split())
    name = _name(found[3])
    usable = "\\noselect" not in uses and "\\nonexistent" not in uses and name.isprintable()
    return Folder(name, uses) if usable else None


def _below(line: str) -> str:
    """Return the pattern of what lies below a folder in which servers keep the others; nothing for any other one."""
    found = _LIST.fullmatch(line.strip())
    if found is None or not found[2] or "\\hasnochildren" in found[1].lower():
        return ""
    name = _name(found[3])
    home = name.upper() == "INBOX" or (name.startswith("[") and name.endswith("]"))
    return f"{name}{found[2]}%" if home and name.isprintable() else ""


def _name(name: str) -> str:
    """Return a folder's name as on the wire, without quotation marks or the count before a literal."""
    if "}\r\n" in name:
        name = name.partition("}\r\n")[2]
    elif name.startswith('"'):
        name = re.sub(r'\\(["\\])', r"\1", name[1:-1])
    return name


def _plain(name: str) -> str:
    """Return a folder's name without the prefix that some servers put before every folder."""
    lower = name.lower()
    return lower.removeprefix("inbox.").removeprefix("inbox/")


def is_ours(head: Message, token: str) -> bool:
    """Return whether a header is that of our message, and does not merely mention it."""
    own = str(head.get(HEADER, "")).strip() == token
    return own or str(head.get("Message-ID", "")).strip().startswith(f"<{token}@")

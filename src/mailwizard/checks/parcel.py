"""One message to oneself on its way: what is in it, and how the two servers' checks wait for each other."""

from __future__ import annotations

import asyncio
import secrets
import time
import unicodedata
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from mailwizard.checks.confirming import readable
from mailwizard.checks.mailbox import HEADER
from mailwizard.model import Address

SUBJECT = "A test by mailwizard"
_TEXT = """\
This message was sent by mailwizard to prove that mail goes out and comes in.
It is removed once it has arrived. If it is still here, you may delete it.

Its mark: {token}
"""


class Parcel:
    """The message, and where it is."""

    def __init__(self, sender: Address, recipient: Address, name: str, *, watched: bool, sent_copy: str) -> None:
        self.sender, self.recipient = sender, recipient
        self.watched = watched
        """Whether there is a mailbox to look into."""
        self.sent_copy = sent_copy
        """Where a copy in Sent comes from: ``auto``, ``client``, ``optional`` or ``unknown``."""
        self.token = secrets.token_hex(16)
        self.content = compose(sender, recipient, name, self.token)
        self.stop = asyncio.Event()
        """Set once the check was cancelled."""
        self.queue = ""
        """What the server said when it took the message."""
        self.left_at = 0.0
        """When it was taken; 0 as long as it was not."""
        self.before = 0
        """How many messages the mailbox had before this one, where that is how it is found."""
        self.pause = 0.0
        """Seconds that the mailbox's server wants between two logins."""
        self._ready = asyncio.Event()
        self._gone = asyncio.Event()
        self._open = False

    @property
    def message_id(self) -> str:
        """Return the Message-ID that we gave it."""
        return f"<{self.token}@{self.sender.domain}>"

    def expect(self) -> None:
        """Write down that the mailbox was looked at, so that the message may be sent."""
        self._open = True
        self._ready.set()

    def taken(self, said: str) -> None:
        """Write down that the sending server took the message."""
        self.queue, self.left_at = said, time.monotonic()
        self._gone.set()

    def ended(self, *, incoming: bool) -> None:
        """Write down that one server's check is over; the other one no longer waits for it."""
        (self._ready if incoming else self._gone).set()

    async def expected(self) -> bool:
        """Wait until the mailbox was looked at; return whether the message may be sent."""
        if self.watched:
            await self._ready.wait()
        return self._open or not self.watched

    async def departed(self) -> bool:
        """Wait until the message was taken, or never will be; return whether it was."""
        stopped, gone = asyncio.ensure_future(self.stop.wait()), asyncio.ensure_future(self._gone.wait())
        try:
            await asyncio.wait({stopped, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            gone.cancel()
        return self.left_at > 0


def compose(sender: Address, recipient: Address, name: str, token: str) -> bytes:
    """Return a message whose lines all end with CRLF.

    Raises:
        ValueError: with one sentence, for a name or an address that no header may hold. Words that begin with ``=?``
            are such (RFC 2047): what they stand for could be a line end, and with it another field.
    """
    if any(unicodedata.category(mark) in {"Cc", "Cs", "Zl", "Zp"} for mark in name):
        raise ValueError("The display name has a control character in it, which no message may carry.")
    if "=?" in name:
        raise ValueError("The display name has =? in it, which mail programs take for the beginning of coded text.")
    if "=?" in sender.local or "=?" in recipient.local:
        raise ValueError("The address has =? in it, which mail programs take for the beginning of coded text.")
    from email.headerregistry import Address as Named
    from email.utils import format_datetime, localtime

    ascii_only = sender.local.isascii() and recipient.local.isascii()
    message = EmailMessage(policy=SMTP if ascii_only else SMTPUTF8)
    message["From"] = Named(name, sender.local, sender.domain)
    message["To"] = Named("", recipient.local, recipient.domain)
    message["Subject"] = SUBJECT
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = f"<{token}@{sender.domain}>"
    message[HEADER] = token
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_TEXT.format(token=readable(token)))
    return message.as_bytes()


def stuffed(content: bytes) -> bytes:
    """Return a message as DATA takes it: no line begins with a single dot, and the last one ends it (RFC 5321).

    Raises:
        ValueError: where a line ends with anything but CRLF, by which a second message could be smuggled in.
    """
    lines = content.removesuffix(b"\r\n").split(b"\r\n")
    if any(b"\r" in line or b"\n" in line or b"\0" in line for line in lines):
        raise ValueError("a message with a bare line end or NUL in it was kept back")
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines) + b".\r\n"

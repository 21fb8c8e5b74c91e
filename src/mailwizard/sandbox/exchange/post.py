"""What Exchange sends: messages that come whole as MIME, or in parts, and whom they go to."""

from __future__ import annotations

from base64 import b64decode
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses, make_msgid
from typing import TYPE_CHECKING

from mailwizard.sandbox.exchange.soap import Complaint, T
from mailwizard.sandbox.exchange.store import parsed
from mailwizard.sandbox.mailboxes import Directory, Mailbox, Message
from mailwizard.sandbox.manners import now
from mailwizard.sandbox.trace import trace
from mailwizard.sandbox.zone import Zone

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_HEADS = {"ToRecipients": "To", "CcRecipients": "Cc", "BccRecipients": "Bcc"}


def composed(element: Element, mailbox: Mailbox) -> bytes:
    """Return a message that a client wants to be made, as MIME.

    Raises:
        Complaint: where it cannot be read.
    """
    told = element.findtext(f"{T}MimeContent")
    if told is None:
        return _assembled(element, mailbox)
    try:
        content = b64decode("".join(told.split()), validate=True)
    except ValueError:
        raise Complaint("ErrorMimeContentInvalid") from None
    missing = []
    message = parsed(content)
    if not message.get("From"):
        missing.append(f"From: {mailbox.address}\r\n")
    if not message.get("Message-ID"):
        missing.append(f"Message-ID: {_message_id(mailbox)}\r\n")
    if not message.get("Date"):
        missing.append(f"Date: {format_datetime(now())}\r\n")
    missing += [
        f"{head}: {', '.join(_addresses(element, name))}\r\n"
        for name, head in _HEADS.items()
        if _addresses(element, name) and not message.get(head)
    ]
    return "".join(missing).encode() + content


def send(content: bytes, mailbox: Mailbox, directory: Directory, zone: Zone, host: str) -> bytes:
    """Send a message as its author and return what is kept of it.

    Raises:
        Complaint: where it goes to nobody, or comes from somebody whose address is not the author's.
    """
    message = parsed(content)
    people = [str(value) for name in ("To", "Cc", "Bcc") for value in message.get_all(name, [])]
    recipients = tuple(dict.fromkeys(address for _, address in getaddresses(people) if address))
    if not recipients or any("@" not in address for address in recipients):
        raise Complaint("ErrorInvalidRecipients")
    senders = [address.lower() for _, address in getaddresses([str(message.get("From", ""))])]
    own = {mailbox.address.lower(), *(address.lower() for address in mailbox.sends_as)}
    if not set(senders) <= own:
        raise Complaint("ErrorSendAsDenied")
    sent = _without(content, b"bcc")
    marks = trace(host, zone, mailbox.address, f"{host} (198.51.100.10) by {host} with Microsoft SMTP Server (TLS)")
    directory.deliver(Message(mailbox.address, recipients, marks + sent))
    return content


def _assembled(element: Element, mailbox: Mailbox) -> bytes:
    """Return a message that is told in parts."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["Subject"] = mailbox.address, element.findtext(f"{T}Subject", "")
    message["Date"], message["Message-ID"] = format_datetime(now()), _message_id(mailbox)
    for name, head in _HEADS.items():
        if people := _addresses(element, name):
            message[head] = ", ".join(people)
    for asked in element.iter(f"{T}ExtendedProperty"):
        field = asked.find(f"{T}ExtendedFieldURI")
        if field is not None and field.get("DistinguishedPropertySetId") == "InternetHeaders":
            message[field.get("PropertyName", "")] = asked.findtext(f"{T}Value", "")
    body = element.find(f"{T}Body")
    text = (body.text or "") if body is not None else ""
    message.set_content(text, subtype="html" if body is not None and body.get("BodyType") == "HTML" else "plain")
    return bytes(message)


def _addresses(element: Element, name: str) -> list[str]:
    return [found.text or "" for found in element.findall(f"{T}{name}/{T}Mailbox/{T}EmailAddress")]


def _message_id(mailbox: Mailbox) -> str:
    return make_msgid(domain=mailbox.address.rpartition("@")[2])


def _without(content: bytes, name: bytes) -> bytes:
    """Return a message without the headers of a name."""
    head, mark, body = content.partition(b"\r\n\r\n")
    kept: list[bytes] = []
    dropping = False
    for line in head.split(b"\r\n"):
        if not line.startswith((b" ", b"\t")):
            dropping = line.partition(b":")[0].strip().lower() == name
        if not dropping:
            kept.append(line)
    return b"\r\n".join(kept) + mark + body

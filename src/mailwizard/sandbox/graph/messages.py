"""A mailbox of the practice world as Graph shows it: folders, messages, and what is asked of them."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.message import Message as Parsed
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import Any

from mailwizard.sandbox.graph.words import Refused
from mailwizard.sandbox.mailboxes import Mailbox, Message

TRASH = "Trash"
_FILTER = re.compile(r"(internetMessageId|subject) eq '([^']*)'\Z")
_USUAL = ("id", "internetMessageId", "parentFolderId", "subject", "receivedDateTime", "bodyPreview")


def folders(box: Mailbox) -> dict[str, str]:
    """Return the folders of a mailbox by Graph's well-known names."""
    return {"inbox": "INBOX", "junkemail": "Junk", "sentitems": box.sent, "deleteditems": TRASH}


def folder_id(name: str) -> str:
    """Return the id of a folder."""
    return "AQMk" + urlsafe_b64encode(name.encode()).decode()


def folder_named(box: Mailbox, asked: str) -> str:
    """Return the folder of a well-known name or an id.

    Raises:
        Refused: where there is none.
    """
    known = folders(box)
    found = known.get(asked.lower()) or next((name for name in known.values() if folder_id(name) == asked), "")
    if not found:
        raise Refused(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    return found


def folder_shown(box: Mailbox, name: str) -> dict[str, Any]:
    """Return a folder."""
    held = len(box.folder(name))
    return {"id": folder_id(name), "displayName": name.title(), "totalItemCount": held, "unreadItemCount": held}


def message_id(message: Message) -> str:
    """Return the id of a message, another one in each folder."""
    return "AAMk" + urlsafe_b64encode(f"item-{message.uid}".encode()).decode()


def find(box: Mailbox, asked: str) -> tuple[str, Message]:
    """Return a message by its id, and the folder it is in.

    Raises:
        Refused: where there is none.
    """
    try:
        plain = urlsafe_b64decode(asked.removeprefix("AAMk").encode()).decode()
    except ValueError:
        raise Refused(400, "ErrorInvalidIdMalformed", "Id is malformed.") from None
    for name, message in everything(box):
        if plain == f"item-{message.uid}":
            return name, message
    raise Refused(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def everything(box: Mailbox) -> Iterator[tuple[str, Message]]:
    """Yield every message with the folder it is in."""
    for name in folders(box).values():
        yield from ((name, message) for message in list(box.folder(name)))


def listed(found: list[tuple[str, Message]], asked: Mapping[str, str], address: str) -> dict[str, Any]:
    """Return a page of messages; ``address`` is that of the collection, for the link to the next page.

    Raises:
        Refused: for a filter that is not understood.
    """
    filtered = [(name, message) for name, message in found if _fits(message, asked.get("$filter", ""))]
    filtered.sort(key=lambda pair: pair[1].uid, reverse=True)
    top, skip = int(asked.get("$top", "10")), int(asked.get("$skip", "0"))
    page = filtered[skip : skip + top]
    told: dict[str, Any] = {"value": [shown(name, message, asked.get("$select", "")) for name, message in page]}
    if skip + top < len(filtered):
        rest = {**asked, "$skip": str(skip + top)}
        told["@odata.nextLink"] = f"{address}?{'&'.join(f'{name}={value}' for name, value in rest.items())}".replace(
            " ", "%20"
        )
    return told


def shown(name: str, message: Message, select: str) -> dict[str, Any]:
    """Return what was selected of a message; its header is told only where it was received, and selected."""
    head = _head(message)
    fields: dict[str, Any] = {
        "id": message_id(message),
        "internetMessageId": str(head.get("Message-ID", "")),
        "parentFolderId": folder_id(name),
        "subject": str(head.get("Subject", "")),
        "receivedDateTime": _date(head).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "bodyPreview": message.content.partition(b"\r\n\r\n")[2].decode("utf-8", "replace")[:255],
    }
    wanted = select.split(",") if select else _USUAL
    if "internetMessageHeaders" in wanted and head.get("Received"):
        fields["internetMessageHeaders"] = [{"name": key, "value": str(value)} for key, value in head.items()]
    return {key: value for key, value in fields.items() if key in (*wanted, "id")}


def _fits(message: Message, condition: str) -> bool:
    if not condition:
        return True
    asked = _FILTER.match(condition)
    if asked is None:
        raise Refused(400, "BadRequest", "Invalid filter clause: There is an unterminated string literal.")
    field = {"internetMessageId": "Message-ID", "subject": "Subject"}[asked[1]]
    return str(_head(message).get(field, "")) == asked[2]


def _head(message: Message) -> Parsed:
    return BytesParser().parsebytes(message.content, headersonly=True)


def _date(head: Parsed) -> datetime:
    try:
        return parsedate_to_datetime(str(head.get("Date", ""))).astimezone(UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)

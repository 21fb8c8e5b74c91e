"""What Exchange tells of a folder or a message: the properties that are asked for, in the order of the schema."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from email.utils import getaddresses
from typing import TYPE_CHECKING

from mailwizard.sandbox.exchange.soap import T, attribute, element, text
from mailwizard.sandbox.exchange.store import Folder, Item, change_key

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_FOLDER_ALWAYS = ("folder:FolderId",)
_FOLDER_DEFAULT = (
    "folder:DisplayName",
    "folder:TotalCount",
    "folder:ChildFolderCount",
    "folder:UnreadCount",
)
_ITEM_DEFAULT = (
    "item:ParentFolderId",
    "item:ItemClass",
    "item:Subject",
    "item:DateTimeReceived",
    "item:Size",
    "item:HasAttachments",
    "message:From",
    "message:InternetMessageId",
    "message:IsRead",
)
Names = frozenset[str]


def wanted(shape: Element | None, default: tuple[str, ...], everything: tuple[str, ...]) -> Names:
    """Return the properties that a shape asks for, by their names in the schema."""
    if shape is None:
        return frozenset(default)
    base = {"IdOnly": (), "AllProperties": everything}.get(shape.findtext(f"{T}BaseShape", "Default"), default)
    more = [field.get("FieldURI", "") for field in shape.iter(f"{T}FieldURI")]
    if shape.findtext(f"{T}IncludeMimeContent", "false").lower() in {"true", "1"}:
        more.append("item:MimeContent")
    return frozenset((*base, *more))


def folder(shown: Folder, shape: Element | None) -> str:
    """Return a folder with what a shape asks for."""
    everything = (*_FOLDER_DEFAULT, "folder:ParentFolderId", "folder:FolderClass", "folder:DistinguishedFolderId")
    names = wanted(shape, _FOLDER_DEFAULT, everything)
    told = [_identity("FolderId", shown.id)]
    for name, tell in _FOLDER.items():
        if name in names:
            told.append(tell(shown))
    return f"<t:Folder>{''.join(told)}</t:Folder>"


def item(shown: Item, shape: Element | None) -> str:
    """Return a message with what a shape asks for."""
    everything = tuple(name for name in (*_ITEM, *_MESSAGE) if name != "item:MimeContent")
    names = wanted(shape, _ITEM_DEFAULT, everything)
    mime = _ITEM["item:MimeContent"](shown) if "item:MimeContent" in names else ""
    told = [mime, _identity("ItemId", shown.id)]
    told += [tell(shown) for name, tell in _ITEM.items() if name in names and name != "item:MimeContent"]
    told += _extended(shown, shape)
    told += [tell(shown) for name, tell in _MESSAGE.items() if name in names]
    return f"<t:Message>{''.join(told)}</t:Message>"


def header(shown: Item, name: str) -> str:
    """Return one header of a message, read; empty where there is none."""
    return str(shown.parsed.get(name, "")).strip()


def _identity(name: str, value: str) -> str:
    return f"<t:{name} Id={attribute(value)} ChangeKey={attribute(change_key())}/>"


def _extended(shown: Item, shape: Element | None) -> list[str]:
    """Return the headers that are asked for as named properties (MS-OXWSXPROP)."""
    told = []
    for asked in shape.iter(f"{T}ExtendedFieldURI") if shape is not None else ():
        name = asked.get("PropertyName", "")
        value = header(shown, name) if asked.get("DistinguishedPropertySetId") == "InternetHeaders" and name else ""
        if value:
            told.append(
                '<t:ExtendedProperty><t:ExtendedFieldURI DistinguishedPropertySetId="InternetHeaders" '
                f'PropertyName={attribute(name)} PropertyType="String"/>{element("Value", value)}</t:ExtendedProperty>'
            )
    return told


def _people(shown: Item, name: str) -> list[str]:
    values = [str(value) for value in shown.parsed.get_all(name, [])]
    return [
        f"<t:Mailbox>{element('Name', person or address)}{element('EmailAddress', address)}"
        f"{element('RoutingType', 'SMTP')}</t:Mailbox>"
        for person, address in getaddresses(values)
        if address
    ]


def _group(name: str, head: str) -> Callable[[Item], str]:
    def told(shown: Item) -> str:
        people = "".join(_people(shown, head))
        return f"<t:{name}>{people}</t:{name}>" if people else ""

    return told


def _one(name: str, head: str) -> Callable[[Item], str]:
    def told(shown: Item) -> str:
        people = _people(shown, head)
        return f"<t:{name}>{people[0]}</t:{name}>" if people else ""

    return told


def _mime(shown: Item) -> str:
    return f'<t:MimeContent CharacterSet="UTF-8">{b64encode(shown.message.content).decode()}</t:MimeContent>'


def _headers(shown: Item) -> str:
    told = "".join(
        f"<t:InternetMessageHeader HeaderName={attribute(name)}>{text(str(value))}</t:InternetMessageHeader>"
        for name, value in shown.parsed.items()
    )
    return f"<t:InternetMessageHeaders>{told}</t:InternetMessageHeaders>"


def _body(shown: Item) -> str:
    part = shown.parsed.get_body(("plain", "html"))
    kind = "HTML" if part is not None and part.get_content_subtype() == "html" else "Text"
    raw = part.get_payload(decode=True) if part is not None else b""
    words = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
    return f'<t:Body BodyType="{kind}">{text(words)}</t:Body>'


_FOLDER: dict[str, Callable[[Folder], str]] = {
    "folder:ParentFolderId": lambda shown: _identity("ParentFolderId", shown.above),
    "folder:FolderClass": lambda shown: element("FolderClass", "IPF.Note"),
    "folder:DisplayName": lambda shown: element("DisplayName", shown.shown),
    "folder:TotalCount": lambda shown: element("TotalCount", str(len(shown.messages))),
    "folder:ChildFolderCount": lambda shown: element("ChildFolderCount", str(len(shown.below))),
    "folder:DistinguishedFolderId": lambda shown: element("DistinguishedFolderId", shown.name),
    "folder:UnreadCount": lambda shown: element("UnreadCount", str(len(shown.messages))),
}
_ITEM: dict[str, Callable[[Item], str]] = {
    "item:MimeContent": _mime,
    "item:ParentFolderId": lambda shown: _identity("ParentFolderId", shown.folder.id),
    "item:ItemClass": lambda shown: element("ItemClass", "IPM.Note"),
    "item:Subject": lambda shown: element("Subject", header(shown, "Subject")),
    "item:Body": _body,
    "item:DateTimeReceived": lambda shown: element("DateTimeReceived", shown.received),
    "item:Size": lambda shown: element("Size", str(len(shown.message.content))),
    "item:InternetMessageHeaders": _headers,
    "item:DateTimeSent": lambda shown: element("DateTimeSent", shown.received),
    "item:DateTimeCreated": lambda shown: element("DateTimeCreated", shown.received),
    "item:HasAttachments": lambda shown: element("HasAttachments", "false"),
}
_MESSAGE: dict[str, Callable[[Item], str]] = {
    "message:Sender": _one("Sender", "From"),
    "message:ToRecipients": _group("ToRecipients", "To"),
    "message:CcRecipients": _group("CcRecipients", "Cc"),
    "message:From": _one("From", "From"),
    "message:InternetMessageId": lambda shown: element("InternetMessageId", header(shown, "Message-ID")),
    "message:IsRead": lambda shown: element("IsRead", "false"),
}

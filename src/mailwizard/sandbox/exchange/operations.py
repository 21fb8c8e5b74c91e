"""The operations that a mail program uses: folders, searching, messages, and who somebody is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwizard.sandbox.exchange import post, shape, soap, store
from mailwizard.sandbox.exchange.search import matches
from mailwizard.sandbox.exchange.soap import Complaint, M, T
from mailwizard.sandbox.mailboxes import Directory, Mailbox, Message
from mailwizard.sandbox.zone import Zone

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_LARGEST = 1000
"""Things in one answer of a search, as the throttling policy of Exchange has it."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What an operation works on."""

    mailbox: Mailbox
    """Whose mailbox is meant where none is named."""
    directory: Directory
    zone: Zone
    host: str
    domain: str
    """The domain whose people can be looked up; empty for all."""


def carry_out(name: str, element: Element, desk: Desk) -> str:
    """Return the answer to an operation.

    Raises:
        Complaint: where the whole request is refused.
    """
    known = OPERATIONS.get(name)
    if known is None:
        raise Complaint("ErrorSchemaValidation", f"The request failed schema validation: {name} is not known.")
    return known(element, desk)


def _each(call: str, things: Iterable[Element], act: Callable[[Element], str]) -> str:
    """Do something with one thing after the other; what is wrong with one does not stop the others."""
    messages = []
    for thing in things:
        try:
            messages.append(soap.good(call, act(thing)))
        except Complaint as complaint:
            if complaint.fault:
                raise
            messages.append(soap.bad(call, complaint))
    if not messages:
        raise Complaint("ErrorSchemaValidation")
    return soap.responses(call, messages)


def _children(element: Element, name: str) -> list[Element]:
    found = element.find(f"{M}{name}")
    return list(found) if found is not None else []


def _folder(named: Element, desk: Desk) -> store.Folder:
    """Return the folder that a request names."""
    if named.tag == f"{T}FolderId":
        found = store.folder(desk.directory, named.get("Id", ""))
    else:
        address = named.findtext(f"{T}Mailbox/{T}EmailAddress", desk.mailbox.address)
        mailbox = desk.directory.mailboxes.get(address.lower())
        if mailbox is None:
            raise Complaint("ErrorNonExistentMailbox")
        found = store.distinguished(mailbox, named.get("Id", ""))
    return _owned(found, desk)


def _owned(found: store.Folder, desk: Desk) -> store.Folder:
    if found.mailbox is not desk.mailbox:
        raise Complaint("ErrorAccessDenied")
    return found


def _item(named: Element, desk: Desk) -> store.Item:
    found = store.item(desk.directory, named.get("Id", ""))
    _owned(found.folder, desk)
    return found


def _get_folder(element: Element, desk: Desk) -> str:
    asked = element.find(f"{M}FolderShape")
    return _each(
        "GetFolder",
        _children(element, "FolderIds"),
        lambda named: f"<m:Folders>{shape.folder(_folder(named, desk), asked)}</m:Folders>",
    )


def _find_folder(element: Element, desk: Desk) -> str:
    asked, deep = element.find(f"{M}FolderShape"), element.get("Traversal") == "Deep"

    def below(folder: store.Folder) -> list[store.Folder]:
        inner = list(folder.below)
        return [found for one in inner for found in (one, *below(one))] if deep else inner

    def find(named: Element) -> str:
        found = [shape.folder(folder, asked) for folder in below(_folder(named, desk))]
        return _page(element, "IndexedPageFolderView", "Folders", found)

    return _each("FindFolder", _children(element, "ParentFolderIds"), find)


def _find_item(element: Element, desk: Desk) -> str:
    asked, restriction = element.find(f"{M}ItemShape"), element.find(f"{M}Restriction")
    if element.find(f"{M}QueryString") is not None:
        raise Complaint("ErrorInvalidOperation", fault=True)

    def find(named: Element) -> str:
        found = [item for item in _folder(named, desk).items if matches(item, restriction)]
        order = element.find(f"{M}SortOrder/{T}FieldOrder")
        if order is not None and order.get("Order") == "Ascending":
            found.reverse()
        return _page(element, "IndexedPageItemView", "Items", [shape.item(item, asked) for item in found])

    return _each("FindItem", _children(element, "ParentFolderIds"), find)


def _page(element: Element, view: str, inside: str, found: list[str]) -> str:
    """Return the part of what was found that is asked for, and how much there is."""
    asked = element.find(f"{M}{view}")
    count, begin = _LARGEST, 0
    if asked is not None:
        count = min(_LARGEST, int(asked.get("MaxEntriesReturned", _LARGEST)))
        begin = int(asked.get("Offset", "0"))
    shown = found[begin : begin + count]
    end = begin + len(shown)
    last = "true" if end >= len(found) else "false"
    return (
        f'<m:RootFolder IndexedPagingOffset="{end}" TotalItemsInView="{len(found)}" IncludesLastItemInRange="{last}">'
        f"<t:{inside}>{''.join(shown)}</t:{inside}></m:RootFolder>"
    )


def _get_item(element: Element, desk: Desk) -> str:
    asked = element.find(f"{M}ItemShape")
    return _each(
        "GetItem",
        _children(element, "ItemIds"),
        lambda named: f"<m:Items>{shape.item(_item(named, desk), asked)}</m:Items>",
    )


def _create_item(element: Element, desk: Desk) -> str:
    disposition = element.get("MessageDisposition", "SaveOnly")

    def create(thing: Element) -> str:
        content = post.composed(thing, desk.mailbox)
        if disposition != "SaveOnly":
            content = post.send(content, desk.mailbox, desk.directory, desk.zone, desk.host)
        if disposition == "SendOnly":
            return "<m:Items/>"
        usual = "drafts" if disposition == "SaveOnly" else "sentitems"
        kept = _keep(content, _target(element, desk, usual))
        return f"<m:Items>{kept if disposition == 'SaveOnly' else ''}</m:Items>"

    return _each("CreateItem", _children(element, "Items"), create)


def _target(element: Element, desk: Desk, usual: str) -> store.Folder:
    """Return the folder in which a message is to be kept."""
    named = _children(element, "SavedItemFolderId")
    return _folder(named[0], desk) if named else store.distinguished(desk.mailbox, usual)


def _keep(content: bytes, folder: store.Folder) -> str:
    folder.mailbox.put(folder.place, Message(folder.mailbox.address, (), content))
    return shape.item(store.Item(folder, folder.messages[-1]), None)


def _send_item(element: Element, desk: Desk) -> str:
    saved = element.get("SaveItemToFolder", "true").lower() in {"true", "1"}

    def act(named: Element) -> str:
        draft = _item(named, desk)
        content = post.send(draft.message.content, desk.mailbox, desk.directory, desk.zone, desk.host)
        draft.folder.messages.remove(draft.message)
        if saved:
            _keep(content, _target(element, desk, "sentitems"))
        return ""

    return _each("SendItem", _children(element, "ItemIds"), act)


def _delete_item(element: Element, desk: Desk) -> str:
    def delete(named: Element) -> str:
        found = _item(named, desk)
        found.folder.messages.remove(found.message)
        if element.get("DeleteType") == "MoveToDeletedItems":
            _keep(found.message.content, store.distinguished(desk.mailbox, "deleteditems"))
        return ""

    return _each("DeleteItem", _children(element, "ItemIds"), delete)


def _resolve_names(element: Element, desk: Desk) -> str:
    entry = element.find(f"{M}UnresolvedEntry")
    if entry is None:
        raise Complaint("ErrorSchemaValidation")

    def resolve(asked: Element) -> str:
        sought = (asked.text or "").strip().lower().removeprefix("smtp:")
        boxes = (box for box in desk.directory.mailboxes.values() if box.address.lower().endswith(f"@{desk.domain}"))
        found = [box.address for box in boxes if sought and box.address.lower().startswith(sought)]
        if not found:
            raise Complaint("ErrorNameResolutionNoResults")
        told = "".join(
            f"<t:Resolution><t:Mailbox>{soap.element('Name', address.partition('@')[0].title())}"
            f"{soap.element('EmailAddress', address)}{soap.element('RoutingType', 'SMTP')}"
            f"{soap.element('MailboxType', 'Mailbox')}</t:Mailbox></t:Resolution>"
            for address in found
        )
        count = len(found)
        return f'<m:ResolutionSet TotalItemsInView="{count}" IncludesLastItemInRange="true">{told}</m:ResolutionSet>'

    return _each("ResolveNames", [entry], resolve)


def _convert_id(element: Element, desk: Desk) -> str:
    """Answer for an id in another format; there is but one here, which the web calls by a name of its own."""

    def convert(alternate: Element) -> str:
        identifier, wanted = alternate.get("Id", ""), element.get("DestinationFormat", "")
        store.item(desk.directory, identifier)
        if {alternate.get("Format"), wanted} - {"EwsId", "OwaId"}:
            raise Complaint("ErrorInvalidIdMalformed")
        told = f"Format={soap.attribute(wanted)} Id={soap.attribute(identifier)}"
        mailbox = soap.attribute(alternate.get("Mailbox", ""))
        return (
            '<m:AlternateId xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="t:AlternateIdType" '
            f"{told} Mailbox={mailbox}/>"
        )

    return _each("ConvertId", _children(element, "SourceIds"), convert)


OPERATIONS: dict[str, Callable[[Element, Desk], str]] = {
    "GetFolder": _get_folder,
    "FindFolder": _find_folder,
    "FindItem": _find_item,
    "GetItem": _get_item,
    "CreateItem": _create_item,
    "SendItem": _send_item,
    "DeleteItem": _delete_item,
    "ResolveNames": _resolve_names,
    "ConvertId": _convert_id,
}
"""What each operation does, by its name in MS-OXWSMSG and its sisters."""

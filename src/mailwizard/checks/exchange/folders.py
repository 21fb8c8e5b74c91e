"""A mailbox over EWS, as far as one message of ours concerns it: blocking, in the library's thread."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Any

from mailwizard.checks.mailbox import HEADER, MOST
from mailwizard.checks.parcel import SUBJECT, Parcel

PLACES = ("inbox", "junk", "sent")
HEAD_LIMIT = 256 * 1024
"""Bytes of a message that are read to know it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A message of ours."""

    place: str
    id: str
    change: str
    head: Message


@dataclass(frozen=True, slots=True)
class Counts:
    """What the server says about the inbox."""

    name: str
    messages: int
    unread: int


class Folders:
    """Inbox, junk and Sent of one mailbox, known by what they are for: their names are in any language.

    ``own`` where no address is known: then it is the mailbox of whoever signs in.
    """

    def __init__(self, account: Any, *, own: bool) -> None:
        self._account = account
        from exchangelib import folders as known
        from exchangelib import properties, services

        self._services = services
        root = known.Root(account=account)
        kinds = {"inbox": known.Inbox, "junk": known.JunkEmail, "sent": known.SentItems}
        self._folders = {place: kind(root=root) for place, kind in kinds.items()}
        for folder in self._folders.values():
            folder.to_id()
            if own:
                folder._distinguished_id = _own_folder(properties)(id=folder.DISTINGUISHED_FOLDER_ID)
        self.names: dict[str, str] = {}
        """What the folders that there are call themselves."""

    def open(self) -> Counts:
        """Open the inbox with one request, and learn which of the other folders there are."""
        service = self._services.GetFolder(account=self._account)
        asked = list(self._folders.values())
        answers = list(service.call(folders=asked, additional_fields=None, shape="Default"))
        inbox: Any = answers[0]
        if isinstance(inbox, Exception):
            raise inbox
        for place, answer in zip(self._folders, answers, strict=False):
            if not isinstance(answer, Exception):
                self.names[place] = str(answer.name or place)
        return Counts(self.names.get("inbox", "inbox"), int(inbox.total_count or 0), int(inbox.unread_count or 0))

    def find(self, place: str, token: str) -> list[Found]:
        """Return the messages in one folder whose Message-ID or header carries our token.

        Asked is for the Message-ID, and for our subject: there are servers on the way that give another Message-ID.
        """
        if place not in self.names:
            return []
        return [
            Found(place, name, change, head)
            for name, change, head in self._heads(self._sought(place, token))
            if token in str(head.get(HEADER, "")) or token in str(head.get("Message-ID", ""))
        ]

    def _sought(self, place: str, token: str) -> list[tuple[str, str]]:
        """Return which messages may be ours."""
        from exchangelib.restriction import Q, Restriction

        folder = self._folders[place]
        query = Q(message_id__contains=token) | Q(subject=SUBJECT)
        answers = self._services.FindItem(account=self._account, page_size=MOST).call(
            folders=[folder],
            additional_fields=None,
            restriction=Restriction(query, folders=[folder], applies_to=Restriction.ITEMS),
            order_fields=None,
            shape="IdOnly",
            query_string=None,
            depth="Shallow",
            calendar_view=None,
            max_items=MOST,
            offset=0,
        )
        return [(name, change) for name, change in _good(answers) if name]

    def _heads(self, ids: list[tuple[str, str]]) -> list[tuple[str, str, Message]]:
        """Return the heads of messages, each with the number that came with it: what is removed goes by that alone."""
        if not ids:
            return []
        from exchangelib import Message as Kind
        from exchangelib.fields import FieldPath

        field = FieldPath(field=Kind.get_field_by_fieldname("mime_content"))
        service = self._services.GetItem(account=self._account)
        heads = []
        for item in service.call(items=ids, additional_fields=[field], shape="IdOnly"):
            if not isinstance(item, Exception) and item.id:
                content = (item.mime_content or b"")[:HEAD_LIMIT]
                heads.append((item.id, item.changekey, BytesHeaderParser().parsebytes(content)))
        return heads

    def send(self, parcel: Parcel) -> None:
        """Send our own MIME and have the server keep a copy in Sent."""
        from exchangelib import Message as Kind

        message = Kind(account=self._account, folder=self._folders["sent"], mime_content=parcel.content)
        service = self._services.CreateItem(account=self._account)
        answers = service.call(
            items=[message],
            folder=self._folders["sent"],
            message_disposition="SendAndSaveCopy",
            send_meeting_invitations="SendToNone",
        )
        _good(answers)

    def remove(self, found: list[Found]) -> None:
        """Remove these messages for good, each by its number, and no other."""
        service = self._services.DeleteItem(account=self._account)
        answers = service.call(
            items=[(one.id, one.change) for one in found],
            delete_type="HardDelete",
            send_meeting_cancellations="SendToNone",
            affected_task_occurrences="AllOccurrences",
            suppress_read_receipts=True,
        )
        _good(answers)


def _own_folder(properties: Any) -> Any:
    """Return the name of a folder that says nothing of whose it is, which the library itself never leaves open."""
    kind = properties.DistinguishedFolderId
    return type(kind)("OwnFolderId", (kind,), {"clean": lambda self, version=None: None})


def _good(answers: Any) -> list[Any]:
    """Return all answers; one that is an error is raised."""
    read = list(answers)
    for answer in read:
        if isinstance(answer, Exception):
            raise answer
    return read

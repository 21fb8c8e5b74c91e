"""A mailbox over Graph, as far as one message of ours concerns it: find it, read its head, remove exactly it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import quote

from mailwizard.checks.confirming import readable
from mailwizard.checks.graph.reading import Reply, head, text
from mailwizard.checks.graph.service import Graph
from mailwizard.checks.mailbox import HEADER, Removed
from mailwizard.checks.parcel import SUBJECT
from mailwizard.model import Failure

INBOX = "/mailFolders/inbox?$select=id,displayName,totalItemCount,unreadItemCount"
"""What a sign-in asks for: it is of use by itself, and needs no right beside that to read mail."""
_PLACES = ("inbox", "junkemail", "sentitems", "deleteditems")
_SELECT = "$select=id,subject,internetMessageId,parentFolderId,bodyPreview,internetMessageHeaders"
_QUOTE = "'"
_MOST = 25
"""Messages that are looked at in one listing."""
_ROUNDS = 3
"""How often what is ours is looked for and removed: a message that goes to the trash first has to go from there too."""
_GIVEN_ID = "X-Microsoft-Original-Message-ID"
"""Where Exchange Online keeps a Message-ID that it has replaced."""
_NO_WAY = (400, 404, 405, 501)
"""Statuses by which a service says that it does not know a request, or a message no more."""


@dataclass(frozen=True, slots=True)
class Found:
    """A message of ours."""

    id: str
    place: str
    """The well-known name of the folder it is in; empty for any other one."""
    message_id: str


class Mailbox:
    """The folders of one signed-in account."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._ids: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._filters = True
        self._missing: set[str] = set()
        """The ids of messages that are listed, and are there no more."""

    async def open(self) -> None:
        """Learn where the usual folders are.

        Raises:
            Failure: what Graph said.
        """
        for place in _PLACES:
            reply = await self._graph.ask(f"/mailFolders/{place}?$select=id,displayName", also=_NO_WAY)
            known = text(reply.told, "id") if reply.good else ""
            if known:
                self._ids[known] = place
                self._names[place] = text(reply.told, "displayName") or place

    def name(self, place: str) -> str:
        """Return what a person calls a folder; the inbox is always called so."""
        return "INBOX" if place == "inbox" else self._names.get(place, place or "another folder")

    @property
    def places(self) -> tuple[str, ...]:
        """Return the folders that there are."""
        return tuple(self.name(place) for place in _PLACES if place in self._names)

    @property
    def keeps_sent(self) -> bool:
        """Return whether there is a folder for sent messages."""
        return "sentitems" in self._names

    async def find(self, token: str, message_id: str = "") -> tuple[Found, ...]:
        """Return our messages, in whatever folder, by their Message-ID where one is known, and by their subject.

        A Message-ID may have been replaced on the way, and not every service filters: then each message is looked at.

        Raises:
            Failure: what Graph said.
        """
        found: dict[str, Found] = {}
        for field, value in (("internetMessageId", message_id), ("subject", SUBJECT)):
            condition = f"{field} eq '{value.replace(_QUOTE, 2 * _QUOTE)}'"
            told = await self._listed(f"&$filter={quote(condition, safe='')}") if value and self._filters else []
            found |= {one.id: one for one in self._ours(told, token, message_id)}
        if not self._filters:
            found |= {one.id: one for one in self._ours(await self._listed(""), token, message_id)}
        return tuple(found.values())

    async def _listed(self, condition: str) -> list[Mapping[str, Any]]:
        try:
            return await self._graph.pages(f"/messages?{_SELECT}&$top={_MOST}{condition}")
        except Failure as failure:
            refused = dict(failure.facts).get("status") in {"400", "501"}
            if not condition or not refused:
                raise
            self._filters = False
            return []

    def _ours(self, told: list[Mapping[str, Any]], token: str, message_id: str) -> tuple[Found, ...]:
        return tuple(
            Found(text(one, "id"), self._place(one), text(one, "internetMessageId"))
            for one in told
            if text(one, "id") and _is_ours(one, token, message_id)
        )

    def _place(self, told: Mapping[str, Any]) -> str:
        """Return where a message is; where that is not told, what was received is in the inbox, all else was sent."""
        folder = text(told, "parentFolderId")
        return self._ids.get(folder, "") if folder else "inbox" if "Received" in head(told) else "sentitems"

    async def head(self, found: Found) -> Message:
        """Return the header of a message.

        Raises:
            Failure: what Graph said.
        """
        told = await self._graph.ask(f"/messages/{quote(found.id, safe='')}?$select=internetMessageHeaders,from")
        read = head(told.told)
        author = told.told.get("from")
        address = author.get("emailAddress") if isinstance(author, dict) else None
        if "From" not in read and isinstance(address, dict):
            read["From"] = text(address, "address")[:320]
        return read

    async def send(self, content: bytes) -> Reply:
        """Hand in a message as MIME (https://learn.microsoft.com/graph/api/user-sendmail).

        Raises:
            Failure: what Graph said.
        """
        return await self._graph.ask("/sendMail", method="POST", kind="text/plain", body=b64encode(content))

    async def remove_everywhere(self, token: str, message_id: str = "") -> Removed:
        """Remove our messages wherever they are, also from the trash, and see whether they are gone.

        Raises:
            Failure: what Graph said.
        """
        gone: set[str] = set()
        copies = trashed = 0
        for turn in range(_ROUNDS):
            found = [one for one in await self.find(token, message_id) if one.id not in self._missing]
            if not found:
                return Removed(len(gone), 0, copies)
            for one in found:
                if turn and one.place == "deleteditems" and trashed:
                    trashed -= 1
                elif one.id not in gone:
                    gone.add(one.id)
                    copies += one.place == "sentitems"
                trashed += await self._remove(one)
        left = sum(one.id not in self._missing for one in await self.find(token, message_id))
        return Removed(max(0, len(gone) - left), left, copies)

    async def _remove(self, found: Found) -> bool:
        """Remove one message, past the trash where that can be done; return whether it may lie in the trash now.

        Raises:
            Failure: what Graph said.
        """
        where = f"/messages/{quote(found.id, safe='')}"
        reply = await self._graph.ask(f"{where}/permanentDelete", method="POST", also=(*_NO_WAY, 403))
        if reply.good:
            return False
        reply = await self._graph.ask(where, method="DELETE", also=(404,))
        if not reply.good:
            self._missing.add(found.id)
        return reply.good and found.place != "deleteditems"


def _is_ours(told: Mapping[str, Any], token: str, message_id: str) -> bool:
    """Return whether a message is ours, and does not merely mention it.

    What was sent has no header that could be read: it has the Message-ID, or our subject and the mark in its text.
    """
    own, named = head(told), text(told, "internetMessageId").strip()
    ids = [named, str(own.get(_GIVEN_ID, "")).strip()]
    if str(own.get(HEADER, "")).strip() == token or any(one.startswith(f"<{token}@") for one in ids):
        return True
    marked = readable(token) in " ".join(text(told, "bodyPreview").split())
    return (bool(message_id) and named == message_id) or (marked and text(told, "subject") == SUBJECT)

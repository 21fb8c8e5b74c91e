"""Microsoft Graph: who asks, what that one may do, and what is done."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email.parser import BytesParser
from email.utils import format_datetime, getaddresses, parseaddr
from urllib.parse import parse_qsl, unquote
from uuid import uuid4
from weakref import WeakKeyDictionary

from mailwizard.sandbox.graph import messages
from mailwizard.sandbox.graph.words import Refused, denied, document, empty, refused, unauthorized
from mailwizard.sandbox.identity.book import Token
from mailwizard.sandbox.identity.microsoft import Microsoft
from mailwizard.sandbox.mailboxes import Directory, Mailbox, Message, Verdict
from mailwizard.sandbox.manners import now
from mailwizard.sandbox.web import Answer, Link, Request

MECHANISM = "BEARER"
_ROOT = re.compile(r"/v1\.0/(?:me|users/([^/]+))(?:/(.*))?\Z")
_MESSAGE_ID = re.compile(rb"^Message-ID: .*\r\n", re.MULTILINE | re.IGNORECASE)
_NOT_DELEGATED = "/me request is only valid with delegated authentication flow."
_BY_POLICY = "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings."
_SEND_AS = (
    "The user account which was used to submit this request does not have the right to send mail on behalf of the "
    "specified sending account., Cannot submit message."
)


@dataclass(eq=False)
class Graph:
    """The service of one cloud; its fields may be changed while it runs."""

    issuer: Microsoft
    directory: Directory
    withheld: set[str] = field(default_factory=set)
    """Rights that no token has here, such as ``Mail.Send``."""
    blocked: set[str] = field(default_factory=set)
    """Addresses from which no program may send, as a policy of the directory may say."""
    without_mailbox: set[str] = field(default_factory=set)
    """Addresses whose mailbox is not in this cloud."""
    removes_for_good: bool = True
    """Whether a message can be removed past the trash."""
    renames: bool = False
    """Whether messages are given a Message-ID of the service's own."""
    planned: list[Answer] = field(default_factory=list)
    """What the next requests with a good token are answered, whatever they ask."""
    _known: WeakKeyDictionary[Link, str] = field(default_factory=WeakKeyDictionary, repr=False)

    def answer(self, request: Request) -> Answer:
        """Return what comes back to one request."""
        try:
            token = self._token(request)
            if self.planned:
                return self.planned.pop(0)
            return self._routed(request, token)
        except Refused as refusal:
            return refused(refusal)

    def _token(self, request: Request) -> Token:
        """Return the token that a request brings.

        Raises:
            Refused: without one, or where it is not good, or for another service.
        """
        scheme, _, value = request.header("authorization").partition(" ")
        if scheme.lower() != "bearer" or not value:
            raise unauthorized("Access token is empty.", self.issuer.host)
        known = self.issuer.book.access.get(value)
        good = self.issuer.book.good(value)
        problem = ""
        if known is None:
            problem = "CompactToken parsing failed with error code: 80049217"
        elif good is None:
            problem = "Lifetime validation failed, the token is expired."
        elif not all(scope.startswith(self.issuer.graph) for scope in good.scopes):
            problem = "Access token validation failure. Invalid audience."
        user = known.grant.user or known.grant.client_id if known else ""
        if problem or good is None:
            self.directory.refuse(request.place, MECHANISM, user, value, Verdict.WRONG)
            raise unauthorized(problem, self.issuer.host)
        if self._known.get(request.link) != value:
            self._known[request.link] = value
            self.directory.refuse(request.place, MECHANISM, user, value, Verdict.WELCOME)
        return good

    def _routed(self, request: Request, token: Token) -> Answer:
        found = _ROOT.match(unquote(request.path))
        if found is None:
            raise Refused(400, "BadRequest", f"Resource not found for the segment '{request.path.rpartition('/')[2]}'.")
        box = self._mailbox(token, (found[1] or "").lower())
        rest = found[2] or ""
        if not rest:
            self._need(token, "User.Read", Refused(403, "Authorization_RequestDenied", _PRIVILEGES))
            return document({"mail": box.address, "userPrincipalName": box.address})
        if rest.lower() == "sendmail" and request.method == "POST":
            self._need(token, "Mail.Send", denied())
            return self._send(request, box)
        self._need(token, "Mail.ReadWrite", denied())
        return self._mail(request, box, rest)

    def _mailbox(self, token: Token, named: str) -> Mailbox:
        """Return whose mailbox is meant.

        Raises:
            Refused: where it is not this token's to open.
        """
        user = token.grant.user
        if not named and not user:
            raise Refused(400, "BadRequest", _NOT_DELEGATED)
        address = named or user
        if user and address != user:
            raise denied()
        if not user and (token.grant.client_id, address) not in self.issuer.opened:
            raise denied(_BY_POLICY)
        box = self.directory.mailboxes.get(address)
        if box is None or address in self.without_mailbox:
            gone = "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
            raise Refused(404, "MailboxNotEnabledForRESTAPI", gone)
        return box

    def _need(self, token: Token, right: str, otherwise: Refused) -> None:
        """Refuse a token that lacks a right."""
        roles = self.issuer.roles.get(token.grant.client_id, set())
        held = {scope.rpartition("/")[2] for scope in token.scopes} if token.grant.user else roles
        if right not in held or right in self.withheld:
            raise otherwise

    def _mail(self, request: Request, box: Mailbox, rest: str) -> Answer:
        """Answer what is asked of folders and messages."""
        asked = dict(parse_qsl(request.target.partition("?")[2]))
        parts = rest.split("/")
        where = f"https://{request.host}{request.path}"
        kind = (request.method, parts[0].lower(), len(parts))
        routes: dict[tuple[str, str, int], Callable[[], Answer]] = {
            ("GET", "messages", 1): lambda: document(messages.listed([*messages.everything(box)], asked, where)),
            ("GET", "messages", 2): lambda: self._shown(box, parts[1], asked.get("$select", "")),
            ("DELETE", "messages", 2): lambda: self._remove(box, parts[1]),
            ("POST", "messages", 3): lambda: self._remove_for_good(box, parts[1], parts[2]),
            ("GET", "mailfolders", 2): lambda: document(
                messages.folder_shown(box, messages.folder_named(box, parts[1]))
            ),
            ("GET", "mailfolders", 3): lambda: self._in_folder(box, parts[1], asked, where),
        }
        if kind not in routes:
            raise Refused(400, "BadRequest", f"Resource not found for the segment '{parts[-1]}'.")
        return routes[kind]()

    def _shown(self, box: Mailbox, wanted: str, select: str) -> Answer:
        name, message = messages.find(box, wanted)
        return document(messages.shown(name, message, select))

    def _in_folder(self, box: Mailbox, wanted: str, asked: dict[str, str], where: str) -> Answer:
        name = messages.folder_named(box, wanted)
        return document(messages.listed([(name, message) for message in box.folder(name)], asked, where))

    def _remove(self, box: Mailbox, wanted: str) -> Answer:
        """Move a message to the trash; one that is there already goes for good."""
        name, message = messages.find(box, wanted)
        box.folder(name).remove(message)
        if name != messages.TRASH:
            box.put(messages.TRASH, message)
        return empty(204)

    def _remove_for_good(self, box: Mailbox, wanted: str, action: str) -> Answer:
        if action.lower() != "permanentdelete" or not self.removes_for_good:
            raise Refused(400, "BadRequest", f"Resource not found for the segment '{action}'.")
        name, message = messages.find(box, wanted)
        box.folder(name).remove(message)
        return empty(204)

    def _send(self, request: Request, box: Mailbox) -> Answer:
        """Take a message as MIME, put the copy into Sent Items, and deliver it."""
        if not request.header("content-type").lower().startswith("text/plain"):
            raise Refused(400, "BadRequest", "Unable to read JSON request payload.")
        try:
            content = b64decode(request.body, validate=True)
        except ValueError:
            raise Refused(
                400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content."
            ) from None
        head = BytesParser().parsebytes(content, headersonly=True)
        sender = parseaddr(str(head.get("From", "")))[1].lower()
        if box.address in self.blocked:
            raise denied(_BY_POLICY)
        if sender not in (box.sends_as or (box.address.lower(),)):
            raise Refused(403, "ErrorSendAsDenied", _SEND_AS)
        if self.renames:
            own = f"Message-ID: <{uuid4().hex.upper()}@EURP189.PROD.OUTLOOK.COM>\r\n".encode()
            content = _MESSAGE_ID.sub(own, content, count=1)
        recipients = tuple(address for _, address in getaddresses(head.get_all("To", [])))
        copy = Message(sender, (), content)
        box.put(box.sent, copy)
        self.directory.deliver(replace(copy, recipients=recipients, content=_trace(sender) + content))
        return empty(202)


_PRIVILEGES = "Insufficient privileges to complete the operation."


def _trace(sender: str) -> bytes:
    """Return what Exchange Online puts on top of a message."""
    domain = sender.rpartition("@")[2]
    relay = "AM0PR04MB0012.eurprd04.prod.outlook.com"
    return (
        f"Received: from {relay} (2603:10a6:208:1::12) by {relay} (2603:10a6:208:1::12) with Microsoft SMTP Server "
        f"(version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20.9343.9; {format_datetime(now())}\r\n"
        f"Authentication-Results: spf=pass (sender IP is 198.51.100.30) smtp.mailfrom={domain}; dkim=none (message not "
        f"signed) header.d=none;dmarc=pass action=none header.from={domain};compauth=pass reason=100\r\n"
        f"Return-Path: {sender}\r\n"
    ).encode()

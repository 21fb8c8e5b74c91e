"""One Exchange server: who is let in, as whom it acts, and what goes wrong on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwizard.model import Security
from mailwizard.sandbox.exchange import soap
from mailwizard.sandbox.exchange.door import Door, Person, Refused, refusal
from mailwizard.sandbox.exchange.manners import ExchangeManners
from mailwizard.sandbox.exchange.operations import Desk, carry_out
from mailwizard.sandbox.exchange.soap import Call, Complaint
from mailwizard.sandbox.mailboxes import Mailbox
from mailwizard.sandbox.web import Answer, Request

if TYPE_CHECKING:
    from mailwizard.sandbox.identity.microsoft import Microsoft
    from mailwizard.sandbox.world import World

PATH = "/EWS/Exchange.asmx"
DISABLED = "EWS is disabled for this user or tenant"
BLOCKED = "EWS is blocked by policy for this user or tenant"
"""The two reasons that Exchange Online tells under ``X-EWS-Policy-Reason`` (section Understand HTTP 403 responses of
docs/exchange-web-services/how-to-control-access-to-ews-in-exchange.md in MicrosoftDocs/office-developer-exchange-docs).
"""
_VERSIONS = frozenset(
    {
        "",
        "Exchange2007",
        "Exchange2007_SP1",
        "Exchange2010",
        "Exchange2010_SP1",
        "Exchange2010_SP2",
        "Exchange2013",
        "Exchange2013_SP1",
        "Exchange2015",
        "Exchange2016",
    }
)
"""The schemas that a client may speak."""

_STUMBLES = (ValueError, LookupError, TypeError, AttributeError)
"""What reading a message or a number may end with that makes no sense."""


class Exchange:
    """An EWS endpoint at one host; set its fields before or while it serves."""

    def __init__(self, world: World, host: str, manners: ExchangeManners, issuer: Microsoft | None = None) -> None:
        self.host = host
        self.issuer = issuer
        """Whose tokens are taken; none where no token is."""
        self.blocked = ""
        """Why EWS is refused to everybody who signed in, such as ``DISABLED``; empty where it is not."""
        self.impersonators: set[str] = set()
        """The addresses of those who may act for others."""
        self.back_off = 2000
        """Milliseconds that a busy server asks to wait."""
        self._world = world
        self._door = Door(manners, world.mailboxes, world.clock, issuer)
        self._planned: list[tuple[str, str]] = []

    @property
    def manners(self) -> ExchangeManners:
        """Its ways, which may be changed while it serves."""
        return self._door.manners

    @manners.setter
    def manners(self, manners: ExchangeManners) -> None:
        self._door.manners = manners

    def open(self, path: str = PATH) -> Exchange:
        """Let the endpoint be reached at its host."""
        world = self._world
        world.hosting.serve(self.host, "https", 443, Security.TLS)
        world.web.serve(self.host, path, self.answer)
        world.exchanges[self.host] = self
        return self

    def fail_next(self, code: str, times: int = 1, *, operation: str = "") -> None:
        """Let the next requests of somebody who signed in end with a response code, those of one operation alone.

        Codes that refuse a whole request come as a fault, others as the answer to each thing in the request.
        """
        self._planned += [(operation, code)] * times

    def answer(self, request: Request) -> Answer:
        """Answer one request."""
        marks = self.manners.marks
        try:
            person = self._door.enter(request)
        except Refused as refused:
            return refusal(refused, self.manners)
        if self.blocked:
            return Answer(b"", 403, "text/html", (*marks, ("X-EWS-Policy-Reason", self.blocked)))
        if request.method != "POST":
            return Answer(b"", 302, "text/html", (*marks, ("Location", "/EWS/Services.wsdl")))
        try:
            call = soap.read(request.body)
            inner = self._carried_out(call, person, request)
        except _STUMBLES:
            return soap.fault(Complaint("ErrorInternalServerError"), self.manners.build, marks, self.back_off)
        except Complaint as complaint:
            return soap.fault(complaint, self.manners.build, marks, self.back_off)
        return soap.answered(inner, self.manners.build, marks)

    def _carried_out(self, call: Call, person: Person, request: Request) -> str:
        if call.version not in _VERSIONS:
            raise Complaint("ErrorInvalidServerVersion")
        mailbox = self._acting(call, person)
        code = self._planned_for(call.name)
        if code:
            complaint = Complaint(code)
            if complaint.fault:
                raise complaint
            return soap.responses(call.name, [soap.bad(call.name, complaint)] * max(1, _things(call)))
        domain = mailbox.address.rpartition("@")[2].lower()
        return carry_out(
            call.name, call.element, Desk(mailbox, self._world.mailboxes, self._world.zone, request.host, domain)
        )

    def _acting(self, call: Call, person: Person) -> Mailbox:
        """Return whose mailbox a request is about: the own one, or that of the person whom it names.

        Raises:
            Complaint: where the right to act for that person is missing, or there is no such mailbox.
        """
        if call.impersonated is None:
            if person.mailbox is None:
                raise Complaint("ErrorInvalidExchangeImpersonationHeaderData")
            return person.mailbox
        mailbox = self._world.mailboxes.mailboxes.get(call.impersonated.lower())
        if mailbox is None:
            raise Complaint("ErrorNonExistentMailbox", fault=True)
        if not self._may_act(person, mailbox):
            raise Complaint("ErrorImpersonateUserDenied")
        return mailbox

    def _may_act(self, person: Person, mailbox: Mailbox) -> bool:
        if person.mailbox is not None:
            return person.mailbox.address in self.impersonators
        token, issuer = person.token, self.issuer
        return token is not None and issuer is not None and (token.grant.client_id, mailbox.address) in issuer.opened

    def _planned_for(self, operation: str) -> str:
        """Return the response code with which an operation is to end now; empty where it is to go well."""
        for at, (meant, code) in enumerate(self._planned):
            if meant in {"", operation}:
                del self._planned[at]
                return code
        return ""


def _things(call: Call) -> int:
    """Return about how many things a request is."""
    lists = ("FolderIds", "ItemIds", "ParentFolderIds", "Items", "SourceIds")
    found = (call.element.find(f"{soap.M}{name}") for name in lists)
    return sum(len(one) for one in found if one is not None)

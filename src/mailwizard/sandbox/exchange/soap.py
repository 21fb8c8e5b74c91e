"""SOAP 1.1 as Exchange speaks it: what comes in, what goes out, and how it says that something is wrong.

Wordings and their place: MS-OXWSCDATA section 2.2.5.24 (response codes), the texts as servers send them, in
OfficeDev/ews-java-api and MicrosoftDocs/office-developer-exchange-docs (responsecode.md, ews-throttling-in-exchange.md,
handling-of-ews-errors).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from mailwizard.sandbox.web import Answer

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors"
S, T, M = f"{{{SOAP}}}", f"{{{TYPES}}}", f"{{{MESSAGES}}}"

TEXTS = {
    "ErrorAccessDenied": "Access is denied. Check credentials and try again.",
    "ErrorExceededConnectionCount": "You have exceeded the available concurrent connections for your account. "
    "Try again once your other requests have completed.",
    "ErrorFolderNotFound": "The specified folder could not be found in the store.",
    "ErrorImpersonateUserDenied": "The account does not have permission to impersonate the requested user.",
    "ErrorInternalServerError": "An internal server error occurred. The operation failed.",
    "ErrorInvalidExchangeImpersonationHeaderData": "ExchangeImpersonation SOAP header must be present for this type of "
    "OAuth token.",
    "ErrorInvalidIdMalformed": "Id is malformed.",
    "ErrorInvalidOperation": "The requested operation is invalid.",
    "ErrorInvalidRecipients": "At least one recipient isn't valid.",
    "ErrorInvalidRequest": "The request is invalid.",
    "ErrorInvalidServerVersion": "The specified server version is invalid.",
    "ErrorItemNotFound": "The specified object was not found in the store.",
    "ErrorMailboxStoreUnavailable": "The mailbox database is temporarily unavailable.",
    "ErrorMessageSizeExceeded": "The message exceeds the maximum supported size.",
    "ErrorMimeContentInvalid": "The MIME content is invalid.",
    "ErrorNameResolutionNoResults": "No results were found.",
    "ErrorNonExistentMailbox": "The SMTP address has no mailbox associated with it.",
    "ErrorQuotaExceeded": "The mailbox has exceeded its quota.",
    "ErrorSchemaValidation": "The request failed schema validation.",
    "ErrorSendAsDenied": "The user account which was used to submit this request does not have the right to send mail "
    "on behalf of the specified sending account.",
    "ErrorServerBusy": "The server cannot service this request right now. Try again later.",
}
"""What Exchange says with each response code that it may be told to give."""
FAULTS = frozenset(
    {
        "ErrorImpersonateUserDenied",
        "ErrorInvalidExchangeImpersonationHeaderData",
        "ErrorInvalidServerVersion",
        "ErrorInvalidRequest",
        "ErrorSchemaValidation",
        "ErrorServerBusy",
        "ErrorExceededConnectionCount",
        "ErrorInternalServerError",
    }
)
"""The codes that refuse a whole request, as a SOAP fault under status 500; others stand in the answer to one thing."""
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""


class Complaint(Exception):
    """What Exchange has against a request, or against one thing in it."""

    def __init__(self, code: str, text: str = "", *, fault: bool | None = None) -> None:
        super().__init__(code)
        self.code, self.text = code, text or TEXTS.get(code, "The request failed.")
        self.fault = code in FAULTS if fault is None else fault


@dataclass(frozen=True, slots=True)
class Call:
    """One operation that is asked for."""

    name: str
    element: Element
    version: str
    """The schema that the client speaks; empty where it names none."""
    impersonated: str | None
    """The address as which to act; none where the request acts for whoever signed in."""


def read(body: bytes) -> Call:
    """Return what a request asks for.

    Raises:
        Complaint: where it is no request.
    """
    try:
        envelope = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as broken:
        raise Complaint("ErrorSchemaValidation", f"The request failed schema validation: {broken}") from None
    header, inner = envelope.find(f"{S}Header"), envelope.find(f"{S}Body")
    if envelope.tag != f"{S}Envelope" or inner is None or len(inner) != 1 or not inner[0].tag.startswith(M):
        raise Complaint("ErrorSchemaValidation")
    version = header.find(f"{T}RequestServerVersion") if header is not None else None
    acting = header.find(f"{T}ExchangeImpersonation/{T}ConnectingSID") if header is not None else None
    return Call(
        inner[0].tag.removeprefix(M),
        inner[0],
        version.get("Version", "") if version is not None else "",
        (acting[0].text or "").strip() if acting is not None and len(acting) else None,
    )


def text(value: str) -> str:
    """Return text as it may stand between two tags."""
    return escape(_UNFIT.sub("", value))


def attribute(value: str) -> str:
    """Return text as the value of an attribute, with its quotation marks."""
    return quoteattr(_UNFIT.sub("", value))


def element(name: str, value: str) -> str:
    """Return an element of the types with a text in it."""
    return f"<t:{name}>{text(value)}</t:{name}>"


def responses(call: str, messages: list[str]) -> str:
    """Return the answer to an operation: one message for each thing that it was about."""
    return f"<m:{call}Response><m:ResponseMessages>{''.join(messages)}</m:ResponseMessages></m:{call}Response>"


def good(call: str, inner: str = "") -> str:
    """Return the message that one thing went well."""
    return (
        f'<m:{call}ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>{inner}'
        f"</m:{call}ResponseMessage>"
    )


def bad(call: str, complaint: Complaint) -> str:
    """Return the message that one thing went wrong."""
    return (
        f'<m:{call}ResponseMessage ResponseClass="Error"><m:MessageText>{text(complaint.text)}</m:MessageText>'
        f"<m:ResponseCode>{complaint.code}</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>"
        f"</m:{call}ResponseMessage>"
    )


def answered(inner: str, build: str, headers: tuple[tuple[str, str], ...]) -> Answer:
    """Return a whole answer; ``build`` is the server's version as four numbers with dots."""
    return Answer(_envelope(inner, build).encode(), 200, "text/xml; charset=utf-8", headers)


def fault(complaint: Complaint, build: str, headers: tuple[tuple[str, str], ...], back_off: int) -> Answer:
    """Return a refusal of a whole request; ``back_off`` is how many milliseconds a busy server asks to wait."""
    busy = complaint.code == "ErrorServerBusy"
    wait = f'<t:MessageXml><t:Value Name="BackOffMilliseconds">{back_off}</t:Value></t:MessageXml>' if busy else ""
    inner = (
        f'<s:Fault><faultcode xmlns:a="{TYPES}">a:{complaint.code}</faultcode>'
        f'<faultstring xml:lang="en-US">{text(complaint.text)}</faultstring><detail>'
        f'<e:ResponseCode xmlns:e="{ERRORS}">{complaint.code}</e:ResponseCode>'
        f'<e:Message xmlns:e="{ERRORS}">{text(complaint.text)}</e:Message>{wait}</detail></s:Fault>'
    )
    return Answer(_envelope(inner, build).encode(), 500, "text/xml; charset=utf-8", headers)


def _envelope(inner: str, build: str) -> str:
    major, minor, build_major, build_minor = build.split(".")
    told = (
        f'MajorVersion="{major}" MinorVersion="{minor}" MajorBuildNumber="{build_major}" '
        f'MinorBuildNumber="{build_minor}" Version="V2017_07_11"'
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{SOAP}" xmlns:t="{TYPES}" xmlns:m="{MESSAGES}">'
        f"<s:Header><t:ServerVersionInfo {told}/></s:Header><s:Body>{inner}</s:Body></s:Envelope>"
    )

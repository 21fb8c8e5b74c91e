"""What an Exchange server says to somebody it does not know: which sign-ins it offers, and what it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwizard.model import Endpoint, Failure
from mailwizard.net.clean import clean

if TYPE_CHECKING:
    from mailwizard.net.real.calls import Answer, Caller

QUESTION = (
    b'<?xml version="1.0" encoding="utf-8"?>'
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'
    b' xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"'
    b' xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">'
    b'<s:Header><t:RequestServerVersion Version="Exchange2010_SP2"/></s:Header>'
    b"<s:Body><m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>"
    b'<m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder></s:Body></s:Envelope>'
)
"""Opens the inbox of whoever asks; some servers answer other requests, and other methods, with their web mail."""
SCHEMES = ("NTLM", "NEGOTIATE", "BASIC", "BEARER", "DIGEST", "KERBEROS")
_SCHEME = re.compile(r"(?:^|,)\s*([A-Za-z][A-Za-z-]{1,20})(?=\s*(?:,|$)|\s+[^\s=])")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_PRODUCT = ("server", "x-feserver", "x-owa-version")
_SOAP = re.compile(rb"<(?:[\w-]{1,20}:)?Envelope[\s>]")
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{1,200})", re.IGNORECASE)
UNAUTHORIZED = 401
_ELSEWHERE = frozenset({404, 405, 410, 440})
"""Statuses of a place where no web service of Exchange is; 440 is the web mail's, which wants a person to sign in."""
_LOOKED = 4096
"""Bytes of an answer that are looked at to see what it is."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the server offers before it knows anybody."""

    mechanisms: tuple[str, ...]
    """The schemes of HTTP authentication, in capitals, each once and in the server's order."""
    product: str
    """What the headers say about the server, cleaned."""


async def learn(caller: Caller, endpoint: Endpoint) -> Offer:
    """Ask without any secret.

    Raises:
        Failure: ``ews.not-ews`` where something else answers, ``http.NNN``, and as
            :meth:`~mailwizard.net.real.calls.Caller.ask`.
    """
    headers = [("Content-Type", "text/xml; charset=utf-8"), ("Accept", "text/xml")]
    answer = await caller.ask(endpoint.url, method="POST", headers=headers, body=QUESTION)
    return read(answer)


def read(answer: Answer) -> Offer:
    """Read the answer to a question without a secret.

    Raises:
        Failure: ``ews.not-ews`` where something else answers, ``http.NNN``.
    """
    offered = mechanisms(answer.headers)
    if answer.status == UNAUTHORIZED or speaks_soap(answer.status, answer.body):
        return Offer(offered, product(answer.headers))
    raise refusal(answer.status, dict(answer.headers), answer.body)


def mechanisms(headers: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Return the schemes of WWW-Authenticate (RFC 9110 section 11.6.1), and Bearer where only a diagnosis tells it."""
    found = []
    for name, value in headers:
        if name == "www-authenticate":
            found += [scheme.upper() for scheme in _SCHEME.findall(_QUOTED.sub('""', value[:_LOOKED]))]
        elif name == "ms-diagnostics-public" and "modern auth" in value.lower():
            found.append("BEARER")
    return tuple(scheme for scheme in dict.fromkeys(found) if scheme in SCHEMES)


def product(headers: tuple[tuple[str, str], ...]) -> str:
    """Return what the headers say about the server."""
    told = dict(headers)
    return ", ".join(clean(told[name], 60) for name in _PRODUCT if told.get(name))


def speaks_soap(status: int, body: bytes) -> bool:
    """Return whether this is an answer of a web service, good or not: Exchange sends some refusals as 500."""
    return status in {200, 500} and bool(_SOAP.search(body[:_LOOKED]))


def refusal(status: int, headers: dict[str, str], body: bytes) -> Failure:
    """Return what an answer means that is none of Exchange Web Services; header names are in lower case."""
    facts = [("status", str(status))]
    if 300 <= status < 400:
        target = clean(headers.get("location", ""), 120)
        facts.append(("location", target))
        return Failure("ews.not-ews", f"it sends us elsewhere ({status}): {target or 'nowhere'}", facts=tuple(facts))
    said = _said(headers, body)
    if status < 300 or status in _ELSEWHERE:
        detail = f"it answers with status {status} and no web service of Exchange{f': {said}' if said else ''}"
        return Failure("ews.not-ews", detail, facts=tuple(facts))
    return Failure(f"http.{status}", f"status {status}{f': {said}' if said else ''}", facts=tuple(facts))


def denied(headers: dict[str, str], body: bytes) -> Failure:
    """Return the refusal of a credential, with what the server says about its reason."""
    said = _said(headers, body)
    return Failure("ews.401", said or "refused, and no reason is given")


def _said(headers: dict[str, str], body: bytes) -> str:
    """Return the reason that a server gives, in the places where Exchange and the programs before it put one."""
    told = [headers.get(name, "") for name in ("x-ms-diagnostics", "x-caserrorcode", "x-ews-policy-reason")]
    described = re.search(r'error_description\s*=\s*"([^"]{1,300})"', headers.get("www-authenticate", ""))
    told.append(described[1] if described else "")
    told.append(_text(body) if not any(told) else "")
    return clean("; ".join(dict.fromkeys(filter(None, told))), 300)


def _text(body: bytes) -> str:
    """Return a short plain body whole, and of a page its title."""
    head = body[:_LOOKED]
    if b"<" not in head:
        return head[:200].decode("utf-8", "replace").strip()
    locked = b"The referenced account is currently locked out" in body
    title = _TITLE.search(head)
    return "The referenced account is currently locked out" if locked else _decoded(title[1]) if title else ""


def _decoded(text: bytes) -> str:
    return " ".join(text.decode("utf-8", "replace").split())

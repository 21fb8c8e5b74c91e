"""A small Exchange server in the practice world: enough SOAP for one mailbox, and a book of every credential it saw."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest

from mailwizard.model import Address, AuthKind, Credential, Endpoint, Evidence, Failure, Outcome, Protocol, Until
from mailwizard.sandbox import World, internet, open_world
from mailwizard.sandbox.signing_in import serve
from mailwizard.sandbox.web import Answer, Link, Request

HOST = "exchange.practice.example"
PATH = "/EWS/Exchange.asmx"
ENDPOINT = Endpoint.parse(Protocol.EWS, HOST)
SECRET = "Zq7-horse-staple"
JANE = Credential("company.com\\jane", SECRET)
TOKEN = Credential("jane@practice.example", "eyJ0eXAi.Zq7token.sig", AuthKind.OAUTH2)
ADDRESS = Address.parse("jane@practice.example")
FOLDERS = {"inbox": "Posteingang", "junkemail": "Junk-E-Mail", "sentitems": "Gesendete Elemente"}
TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"


def envelope(inner: str, status: int = 200) -> Answer:
    text = (
        '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>'
        f'<t:ServerVersionInfo xmlns:t="{TYPES}" MajorVersion="15" MinorVersion="1" MajorBuildNumber="2507" '
        f'MinorBuildNumber="6" Version="V2017_07_11"/></s:Header><s:Body xmlns:m="{MESSAGES}" xmlns:t="{TYPES}">{inner}'
        "</s:Body></s:Envelope>"
    )
    return Answer(text.encode(), status, "text/xml; charset=utf-8")


def responses(call: str, *inner: str) -> Answer:
    good = "".join(
        f'<m:{call}ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>{each}'
        f"</m:{call}ResponseMessage>"
        for each in inner
    )
    return envelope(f"<m:{call}Response><m:ResponseMessages>{good}</m:ResponseMessages></m:{call}Response>")


def error(call: str, code: str, text: str) -> Answer:
    return envelope(
        f'<m:{call}Response><m:ResponseMessages><m:{call}ResponseMessage ResponseClass="Error"><m:MessageText>{text}'
        f"</m:MessageText><m:ResponseCode>{code}</m:ResponseCode></m:{call}ResponseMessage></m:ResponseMessages>"
        f"</m:{call}Response>"
    )


def fault(code: str, text: str) -> Answer:
    errors = "http://schemas.microsoft.com/exchange/services/2006/errors"
    return envelope(
        f'<s:Fault xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><faultcode>t:{code}</faultcode><faultstring>'
        f'{text}</faultstring><detail><e:ResponseCode xmlns:e="{errors}">{code}</e:ResponseCode>'
        f'<e:Message xmlns:e="{errors}">{text}</e:Message></detail></s:Fault>',
        500,
    )


@dataclass
class SmallExchange:
    """One mailbox."""

    offers: tuple[str, ...] = ("Negotiate", "NTLM", 'Basic realm="company"')
    instead: Callable[[Request], Answer | None] = lambda request: None
    """What is answered to somebody who is let in, in place of the mailbox."""
    loses: bool = False
    """Whether what is sent never arrives."""
    keeps: bool = False
    """Whether nothing can be deleted."""
    folders: dict[str, dict[str, bytes]] = field(default_factory=lambda: {name: {} for name in FOLDERS})
    asked: list[Request] = field(default_factory=list)
    proofs: list[str] = field(default_factory=list)
    """Every credential that came, by its scheme; of NTLM the last of its messages."""
    refused: int = 0
    talks: WeakKeyDictionary[Link, Any] = field(default_factory=WeakKeyDictionary)
    inside: WeakKeyDictionary[Link, bool] = field(default_factory=WeakKeyDictionary)

    def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        self.asked.append(request)
        judged = self._judge(request)
        if judged is not None:
            return judged
        return self.instead(request) or self._carry_out(request.body.decode())

    def _judge(self, request: Request) -> Answer | None:
        scheme, _, told = request.header("authorization").partition(" ")
        if not scheme:
            return None if self.inside.get(request.link) else self._no()
        if scheme in {"NTLM", "Negotiate"}:
            return self._ntlm(request, scheme, base64.b64decode(told))
        self.proofs.append(scheme)
        right = {
            "Basic": base64.b64encode(f"{JANE.username}:{SECRET}".encode()).decode(),
            "Bearer": TOKEN.secret,
        }[scheme]
        return None if told == right else self._no(refused=True)

    def _no(self, *, refused: bool = False) -> Answer:
        self.refused += refused
        offers = tuple(("WWW-Authenticate", each) for each in self.offers)
        return Answer(b"", 401, headers=(("Server", "Microsoft-IIS/10.0"), ("X-FEServer", "EX01"), *offers))

    def _ntlm(self, request: Request, scheme: str, message: bytes) -> Answer | None:
        import spnego
        from spnego.channel_bindings import GssChannelBindings
        from spnego.exceptions import SpnegoError

        self.inside.pop(request.link, None)
        if message[8] == 1:
            bound = b"tls-server-end-point:" + hashlib.sha256(request.link.shown).digest()
            self.talks[request.link] = spnego.server(
                protocol="ntlm",
                options=spnego.NegotiateOptions.use_ntlm,
                channel_bindings=GssChannelBindings(application_data=bound),
            )
            challenge = base64.b64encode(self.talks[request.link].step(message)).decode()
            return Answer(b"", 401, headers=(("WWW-Authenticate", f"{scheme} {challenge}"),))
        self.proofs.append(scheme)
        talk = self.talks.pop(request.link, None)
        try:
            if talk is None:
                return self._no(refused=True)
            talk.step(message)
        except SpnegoError:
            return self._no(refused=True)
        self.inside[request.link] = True
        return None

    def _carry_out(self, body: str) -> Answer:
        call = re.search(r"<m:(GetFolder|FindItem|GetItem|CreateItem|DeleteItem)\b", body)
        assert call is not None, body
        return getattr(self, f"_{call[1].lower()}")(body)  # type: ignore[no-any-return]

    def _getfolder(self, body: str) -> Answer:
        told = [
            f'<m:Folders><t:Folder><t:FolderId Id="{name}" ChangeKey="1"/>'
            f"<t:DisplayName>{FOLDERS[name]}</t:DisplayName>"
            f"<t:TotalCount>{len(self.folders[name])}</t:TotalCount><t:UnreadCount>1</t:UnreadCount></t:Folder>"
            "</m:Folders>"
            for name in re.findall(r'DistinguishedFolderId Id="(\w+)"', body)
        ]
        return responses("GetFolder", *told)

    def _finditem(self, body: str) -> Answer:
        (place,) = re.findall(r'DistinguishedFolderId Id="(\w+)"', body)
        sought = re.findall(r'Constant Value="([^"]+)"', body)
        heads = {name: content.partition(b"\r\n\r\n")[0].decode() for name, content in self.folders[place].items()}
        found = [name for name, head in heads.items() if any(each in head for each in sought)]
        items = "".join(f'<t:Message><t:ItemId Id="{name}" ChangeKey="1"/></t:Message>' for name in found)
        root = (
            f'<m:RootFolder TotalItemsInView="{len(found)}" IncludesLastItemInRange="true"><t:Items>{items}</t:Items>'
        )
        return responses("FindItem", f"{root}</m:RootFolder>")

    def _getitem(self, body: str) -> Answer:
        told = []
        for name in re.findall(r'ItemId Id="([^"]+)"', body):
            content = next(folder[name] for folder in self.folders.values() if name in folder)
            mime = base64.b64encode(content).decode()
            told.append(
                f'<m:Items><t:Message><t:MimeContent CharacterSet="UTF-8">{mime}</t:MimeContent>'
                f'<t:ItemId Id="{name}" ChangeKey="1"/></t:Message></m:Items>'
            )
        return responses("GetItem", *told)

    def _createitem(self, body: str) -> Answer:
        (mime,) = re.findall(r"MimeContent[^>]*>([^<]+)<", body)
        content = base64.b64decode(mime)
        self.folders["sentitems"]["sent"] = content
        if not self.loses:
            received = b"Received: from EX01.company.com by EX01.company.com with Microsoft SMTP Server (TLS)\r\n"
            self.folders["inbox"]["came"] = received + content
        return responses("CreateItem", "<m:Items/>")

    def _deleteitem(self, body: str) -> Answer:
        names = re.findall(r'ItemId Id="([^"]+)"', body)
        for folder in self.folders.values() if not self.keeps else ():
            for name in names:
                folder.pop(name, None)
        return responses("DeleteItem", *["" for _ in names])


@pytest.fixture
def users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server's side of NTLM know who there is."""
    book = tmp_path / "users"
    book.write_text(f"company.com:jane:{SECRET}\n")
    monkeypatch.setenv("NTLM_USER_FILE", str(book))


@asynccontextmanager
async def exchange_world(
    monkeypatch: pytest.MonkeyPatch, server: Callable[[Request], Answer], *others: tuple[str, str]
) -> AsyncIterator[World]:
    """Open a world in which the server answers at its address, and others at theirs, which should hear nothing."""

    def furnish(world: World) -> None:
        internet.furnish(world)
        nothing: Callable[[Request], Answer] = lambda request: Answer(b"", 404)  # noqa: E731
        serve(world, (HOST, PATH, server), *((host, path, nothing) for host, path in others))

    monkeypatch.setattr("mailwizard.sandbox.furnish", furnish)
    async with open_world("all-well") as world:
        yield world


class Seen(list[Evidence]):
    """What a check told."""

    def ends(self) -> list[tuple[str, Outcome, str]]:
        """Return step, outcome and code of everything that ended."""
        return [(str(one.step), one.outcome, one.code) for one in self if one.outcome is not Outcome.RUNNING]

    def fact(self, name: str) -> str:
        """Return the first fact of a name."""
        return next((one.fact(name) for one in self if one.fact(name)), "")


async def checked(world: World, who: Credential | None = JANE, until: Until = Until.SIGN_IN, **how: Any) -> Seen:
    """Check the endpoint as a whole run does."""
    from mailwizard.checks import Limits, verify
    from mailwizard.draft import Draft
    from mailwizard.model import Candidate, Trust

    username = who.username if who else ""
    candidate = Candidate(ENDPOINT, username, (), "typed", Trust.CURATED)
    draft = Draft(address=ADDRESS, incoming=candidate, until=until)
    seen = Seen()
    limits = Limits(15.0, 60.0, how.pop("delivery", 20.0))
    await verify(
        draft, who, world.net, lambda one: seen.append(one) if isinstance(one, Evidence) else None, until,
        limits=limits, **how,
    )  # fmt: skip
    return seen


def failed(seen: Seen) -> Failure:
    """Return the one failure."""
    (one,) = [each for each in seen if each.outcome is Outcome.FAIL]
    return Failure(one.code, one.detail, facts=one.facts)

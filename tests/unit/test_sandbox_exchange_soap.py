"""The practice world's Exchange, asked by hand for what a library does not ask."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator

import pytest
from tests.unit.test_sandbox_exchange import ASKED, said

from mailwizard.sandbox import World
from mailwizard.sandbox.exchange import Exchange
from mailwizard.sandbox.exchange.furnishing import OWN
from mailwizard.sandbox.mailboxes import Mailbox, Message

HEAD, TAIL = ASKED[: ASKED.index(b"<m:FindItem")], b"</s:Body></s:Envelope>"
SUBJECT, NOTE = '<t:FieldURI FieldURI="item:Subject"/>', '<t:FieldURI FieldURI="item:DateTimeReceived"/>'
INBOX = '<t:DistinguishedFolderId Id="inbox"/>'


@pytest.fixture
def world() -> Iterator[World]:
    made = World("exchange-own-server")
    made.password = "x"
    box = made.mailboxes.add(Mailbox("alice@practice.example", "x"))
    for day, subject in ((1, "Apple"), (2, "Bread"), (3, "Apple cake")):
        head = f"From: b@practice.example\r\nTo: A <alice@practice.example>\r\nSubject: {subject}\r\n"
        content = f"{head}Date: {day} Nov 2026 01:00:00 +0000\r\nMessage-ID: <{day}@x>\r\n\r\nx\r\n"
        box.put("INBOX", Message("b@practice.example", (), content.encode()))
    made.web.serve("mail.practice.example", "/EWS/Exchange.asmx", Exchange(made, "mail.practice.example", OWN).answer)
    yield made
    made.mailboxes.mailboxes.clear()


def ask(world: World, body: str) -> str:
    """Return what is answered to an operation."""
    return said(world, HEAD + body.encode() + TAIL).body.decode()


def find(world: World, restriction: str = "", more: str = "", view: str = "") -> str:
    """Search the inbox and return the answer."""
    held = f"<m:Restriction>{restriction}</m:Restriction>" if restriction else ""
    shape = "<m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>"
    inside = f"{shape}{view}{held}{more}<m:ParentFolderIds>{INBOX}</m:ParentFolderIds>"
    return ask(world, f'<m:FindItem Traversal="Shallow">{inside}</m:FindItem>')


def equal(field: str, value: str, name: str = "IsEqualTo") -> str:
    """Return a comparison."""
    constant = f'<t:FieldURIOrConstant><t:Constant Value="{value}"/></t:FieldURIOrConstant>'
    return f"<t:{name}>{field}{constant}</t:{name}>"


APPLE, BREAD = equal(SUBJECT, "Apple"), equal(SUBJECT, "Bread")
LATER = equal(NOTE, "2026-11-02T00:00:00Z", "IsGreaterThan")


@pytest.mark.parametrize(
    ("restriction", "found"),
    [
        (APPLE, ["Apple"]),
        (f"<t:Or>{APPLE}{BREAD}</t:Or>", ["Bread", "Apple"]),
        (f"<t:And>{LATER}<t:Not>{BREAD}</t:Not></t:And>", ["Apple cake"]),
        (equal(SUBJECT, "Apple", "IsNotEqualTo"), ["Apple cake", "Bread"]),
        (f'<t:Contains ContainmentMode="FullString">{SUBJECT}<t:Constant Value="Apple"/></t:Contains>', ["Apple"]),
        (f'<t:Contains ContainmentMode="Prefixed">{SUBJECT}<t:Constant Value="App"/></t:Contains>',
         ["Apple cake", "Apple"]),
        (equal('<t:FieldURI FieldURI="message:From"/>', "b@practice.example"), ["Apple cake", "Bread", "Apple"]),
    ],
)  # fmt: skip
def test_a_restriction_means_what_it_says(world: World, restriction: str, found: list[str]) -> None:
    assert re.findall("<t:Subject>([^<]*)<", find(world, restriction)) == found


@pytest.mark.parametrize("name", ["Contains", "IsEqualTo", "Excludes"])
def test_a_restriction_that_is_none_is_refused(world: World, name: str) -> None:
    assert "a:ErrorInvalidRequest" in find(world, f"<t:{name}>{SUBJECT}</t:{name}>")


def test_what_is_found_comes_in_pages_and_in_either_order(world: World) -> None:
    order = f'<m:SortOrder><t:FieldOrder Order="Ascending">{NOTE}</t:FieldOrder></m:SortOrder>'
    page = '<m:IndexedPageItemView MaxEntriesReturned="2" Offset="{}" BasePoint="Beginning"/>'
    first, second = (find(world, more=order, view=page.format(at)) for at in (0, 2))
    assert re.findall("<t:Subject>([^<]*)<", first + second) == ["Apple", "Bread", "Apple cake"]
    assert ['IncludesLastItemInRange="true"' in one for one in (first, second)] == [False, True]
    assert "a:ErrorInvalidOperation" in find(world, more="<m:QueryString>subject:x</m:QueryString>")


@pytest.mark.parametrize(
    ("identifier", "code"),
    [
        ("not base64!", "ErrorInvalidIdMalformed"),
        (b64encode(b"i").decode(), "ErrorInvalidIdMalformed"),
        (b64encode(b"f\0alice@practice.example\0inbox\x001").decode(), "ErrorItemNotFound"),
        (b64encode(b"i\0alice@practice.example\0inbox\x0099").decode(), "ErrorItemNotFound"),
        (b64encode(b"i\0alice@practice.example\0attic\x001").decode(), "ErrorFolderNotFound"),
    ],
)
def test_an_id_that_means_nothing_is_named_as_such(world: World, identifier: str, code: str) -> None:
    asked = f'<m:GetItem><m:ItemIds><t:ItemId Id="{identifier}"/></m:ItemIds></m:GetItem>'
    assert f"<m:ResponseCode>{code}<" in ask(world, asked)


def test_a_folder_is_found_by_its_id_and_one_that_is_not_there_is_missed(world: World) -> None:
    asked = "<m:GetFolder><m:FolderIds>{}</m:FolderIds></m:GetFolder>"
    told = ask(world, asked.format(INBOX))
    (found,) = re.findall('FolderId Id="([^"]+)"', told)
    assert "<t:TotalCount>3<" in ask(world, asked.format(f'<t:FolderId Id="{found}"/>'))
    item = b64encode(b"i\0alice@practice.example\0inbox").decode()
    for wrong in ('<t:DistinguishedFolderId Id="attic"/>', f'<t:FolderId Id="{item}"/>'):
        assert "<m:ResponseCode>ErrorFolderNotFound<" in ask(world, asked.format(wrong))
    nobody = "<t:Mailbox><t:EmailAddress>nobody@practice.example</t:EmailAddress></t:Mailbox>"
    named = f'<t:DistinguishedFolderId Id="inbox">{nobody}</t:DistinguishedFolderId>'
    assert "<m:ResponseCode>ErrorNonExistentMailbox<" in ask(world, asked.format(named))


def test_what_a_message_lacks_is_added_and_what_is_no_message_is_refused(world: World) -> None:
    asked = (
        '<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message><t:MimeContent>{}</t:MimeContent>'
        "<t:ToRecipients><t:Mailbox><t:EmailAddress>alice@practice.example</t:EmailAddress></t:Mailbox>"
        "</t:ToRecipients></t:Message></m:Items></m:CreateItem>"
    )
    assert 'ResponseClass="Success"' in ask(world, asked.format(b64encode(b"Subject: bare\r\n\r\nx").decode()))
    arrived = world.mailboxes.mailboxes["alice@practice.example"].messages[-1].content
    for head in (b"From: alice@practice.example\r\n", b"Message-ID: <", b"Date: ", b"To: alice@practice.example\r\n"):
        assert head in arrived
    assert "<m:ResponseCode>ErrorMimeContentInvalid<" in ask(world, asked.format("???"))


def test_an_id_is_told_in_the_form_that_the_web_uses(world: World) -> None:
    (item, *_) = re.findall('ItemId Id="([^"]+)"', find(world))
    asked = (
        '<m:ConvertId DestinationFormat="{}"><m:SourceIds><t:AlternateId Format="EwsId" Id="{}" '
        'Mailbox="alice@practice.example"/></m:SourceIds></m:ConvertId>'
    )
    assert f'Format="OwaId" Id="{item}"' in ask(world, asked.format("OwaId", item))
    assert "<m:ResponseCode>ErrorInvalidIdMalformed<" in ask(world, asked.format("HexEntryId", item))

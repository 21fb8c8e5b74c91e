"""The practice world's Exchange, asked by exchangelib itself."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from exchangelib.errors import UnauthorizedError
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.exchanging import exchanging

from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.exchange import Exchange, Form
from mailwizard.sandbox.exchange.furnishing import OWN
from mailwizard.sandbox.mailboxes import Mailbox, Message, SignIn, Verdict
from mailwizard.sandbox.web import Answer, Link, Request

Make = Callable[..., Any]
PLACE = "mail.practice.example:443"
NAMES = ["PRACTICE\\alice", "practice.example\\alice", "alice@practice.example"]


@pytest.mark.parametrize("auth", ["basic", "NTLM"])
@pytest.mark.parametrize("name", NAMES)
async def test_a_password_opens_the_mailbox_under_each_form_of_the_name(auth: str, name: str) -> None:
    async with open_world("exchange-own-server") as world:

        def look(account: Make) -> tuple[Any, ...]:
            mine = account(name, world.password, auth)
            return str(mine.version.build), mine.inbox.name, mine.inbox.total_count, mine.sent.name

        assert await exchanging(world, look) == ("15.2.1544.11", "Inbox", 0, "Sent Items")
        assert world.sign_ins == (SignIn(PLACE, name, auth.upper(), Verdict.WELCOME),)


@pytest.mark.parametrize("auth", ["basic", "NTLM"])
@pytest.mark.parametrize(
    ("name", "secret"),
    [(NAMES[0], "correct-horse-batterie"), ("OTHER\\alice", ""), ("alice@other.example", ""), ("PRACTICE\\bob", "")],
)
async def test_a_wrong_password_or_name_costs_one_login(auth: str, name: str, secret: str) -> None:
    async with open_world("exchange-own-server") as world:
        with pytest.raises(UnauthorizedError):
            await exchanging(world, lambda account: account(name, secret or world.password, auth).inbox)
        assert world.sign_ins == (SignIn(PLACE, name, auth.upper(), Verdict.WRONG),)
        assert world.logins == {PLACE: 1}
        assert world.seen_secrets_in_clear == 0


async def test_the_sign_ins_are_offered_to_who_asks_without_one() -> None:
    async with open_world("exchange-own-server") as world:
        offered = await exchanging(world, lambda account: account("x", "y").protocol.auth_type)
        assert offered == "NTLM"
        assert world.sign_ins == ()


@pytest.mark.parametrize(
    ("forms", "taken"),
    [
        ({Form.NETBIOS}, [True, False, False, False]),
        ({Form.DNS}, [False, True, False, False]),
        ({Form.UPN}, [False, False, True, False]),
        ({Form.BARE, Form.UPN}, [False, False, True, True]),
    ],
)
async def test_a_server_takes_the_forms_of_a_name_that_it_knows(forms: set[Form], taken: list[bool]) -> None:
    async with open_world("exchange-own-server") as world:
        exchange = world.exchanges["mail.practice.example"]
        exchange.manners = replace(exchange.manners, forms=frozenset(forms))
        assert [said(world, ASKED, name).status == 200 for name in (*NAMES, "alice")] == taken


async def test_a_good_password_is_one_login_on_a_connection_and_each_bad_one_counts() -> None:
    async with open_world("exchange-own-server") as world:
        for secret, times in ((world.password, 3), ("bad", 2)):
            for _ in range(times):
                said(world, ASKED, secret=secret)
        assert [seen.accepted for seen in world.sign_ins] == [True, False, False]


ASKED = (
    b'<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
    b'xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" '
    b'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><s:Header>'
    b'<t:RequestServerVersion Version="Exchange2013_SP1"/></s:Header><s:Body><m:FindItem Traversal="Shallow">'
    b"<m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape>"
    b'<m:IndexedPageItemView MaxEntriesReturned="10" Offset="0" BasePoint="Beginning"/><m:Restriction><t:Contains '
    b'ContainmentMode="Substring" ContainmentComparison="Exact"><t:FieldURI FieldURI="item:Subject"/>'
    b'<t:Constant Value="a"/></t:Contains></m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/>'
    b"</m:ParentFolderIds></m:FindItem></s:Body></s:Envelope>"
)


def said(world: World, body: bytes, name: str = NAMES[0], *, secret: str = "") -> Answer:
    """Return what is answered to a request on one connection."""
    told = (("authorization", "Basic " + b64encode(f"{name}:{secret or world.password}".encode()).decode()),)
    return world.web.answer(Request("mail.practice.example", True, "POST", "/EWS/Exchange.asmx", told, body, LINK))


LINK = Link()


async def test_a_request_that_makes_no_sense_is_answered_with_a_fault() -> None:
    async with open_world("exchange-own-server") as world:
        assert said(world, ASKED).status == 200
        for body, code in (
            (b"", b"ErrorSchemaValidation"),
            (b"<x/>", b"ErrorSchemaValidation"),
            (ASKED.replace(b"m:FindItem", b"m:Fly"), b"ErrorSchemaValidation"),
            (ASKED.replace(b"Exchange2013_SP1", b"Exchange1999"), b"ErrorInvalidServerVersion"),
            (ASKED.replace(b'"10"', b'"ten"'), b"ErrorInternalServerError"),
            (ASKED.replace(b"item:Subject", b"item:Mood"), b"ErrorInvalidRequest"),
            (b'<!DOCTYPE x [<!ENTITY a "b">]>' + ASKED.partition(b"?>")[2], b"ErrorSchemaValidation"),
        ):
            if code == b"ErrorInvalidRequest":
                world.mailboxes.deliver(Message("a@b.example", (world.address,), b"Subject: a\r\n\r\n"))
            answer = said(world, body)
            assert answer.status == 500 and b"<faultcode" in answer.body and code in answer.body


@given(st.integers(0, len(ASKED)), st.integers(0, 40), st.binary(max_size=20))
def test_no_damage_to_a_request_brings_the_server_down(at: int, length: int, noise: bytes) -> None:
    world = World("exchange-own-server")
    world.password = "x"
    world.mailboxes.add(Mailbox("alice@practice.example", "x")).put("INBOX", Message("a", (), b"Subject: \xff a"))
    world.web.serve("mail.practice.example", "/EWS/Exchange.asmx", Exchange(world, "mail.practice.example", OWN).answer)
    assert said(world, ASKED[:at] + noise + ASKED[at + length :]).status in {200, 500}

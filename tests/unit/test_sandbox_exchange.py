"""The practice world's Exchange, asked by exchangelib itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from exchangelib.errors import UnauthorizedError
from tests.unit.exchanging import exchanging

from mailwizard.sandbox import open_world
from mailwizard.sandbox.mailboxes import SignIn, Verdict

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

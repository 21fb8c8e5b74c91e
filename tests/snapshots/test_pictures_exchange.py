"""What an Exchange server of one's own, Exchange Online and Microsoft Graph look like."""

from __future__ import annotations

import pytest
from tests.journeys.person import practising
from tests.journeys.test_wizard_exchange import corrects
from tests.journeys.test_wizard_exchange_online import (
    gets_to_servers_of_ones_own,
    signs_in,
    takes_graph,
    types_the_service,
)
from tests.journeys.test_wizard_signing_in import apart
from tests.snapshots.picture import Album

SIZES = [(80, 24), (120, 40)]
both = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])


@both
async def test_an_exchange_server_of_ones_own(size: tuple[int, int], update: bool) -> None:
    async with practising("exchange_own_server", size=size) as (person, world):
        album = Album(person, update)
        await person.sees("Your own Exchange server")
        await person.presses("down", "down", "down")
        await album.take("exchange-1-service")
        await person.presses("enter")
        await person.sees("Whose mail account is it?")
        await person.answers(world.address)
        await person.answers("")
        await person.sees("Servers 3/7", "the same service")
        await album.take("exchange-3-servers")
        await person.presses("f4")
        await person.sees("< Exchange")
        await album.take("exchange-3-by-hand")
        await person.presses("f4", "enter")
        await person.sees("Sign in to your Exchange server")
        await person.types(world.password)
        await album.take("exchange-4-sign-in")
        await corrects(person, "domain", "PRACTICE")
        await person.sees("short (NetBIOS) name")
        await album.take("exchange-4-mistake")
        await corrects(person, "domain", "practice.example")
        await person.sees("Receiving and sending work.", "[>Continue<]")
        await album.take("exchange-5-passed")
        await person.presses("f7")
        await person.sees("Look at what the domain publishes")
        await person.presses("down")
        await album.take("exchange-5-depth")
        album.judge()


@both
async def test_exchange_online(size: tuple[int, int], update: bool) -> None:
    async with practising("exchange_online_ews_blocked", size=size) as (person, world):
        album = Album(person, update)
        await gets_to_servers_of_ones_own(person, world)
        await person.misses("Looking for")
        await album.take("online-3-servers")
        await types_the_service(person)
        await album.take("online-3-calendar")
        await person.chooses("No, keep this address")
        await person.sees("Sign-in 4/7")
        await album.take("online-4-sign-in")
        await signs_in(person)
        await person.sees("FAIL", "-EwsAllowedAppIDs")
        await album.take("online-5-blocked")
        await person.chooses("Edit servers")
        await person.sees("Servers 3/7", "graph.microsoft.com")
        album.judge()


@both
async def test_microsoft_graph(size: tuple[int, int], update: bool) -> None:
    async with practising("microsoft_graph", size=size) as (person, world):
        album = Album(person, update)
        apart(person, world)
        await person.gets_to_servers(world.address)
        await person.misses("Looking for")
        await person.presses("end", "up")
        await person.sees("https://graph.microsoft.com/v1.0", "the same service")
        await album.take("graph-3-servers")
        await takes_graph(person)
        await signs_in(person)
        await person.sees("Receiving and sending work.", "[>Continue<]")
        await album.take("graph-5-passed")
        album.judge()

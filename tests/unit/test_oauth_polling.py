"""Looking what became of a code: as seldom as the issuer may expect, for as long as the code lives, by the clock."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.issuers import ALL, card_of, client_of, world_of
from tests.unit.small_issuer import small_issuer, token
from tests.unit.test_flows_alone import DEVICES, PENDING, device, typing
from tests.unit.websites import dropping

from mailwizard.model import Address, Failure
from mailwizard.signin.oauth import polling
from mailwizard.signin.oauth.flow import flow_for

DONE = (200, token(refresh_token="Zq7-refresh"))
DROPPED = (200, dropping(b"", reset=True))


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let time pass at once, and return what was waited."""
    waited: list[float] = []
    real = time.time

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(polling, "wait", wait)
    monkeypatch.setattr("time.time", lambda: real() + sum(waited))
    return waited


@pytest.mark.parametrize("told", [{"interval": 0}, {"interval": None}, {"interval": "0"}, {"interval": -1}])
async def test_an_issuer_that_names_no_pause_is_asked_every_five_seconds(
    tmp_path: Path, waits: list[float], told: dict[str, Any]
) -> None:
    async with small_issuer(tmp_path, typing([PENDING, PENDING, DONE], told)) as (net, _):
        await DEVICES["id.example"].await_device(await device("id.example", net), net)
    assert waits == [5.0] * 3


@pytest.mark.parametrize("name", ["microsoft", "standard"])
async def test_no_issuer_has_to_ask_for_patience(name: str, waits: list[float]) -> None:
    async with world_of(name) as world:
        issuer, real = world.identity.issuers[name if name == "microsoft" else "practice"], len(waits)
        issuer.interval = 0
        client, card = client_of(world, name), card_of(name)
        code = await flow_for(client, card).ask_device(client, card, Address.parse(world.address), ALL, world.net)
        (asked,) = issuer.book.devices.values()
        asked.interval = 5  # what an issuer that says nothing expects
        before, looks = world.clock.now(), list[float]()

        def tick(left: float) -> None:
            world.clock.advance(before + sum(waits[real:]) + 5 - world.clock.now())
            looks.append(left)
            if len(looks) == 3:
                asked.grant = issuer.book.grant(_granted(world, asked))

        grant = await flow_for(client, card).await_device(code, world.net, tick)
        assert grant.access_token and asked.interval == 5, "nobody was told to slow down"
        assert waits[real:] == [5.0] * 3


def _granted(world: Any, asked: Any) -> Any:
    from mailwizard.sandbox.identity.book import Grant

    return Grant(asked.client_id, world.address, asked.scopes, asked.tenant)


@pytest.mark.parametrize("flow", DEVICES)
@pytest.mark.parametrize("trouble", [DROPPED, (503, b"<html>"), (429, b"")])
async def test_a_network_that_fails_for_a_while_does_not_end_it(
    tmp_path: Path, waits: list[float], flow: str, trouble: Any
) -> None:
    answers = [trouble, trouble, PENDING, (400, {"error": "access_denied"})]
    async with small_issuer(tmp_path, typing(answers)) as (net, _):
        with pytest.raises(Failure, match="access_denied"):
            await DEVICES[flow].await_device(await device(flow, net), net)
    assert waits == [5.0, 10.0, 20.0, 5.0], "longer and longer, and as before once it works"


@pytest.mark.parametrize(("answer", "code"), [(PENDING, r"oauth\.expired_token"), ((502, b""), r"http\.502")])
async def test_it_ends_with_the_code_and_says_what_kept_it(
    tmp_path: Path, waits: list[float], answer: Any, code: str
) -> None:
    async with small_issuer(tmp_path, typing([answer], {"expires_in": 300})) as (net, pages):
        with pytest.raises(Failure, match=code):
            await DEVICES["id.example"].await_device(await device("id.example", net), net)
    assert sum(waits) == pytest.approx(300, abs=5) and len(pages.forms) < 70


@pytest.mark.parametrize("flow", DEVICES)
async def test_what_does_not_pass_ends_it_at_once(tmp_path: Path, waits: list[float], flow: str) -> None:
    async with small_issuer(tmp_path, typing([(404, b"<html>")])) as (net, _):
        with pytest.raises(Failure, match=r"http\.404"):
            await DEVICES[flow].await_device(await device(flow, net), net)
    assert waits == [5.0]

"""An issuer by the standards in the practice world: metadata, one-time refresh tokens, device codes, revocation."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.unit.signing import PRACTICE, Program, ask_other, asking, exchange, told_by, url
from tests.unit.test_sandbox_tokens import ALL, answer

from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.identity.browser import PageShown
from mailwizard.sandbox.identity.client import Client
from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS, furnish
from mailwizard.sandbox.signing_in import practice

AUTHORIZE, TOKEN, DEVICE, REVOKE = (f"{PRACTICE}/{name}" for name in ("authorize", "token", "device", "revoke"))
SCOPE = "mail:imap mail:pop mail:smtp"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World("practice-issuer")
    try:
        await world.prepare()
        furnish(world)
        world.address, world.password = PRACTICE_ADDRESS, PASSWORD
        practice(world)
        await world.open()
        yield world
    finally:
        await world.close()


@pytest.fixture
async def program(world: World) -> AsyncIterator[Program]:
    async with asking(world) as opened:
        yield opened


async def granted(program: Program, scope: str = SCOPE) -> dict[str, Any]:
    code = await program.code(AUTHORIZE, ask_other(program.world, "practice", scope))
    return await program.json(TOKEN, exchange(program.world, code, "practice"))


def refresh(world: World, token: str, **other: str) -> dict[str, str]:
    client = world.registrations["practice"].client_id
    return {"grant_type": "refresh_token", "refresh_token": token, "client_id": client, **other}


async def test_its_document_tells_where_everything_is(program: Program) -> None:
    told = json.loads((await program.get(f"{PRACTICE}/.well-known/oauth-authorization-server")).body)
    assert told["issuer"] == PRACTICE and told["code_challenge_methods_supported"] == ["S256"]
    assert (told["authorization_endpoint"], told["token_endpoint"]) == (AUTHORIZE, TOKEN)
    assert (told["device_authorization_endpoint"], told["revocation_endpoint"]) == (DEVICE, REVOKE)


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
async def test_its_tokens_open_the_mailbox_with_every_protocol(program: Program, mechanism: str) -> None:
    world, told = program.world, await granted(program)
    said = answer(mechanism, world.address, told["access_token"])
    for _, enter, welcome in ALL:
        assert (await enter(world, "mail.practice.example", mechanism, said))[-1].startswith(welcome)
    wrong = answer(mechanism, world.address, "made-up")
    for _, enter, welcome in ALL:
        assert not (await enter(world, "mail.practice.example", mechanism, wrong))[-1].startswith(welcome)


async def test_a_token_opens_only_what_its_scope_says(program: Program) -> None:
    world, told = program.world, await granted(program, "mail:smtp")
    said = answer("XOAUTH2", world.address, told["access_token"])
    entered = [(await enter(world, "mail.practice.example", "XOAUTH2", said))[-1] for _, enter, _ in ALL]
    assert [line.startswith(welcome) for line, (_, _, welcome) in zip(entered, ALL, strict=True)] == [
        True,
        False,
        False,
    ]


async def test_a_person_may_leave_out_a_scope(program: Program) -> None:
    code = await program.code(AUTHORIZE, ask_other(program.world, "practice", SCOPE), without="mail:smtp")
    told = await program.json(TOKEN, exchange(program.world, code, "practice"))
    assert told["scope"] == "mail:imap mail:pop"


async def test_a_refresh_token_is_used_once_and_a_second_use_ends_the_grant(program: Program) -> None:
    first = await granted(program)
    second = await program.json(TOKEN, refresh(program.world, first["refresh_token"], scope="mail:imap"))
    assert second["scope"] == "mail:imap" and second["refresh_token"] != first["refresh_token"]
    again = await program.json(TOKEN, refresh(program.world, first["refresh_token"]))
    assert again["error"] == "invalid_grant"
    assert (await program.json(TOKEN, refresh(program.world, second["refresh_token"])))["error"] == "invalid_grant"
    assert not program.world.identity.issuers["practice"].book.good(second["access_token"])


async def test_a_refresh_brings_no_more_than_was_granted(program: Program) -> None:
    first = await granted(program, "mail:imap")
    told = await program.json(TOKEN, refresh(program.world, first["refresh_token"], scope=SCOPE))
    assert told["error"] == "invalid_scope"
    assert "access_token" in await program.json(TOKEN, refresh(program.world, first["refresh_token"]))


async def test_a_refresh_token_is_for_its_own_client(program: Program) -> None:
    first = await granted(program)
    program.world.identity.issuers["practice"].add(Client("another"))
    told = await program.json(TOKEN, refresh(program.world, first["refresh_token"], client_id="another"))
    assert told["error"] == "invalid_grant"


async def test_revoking_ends_the_grant(program: Program) -> None:
    first = await granted(program)
    assert (await program.post(REVOKE, {"token": first["refresh_token"]})).status == 200
    assert (await program.json(TOKEN, refresh(program.world, first["refresh_token"])))["error"] == "invalid_grant"


async def test_a_device_code_is_polled_in_its_own_time(program: Program) -> None:
    world = program.world
    client = world.registrations["practice"].client_id
    told = await program.json(DEVICE, {"client_id": client, "scope": SCOPE})
    assert told["user_code"][4] == "-" and told["user_code"] in told["verification_uri_complete"]
    poll = {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": told["device_code"],
        "client_id": client,
    }
    heard = []
    for pause in (0, 0, 6, 21):
        world.clock.advance(pause)
        heard.append((await program.json(TOKEN, poll))["error"])
    assert heard == ["authorization_pending", "slow_down", "slow_down", "authorization_pending"]
    world.clock.advance(30)
    await world.enter_device_code(told["user_code"].replace("-", " "))
    assert "access_token" in await program.json(TOKEN, poll)


async def test_a_page_refuses_what_may_not_be_told_to_the_program(program: Program) -> None:
    for wrong in ({"redirect_uri": "http://127.0.0.1:1/x"}, {"client_id": "nobody"}):
        with pytest.raises(PageShown, match="Error 40"):
            await program.code(AUTHORIZE, ask_other(program.world, "practice", SCOPE, **wrong))
    told = told_by(await program.world.browse(url(AUTHORIZE, ask_other(program.world, "practice", "mail:all"))))
    assert told["error"] == "invalid_scope" and told["state"] == "practice-state"


async def test_no_scenario_without_issuers_knows_any(program: Program) -> None:
    async with open_world("all-well") as world:
        assert not world.identity.issuers and not world.registrations and not world.identity.secrets

"""Every way of signing in at a provider, with the real libraries, from the first request to the open mailbox."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from tests.journeys.issuers import ALL, card_of, client_of, each, opens, signed_in, world_of

from mailwizard.model import Address, Failure
from mailwizard.sandbox.signing_keys import app_certificate, service_account
from mailwizard.signin.oauth.flow import flow_for
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.tokens import renewed


@each
async def test_a_pasted_address_opens_the_mailbox_and_goes_on_after_an_hour(name: str) -> None:
    async with world_of(name) as world:
        grant = await signed_in(world, name)
        assert grant.username == world.address
        assert await opens(world, name, grant) == ["ok", "ok", "ok"]
        world.clock.advance(5000)
        assert await opens(world, name, grant) == ["fail", "fail", "fail"]
        grant = await renewed(Grant.from_text(grant.to_text()), world.net)
        assert await opens(world, name, grant) == ["ok", "ok", "ok"]
        world.clock.advance(5000)
        grant = await renewed(grant, world.net)
        assert await opens(world, name, grant) == ["ok", "ok", "ok"]
        assert not world.seen_secrets_in_clear


@pytest.mark.parametrize("name", ["google", "standard"])
async def test_logging_out_ends_the_sign_in_at_the_issuer(name: str) -> None:
    async with world_of(name) as world:
        grant = await signed_in(world, name)
        flow = flow_for(grant.registration, card_of(name))
        assert await flow.revoke(grant, world.net)
        with pytest.raises(Failure) as ended:
            await renewed(grant, world.net)
        assert ended.value.code == "oauth.invalid_grant"
        assert await opens(world, name, grant) == ["fail", "fail", "fail"]
        assert await flow.revoke(grant, world.net), "what has ended counts as withdrawn"


@pytest.mark.parametrize("name", ["microsoft", "standard"])
async def test_a_code_that_is_typed_elsewhere_opens_the_mailbox(name: str) -> None:
    async with world_of(name) as world:
        client, card = client_of(world, name), card_of(name)
        flow = flow_for(client, card)
        code = await flow.ask_device(client, card, Address.parse(world.address), ALL, world.net)
        fast = replace(code, interval=0.2)
        waiting = asyncio.ensure_future(flow.await_device(fast, world.net))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        world.clock.advance(30)
        await world.enter_device_code(code.user_code)
        async with asyncio.timeout(60):
            grant = await waiting
        assert await opens(world, name, grant) == ["ok", "ok", "ok"]
        grant = await renewed(grant, world.net)
        assert await opens(world, name, grant) == ["ok", "ok", "ok"]


async def test_a_service_account_opens_a_users_mailbox_and_nobody_elses() -> None:
    async with world_of("google") as world:
        robot = service_account(world)
        world.address = "ben@workshop.example"
        flow = flow_for(robot, card_of("google"))
        grant = await flow.obtain(robot, Address.parse(world.address), ALL, world.net)
        assert await opens(world, "google", grant) == ["ok", "ok", "ok"]
        world.clock.advance(5000)
        assert await opens(world, "google", grant) == ["fail", "fail", "fail"]
        with pytest.raises(Failure) as refused:
            await flow.obtain(robot, Address.parse("alice@gmail.com"), ALL, world.net)
        assert refused.value.code == "oauth.unauthorized_client"


@pytest.mark.parametrize("proof", ["secret", "certificate"])
async def test_a_program_opens_the_mailbox_that_was_given_to_it(proof: str) -> None:
    async with world_of("microsoft") as world:
        program = app_certificate(world) if proof == "certificate" else world.registrations["microsoft-app-only"]
        flow = flow_for(program, card_of("microsoft"))
        grant = await flow.obtain(program, Address.parse(world.address), ALL, world.net)
        assert await opens(world, "microsoft", grant) == ["ok", "ok", "ok"]
        grant = await renewed(grant, world.net)
        assert await opens(world, "microsoft", grant) == ["ok", "ok", "ok"]

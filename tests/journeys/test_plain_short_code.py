"""Signing in with a short code, line by line: the warning first, the time now and then, a new one when it has ended."""

from __future__ import annotations

import re
import sys

import pytest
from tests.journeys.asking import Asked, asked
from tests.journeys.test_plain_signing_in import THROUGH, checks_it, gets_to_the_page

from mailwizard.plain.signing import attempting
from mailwizard.sandbox import open_world
from mailwizard.sandbox.identity.problem import Refusal
from mailwizard.sandbox.world import World
from mailwizard.signin.oauth import polling


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a code be asked about without the usual pauses."""
    monkeypatch.setattr(polling, "SLOWER", 0.2)


def hurry(world: World) -> None:
    """Let the issuer ask for no pauses."""
    issuer = world.identity.issuers["microsoft"]
    issuer.slows_down, issuer.interval = False, 0


async def gets_to_the_code(person: Asked, world: World) -> str:
    """Ask for a short code, and return it."""
    hurry(world)
    await gets_to_the_page(person, world)
    await person.chooses("Short code elsewhere")
    await person.sees("Never give this code to anybody", "Allows:", "SMTP.Send", "Left: 1", "or wait")
    found = re.findall(r"Type the code (\S+) there", person.text)
    return str(found[0])


@THROUGH
async def test_microsoft_with_a_short_code_on_another_device(through: str) -> None:
    async with open_world("microsoft-device-code") as world, asked(world, through) as person:
        code = await gets_to_the_code(person, world)
        warned = person.text.index("Never give this code")
        assert warned < person.text.index(code)
        await person.chooses("Let the practice person type it")
        await checks_it(person, world)


async def test_a_code_that_a_real_person_types_ends_the_wait_by_itself() -> None:
    async with open_world("microsoft-device-code") as world, asked(world, "terminal") as person:
        await world.enter_device_code(await gets_to_the_code(person, world))
        await checks_it(person, world)


@THROUGH
async def test_a_code_that_has_ended_is_said_and_a_new_one_takes_its_place(through: str) -> None:
    async with open_world("microsoft-device-code") as world, asked(world, through) as person:
        refusal = Refusal("expired_token", "AADSTS70020: This device code has expired.")
        world.identity.issuers["microsoft"].fail_next("token", refusal)
        hurry(world)
        await gets_to_the_page(person, world)
        await person.chooses("Short code elsewhere")
        await person.sees("Not signed in. The code for the browser sign-in has expired", "New code")
        await person.chooses("New code")
        await person.sees("Never give this code to anybody", "Type the code")
        await person.chooses("Let the practice person type it")
        await checks_it(person, world)


async def test_the_browser_takes_the_place_of_a_code_that_nobody_can_type() -> None:
    async with open_world("microsoft-device-code") as world, asked(world) as person:
        await gets_to_the_code(person, world)
        await person.chooses("Browser instead")
        await person.page()
        await person.chooses("Let the practice browser answer")
        await checks_it(person, world)


async def test_the_time_that_is_left_is_said_now_and_then_and_not_every_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempting, "MARKS", (898.5,))
    async with open_world("microsoft-device-code") as world, asked(world, "terminal") as person:
        await gets_to_the_code(person, world)
        await person.sees("Left: 14 min 50 s Type a number, or wait")
        await person.answers("nonsense")
        await person.sees("Type a number from 1 to 3.")
        assert person.everything.count("Left: 14 min") == 1


async def test_a_qr_code_is_drawn_on_request_only_and_only_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_world("microsoft-device-code") as world, asked(world, "terminal") as person:
        await gets_to_the_code(person, world)
        assert "QR code" not in person.everything
        await person.chooses("Cancel")
        await person.sees("How do you sign in?")
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        await person.chooses("Sign in with a browser")
        await person.answers("")
        await person.page()
        await person.chooses("Short code elsewhere")
        await person.sees("QR code", "or wait")
        assert "█" not in person.everything
        await person.chooses("QR code")
        await person.sees("██ █▄▄▄█", "QR code for dark letters")
        drawn = [line for line in person.everything.splitlines() if "█" in line]
        assert {len(line) for line in drawn} == {len(drawn[0])} and len(drawn[0]) < 80

"""A short code that ended before anybody typed it: said in a sentence, and a new one is one key away."""

from __future__ import annotations

import pytest
from tests.journeys.person import practising
from tests.journeys.test_wizard_signing_in import checks_it, gets_to_the_page, sees_the_address

from mailwizard.sandbox.identity.problem import Refusal
from mailwizard.signin.oauth import polling
from mailwizard.tui.screens.short_code import ShortCode


async def test_a_code_that_has_ended_is_said_and_a_new_one_takes_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "SLOWER", 0.2)
    async with practising("microsoft_device_code") as (person, world):
        issuer = world.identity.issuers["microsoft"]
        issuer.slows_down, issuer.interval = False, 0
        issuer.fail_next("token", Refusal("expired_token", "AADSTS70020: This device code has expired."))
        await gets_to_the_page(person, world)
        await sees_the_address(person)
        await person.chooses("Short code elsewhere")
        await person.sees("Not signed in. The code for the browser sign-in has expired", "[>New code F5<]")
        await person.presses("enter")
        await person.sees("Never give this code to anybody", "2  Type the code", "min")
        page = person.app.screen
        assert isinstance(page, ShortCode) and page.given
        await person.chooses("Let the practice person type it")
        await person.sees("Signed in", "[>Check it<]")
        await checks_it(person, world)

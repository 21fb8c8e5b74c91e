"""Signing in with a browser: by the port, by paste, over another machine, with a short code; and what goes wrong."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from tests.journeys.person import Person, practising
from textual.events import Paste

from mailwizard.model import AuthKind, State
from mailwizard.sandbox.world import World
from mailwizard.signin.oauth.grant import Grant
from mailwizard.storage import profiles, secrets
from mailwizard.tui.screens.browser import Browser
from mailwizard.tui.screens.short_code import ShortCode

BOTH = "Receiving and sending work."


async def gets_to_the_page(person: Person, world: World) -> None:
    """Take the browser, and the practice registration."""
    await person.goes_on_to_sign_in(world.address)
    await person.sees("Sign in with a browser", "[>Sign in<]")
    await person.presses("enter")
    await person.sees("Under which registration may mailwizard sign in", "[>Take the practice registration<]")
    await person.presses("enter")


def shown_address(person: Person) -> str:
    """Return the address that stands on the screen, put together from its lines."""
    lines = person.screen.splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith("https://"))
    whole = ""
    for line in lines[first:]:
        if not line:
            break
        whole += line
    return whole


async def pastes(person: Person, text: str) -> None:
    person.app.post_message(Paste(text))
    await person.pilot.pause()


async def test_google_by_a_real_visit_to_the_port() -> None:
    async with practising("google_browser") as (person, world):
        await gets_to_the_page(person, world)
        await person.sees("Open this in any browser", "Listening", "on 127.0.0.1:53171", "min")
        await person.chooses("Let the practice browser answer")
        await person.sees("Signed in", f"as {world.address} at Google", "https://mail.google.com/", "[>Check it<]")
        await person.presses("enter")
        await person.sees(BOTH)
        assert person.app.question.draft.state is State.VERIFIED
        assert person.app.question.draft.auth is AuthKind.OAUTH2
        assert world.seen_secrets_in_clear == 0


async def test_microsoft_with_a_short_code_on_another_device() -> None:
    async with practising("microsoft_device_code") as (person, world):
        await gets_to_the_page(person, world)
        await person.sees("Open this in any browser", "Short code elsewhere")
        await person.chooses("Short code elsewhere")
        await person.sees("Never give this code to anybody", "2  Type the code", "Allows", "SMTP.Send", "min")
        code = person.app.screen.code.user_code  # type: ignore[attr-defined]
        assert code in person.screen
        await person.chooses("Let the practice person type it")
        await person.sees("Signed in", "at Microsoft", "[>Check it<]")
        assert code not in person.screen
        await person.presses("enter")
        await person.sees(BOTH)
        assert world.seen_secrets_in_clear == 0


async def test_the_admins_consent_is_missing_and_then_given() -> None:
    async with practising("microsoft_consent_needed") as (person, world):
        await gets_to_the_page(person, world)
        await person.sees("Open this in any browser")
        await person.chooses("Let the practice browser answer")
        await person.sees(
            "Not signed in.", "have not allowed the program yet", "Who", "Begin again F5", "Note for the admin"
        )
        await person.chooses("Note for the admin")
        await person.sees("A note to pass on", "contoso.example/v2.0/adminconsent?cli")
        await person.presses("escape")
        await person.presses("f8")
        await person.sees("Press F5 to begin again.")
        await person.presses("f5")
        await person.sees("Open this in any browser", "Listening")
        await person.chooses("Let the practice browser answer")
        await person.sees("Signed in", "[>Check it<]")
        await person.presses("enter")
        await person.sees(BOTH)


async def test_a_pasted_address_signs_in_and_wrong_pastes_are_named() -> None:
    async with practising("google_browser", told=False) as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.sees("Or", "Sign in with a browser")

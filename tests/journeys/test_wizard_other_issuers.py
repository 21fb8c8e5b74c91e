"""Issuers that keep to the standards in the wizard: those of cards, and one whose address a person types."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.journeys.other_issuers import ADDRESSES, SECRET, world_of
from tests.journeys.person import Person, sitting
from tests.journeys.test_wizard_signing_in import BOTH, all_below, pastes, sees_the_address

from mailwizard.model import AuthKind, State
from mailwizard.sandbox.internet import PRACTICE_ADDRESS
from mailwizard.sandbox.world import World
from mailwizard.storage import profiles
from mailwizard.tui.screens.browser import Browser

OWN = "https://id.practice.example"


async def picks_the_browser(person: Person, address: str) -> None:
    """Get to the question how to sign in, and pick the browser there."""
    await person.goes_on_to_sign_in(address)
    if "[ Sign in ]" not in person.screen and "[>Sign in<]" not in person.screen:
        await person.presses("shift+tab", "shift+tab", "right")
    await person.chooses("Sign in")
    await person.sees("Under which registration")


async def names_the_client(person: Person, world: World, name: str) -> None:
    """Type the client, and its secret where it has one."""
    await person.answers(world.registrations[name].client_id)
    if world.registrations[name].client_secret:
        await person.answers(SECRET)


async def checks_and_saves(person: Person, world: World, tmp_path: Path) -> None:
    """Go on from a granted sign-in to a saved account."""
    await person.sees("Signed in", f"as {world.address}", "[>Check it<]")
    await person.presses("enter")
    await person.sees(BOTH, "[>Continue<]")
    draft = person.app.question.draft
    assert draft.state is State.VERIFIED and draft.auth is AuthKind.OAUTH2
    grant = person.app.session.grant
    await person.presses("enter")
    await person.sees("Save the account", "Vault")
    await person.presses("tab", "tab", "enter")
    await person.sees("A new vault")
    await person.answers("open sesame")
    await person.answers("open sesame")
    await person.sees("Saved")
    saved = profiles.load(world.address)
    assert saved.server.incoming_auth is saved.server.outgoing_auth is AuthKind.OAUTH2
    assert person.app.session.kept_at == saved.account.secret
    written = await asyncio.to_thread(all_below, tmp_path)
    assert grant and grant.refresh_token and grant.refresh_token.encode() not in written
    assert world.seen_secrets_in_clear == 0


@pytest.mark.parametrize("name", ADDRESSES)
async def test_an_issuer_of_a_card_signs_in_and_is_saved(name: str, tmp_path: Path) -> None:
    async with world_of(name) as world, sitting(world.net) as person:
        await picks_the_browser(person, world.address)
        await names_the_client(person, world, name)
        dead = await world.browse(await sees_the_address(person))
        assert "iss=" in dead
        await pastes(person, dead.replace("iss=https%3A%2F%2F", "iss=https%3A%2F%2Fevil."))
        await person.sees("Not signed in.", "another sign-in service", "[>Begin again F5<]")
        await person.presses("enter")
        await pastes(person, await world.browse(await sees_the_address(person)))
        await checks_and_saves(person, world, tmp_path)


async def test_a_right_that_was_left_out_is_explained_and_given_the_second_time(tmp_path: Path) -> None:
    async with world_of("fastmail") as world, sitting(world.net) as person:
        await picks_the_browser(person, world.address)
        await names_the_client(person, world, "fastmail")
        left_out = "https://www.fastmail.com/dev/protocol-smtp"
        await pastes(person, await world.browse(await sees_the_address(person), without=left_out))
        await person.sees("Not signed in.", "[>Begin again F5<]", "protocol-smtp")
        await person.presses("enter")
        await pastes(person, await world.browse(await sees_the_address(person)))
        await checks_and_saves(person, world, tmp_path)


async def test_an_issuer_typed_by_hand_is_asked_about_itself_and_signs_in(tmp_path: Path) -> None:
    async with world_of("own-issuer") as world, sitting(world.net, size=(100, 40)) as person:
        await person.goes_on_to_sign_in(PRACTICE_ADDRESS)
        await person.chooses("Name a sign-in service")
        await person.sees("Which service signs you in?", "Rights")
        for wrong, said in (
            ("id.practice.example", "is no known sign-in service, and no https address"),
            ("http://id.practice.example", "no https address"),
            (f"{OWN}/other", "Not taken"),
            ("https://[", "Not taken"),
        ):
            await person.presses("ctrl+u")
            await person.answers(wrong)
            await person.chooses("Go on")
            await person.sees(said)
        await person.presses("ctrl+u")
        await person.answers(OWN)
        await person.answers("")
        await person.sees("Sign-in 4/7", "Sign in with a browser", "[>Sign in<]")
        await person.chooses("Sign in")
        await person.sees("Under which registration", "Program at id.practice.example")
        await names_the_client(person, world, "practice")
        await person.answers("")
        address = await sees_the_address(person)
        assert address.startswith(f"{OWN}/authorize?") and "code_challenge_method=S256" in address
        page = person.app.screen
        assert isinstance(page, Browser) and page.attempt and page.attempt.authorization
        assert page.attempt.authorization.names_issuer
        dead = await world.browse(address)
        await pastes(person, dead.partition("&iss=")[0])
        await person.sees("Not signed in.", "does not say from which sign-in service", "[>Begin again F5<]")
        await person.presses("enter")
        await pastes(person, await world.browse(await sees_the_address(person)))
        await checks_and_saves(person, world, tmp_path)

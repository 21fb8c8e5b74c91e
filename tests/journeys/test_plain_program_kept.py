"""What a browser sign-in leaves for next time, line by line: the program where it is kept, its secret in a store."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.journeys.asking import Asked, asked
from tests.journeys.test_plain_signing_in import gets_to_the_page
from tests.journeys.test_wizard_signing_in import all_below

from mailwizard.sandbox import open_world
from mailwizard.sandbox.signing_in import GOOGLE_CLIENT, GOOGLE_SECRET
from mailwizard.storage import clients

KEEP = "Keep this program for the next account"


async def names_the_program(person: Asked) -> str:
    """Get to the sign-in page with a program that is typed, and return the page's address."""
    await person.chooses("Sign in with a browser")
    await person.answers("")
    await person.chooses("Type what")
    await person.answers(GOOGLE_CLIENT, GOOGLE_SECRET)
    return await person.page()


@pytest.mark.parametrize("through", ["pipe", "terminal"])
async def test_a_program_that_was_typed_is_kept_and_the_next_account_only_signs_in(
    through: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_world("google-browser") as world:
        async with asked(world, through, told=False) as person:
            await person.answers(await world.browse(await names_the_program(person)))
            await person.chooses(KEEP)
            await person.sees("A new vault.")
            await person.answers("short")
            await person.sees("at least 8 characters")
            await person.answers("open sesame", "open Sesame")
            await person.sees("The two are not the same.")
            await person.answers("open sesame", "open sesame")
            await person.sees("Kept, its secret in the vault: the next account only signs in.", "1. Check it 2. Cancel")
            for secret in (GOOGLE_SECRET, "open sesame"):
                assert secret not in person.everything and secret.encode() not in person.shown
        saved = clients.load("google")
        assert saved and saved.client_id == GOOGLE_CLIENT and saved.client_secret.startswith("vault:")
        assert GOOGLE_SECRET.encode() not in await asyncio.to_thread(all_below, tmp_path)
        phrase = home / "phrase"
        phrase.write_text("open sesame\n")
        monkeypatch.setenv("MAILWIZARD_PASSPHRASE_FILE", str(phrase))
        async with asked(world, through, told=False) as person:
            await person.sees(f"{GOOGLE_CLIENT}, from user", "1. Sign in with a browser")
            await person.answers("", "")
            await person.answers(await world.browse(await person.page()))
            await person.sees("Signed in", "Check it")
            assert KEEP not in person.everything


async def test_the_vault_of_a_kept_program_is_opened_with_its_passphrase_asked_for() -> None:
    async with open_world("google-browser") as world:
        async with asked(world, told=False) as person:
            await person.answers(await world.browse(await names_the_program(person)))
            await person.chooses(KEEP)
            await person.answers("open sesame", "open sesame")
            await person.sees("Kept")
        async with asked(world, "terminal", told=False) as person:
            await person.answers("", "")
            await person.sees("The vault.", "Its passphrase opens it.")
            await person.answers("another one")
            await person.sees("The registration at Google cannot be used", "How do you sign in?")
            await person.answers("", "", "open sesame")
            await person.page()
            assert b"sesame" not in person.shown


async def test_a_practice_program_is_not_offered_to_be_kept() -> None:
    async with open_world("google-browser") as world, asked(world) as person:
        await gets_to_the_page(person, world)
        assert "If cut off" not in person.text, "nothing of practice is kept"
        await person.chooses("Let the practice browser answer")
        await person.sees("Signed in", "Check it")
        assert KEEP not in person.everything

"""What a browser sign-in leaves for next time: the program where it is kept, the draft where it is cut off."""

from __future__ import annotations

import asyncio
import re
import signal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.journeys.person import Person, practising, sitting
from tests.journeys.terminal import wizard
from tests.journeys.test_wizard_signing_in import all_below, pastes, sees_the_address

from mailwizard.sandbox import open_world
from mailwizard.sandbox.internet import CONTOSO_ADDRESS, GMAIL_ADDRESS
from mailwizard.sandbox.signing_in import GOOGLE_CLIENT, GOOGLE_SECRET, MICROSOFT_CLIENT
from mailwizard.storage import clients
from mailwizard.storage.clients import SavedClient

KEEP = "Keep this program for the next account"


async def names_the_program(person: Person, address: str) -> None:
    """Get to the sign-in page with a program that is typed."""
    await person.goes_on_to_sign_in(address)
    await person.presses("shift+tab", "shift+tab", "right")
    await person.chooses("Sign in")
    await person.sees("Under which registration", "JSON file")
    await person.presses("tab")
    await person.answers(GOOGLE_CLIENT)
    await person.answers(GOOGLE_SECRET)


async def test_a_program_that_was_typed_is_kept_and_the_next_account_only_signs_in(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_world("google-browser") as world:
        async with sitting(world.net) as person:
            await names_the_program(person, world.address)
            await pastes(person, await world.browse(await sees_the_address(person)))
            await person.sees("Signed in", "[>Check it<]", KEEP)
            await person.chooses(KEEP)
            await person.sees("A new vault")
            await person.answers("open sesame")
            await person.answers("open sesame")
            await person.sees("Kept, its secret in the vault: the next account only signs in.", "[>Check it<]")
            await person.misses(KEEP)
        saved = clients.load("google")
        assert saved and saved.client_id == GOOGLE_CLIENT and saved.client_secret.startswith("vault:")
        assert GOOGLE_SECRET.encode() not in await asyncio.to_thread(all_below, tmp_path)
        phrase = home / "phrase"
        phrase.write_text("open sesame\n")
        monkeypatch.setenv("MAILWIZARD_PASSPHRASE_FILE", str(phrase))
        async with sitting(world.net) as person:
            await person.sees(f"Go on with {world.address}")
            await person.presses("enter")
            await person.sees("Sign-in 4/7", f"{GOOGLE_CLIENT}, from user", "[>Sign in<]")
            await person.presses("enter")
            await pastes(person, await world.browse(await sees_the_address(person)))
            await person.sees("Signed in", "[>Check it<]")
            assert KEEP not in person.screen


async def test_a_practice_program_is_not_offered_to_be_kept() -> None:
    async with practising("google_browser") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.presses("enter")
        await person.sees("[>Take the practice registration<]")
        await person.presses("enter")
        await person.sees("Listening")
        assert "If cut off" not in person.screen, "nothing of practice is kept"
        await person.chooses("Let the practice browser answer")
        await person.sees("Signed in", "[>Check it<]")
        assert KEEP not in person.screen and GMAIL_ADDRESS in person.screen


SCRIPT = """
from tests.journeys.shared_world import opened
from mailwizard.tui.running import run_wizard
with opened("microsoft-device-code") as shared:
    code = run_wizard(shared.world.net)
raise SystemExit(code)
"""


def test_a_sign_in_that_is_cut_off_goes_on_from_the_draft_with_one_more_press(home: Path, tmp_path: Path) -> None:
    clients.save(SavedClient("microsoft", MICROSOFT_CLIENT), "host")
    shown: list[str] = []
    for cut in (True, False):
        with wizard(SCRIPT) as person:
            person.sees("What is to be set up?")
            if cut:
                person.presses("enter")
                person.sees("Whose mail account is it?")
                person.answers(CONTOSO_ADDRESS)
                person.sees("> Name")
                person.answers("")
                person.sees("Servers 3/7", "Outgoing")
            else:
                person.sees(f"Go on with {CONTOSO_ADDRESS}", "at Sign-in")
            person.presses("enter")
            person.sees("Sign-in 4/7", "[>Sign in<]")
            person.presses("enter")
            person.sees("Open this in any browser", "If cut off", "start mailwizard again and sign in once more.")
            shown.append(address_on(person.screen))
            person.gets(signal.SIGHUP)
            assert person.ends() == 129
            assert person.restored
        written = all_below(tmp_path)
        told = parse_qs(urlsplit(shown[-1]).query)
        for secret in (*told["state"], *told["code_challenge"], "code_verifier"):
            assert secret.encode() not in written
    assert shown[0] != shown[1], "each begins anew"


def address_on(screen: str) -> str:
    """Return the page's address, put together from its lines."""
    found = re.search(r"https://.*?(?=\n\s*\n)", screen, re.DOTALL)
    assert found
    return "".join(line.strip() for line in found[0].splitlines())

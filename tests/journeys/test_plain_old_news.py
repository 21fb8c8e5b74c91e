"""What is no longer so is not said as if it were, line by line: a refused secret, a check of earlier on."""

from __future__ import annotations

import asyncio

import pytest
from tests.journeys.plain_run import asking, practising_plainly

from mailwizard.storage import drafts

OLD = "This was checked"


async def test_what_somebody_else_mended_meanwhile_is_checked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    async with practising_plainly(monkeypatch, "microsoft_smtp_auth_off") as (person, world):
        await person.gets_to_sign_in(world.address)
        await person.signs_in(world.password)
        await person.sees("FAIL:", "What now?")
        await person.chooses(world.switches[0].label)
        await person.sees("A check shows what changed.", "What now?")
        await person.answers(":back")
        await person.sees("Sign-in, 4 of 7")
        await person.answers("1", "")
        await person.chooses("Take the one that was used before")
        await person.sees("Validate, 5 of 7", "Sending works.", "What now?")
        assert "FAIL:" not in person.text and OLD not in person.text


@pytest.mark.parametrize("retyped", [False, True])
async def test_a_refused_secret_is_not_offered_again_by_going_back_and_on(
    retyped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with practising_plainly(monkeypatch, "wrong_password") as (person, world):
        await person.gets_to_sign_in(world.address)
        await person.signs_in(world.refused_password)
        await person.sees("FAIL:", "1. Edit secret")
        await person.chooses("Edit secret")
        await person.answers("1", "")
        await person.chooses("Type it again" if retyped else "Take the one that was used before")
        if retyped:
            await person.answers(world.refused_password)
        await person.sees("FAIL:", "This secret was refused. Offer it again?")
        await person.answers("")
        await person.sees(OLD, "What now?")
        assert sum(world.logins.values()) == 1
        await person.answers(":back")
        await person.answers("1", "")
        await person.chooses("Take the one that was used before")
        await person.sees("Offer it again?")
        await person.answers("yes")
        await person.sees("FAIL:", "1. Edit secret")
        assert sum(world.logins.values()) == 2 and OLD not in person.text


async def test_going_back_to_a_check_shows_it_as_the_one_of_before(monkeypatch: pytest.MonkeyPatch) -> None:
    async with practising_plainly(monkeypatch, "all_well") as (person, world):
        await person.gets_to_sign_in(world.address)
        await person.signs_in(world.password)
        await person.sees("Receiving and sending work.", "What now?")
        await person.chooses("Continue")
        await person.sees("Save, 6 of 7")
        before = dict(world.logins)
        await person.answers(":back")
        await person.sees("Validate, 5 of 7", "OK: sign in", "Receiving and sending work.", OLD)
        assert world.logins == before


async def test_a_kept_draft_shows_what_its_check_found_and_asks_no_server_for_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with practising_plainly(monkeypatch, "wrong_password", told=False) as (person, world):
        await person.gets_to_sign_in(world.address)
        await person.signs_in(world.refused_password)
        await person.sees("FAIL:", "What now?")
        assert await person.ends() == 2
        kept = await asyncio.to_thread(drafts.resume)
        assert kept is not None and kept.evidence
        assert "is kept, without the secret" in person.all.replace("\n", " ")
        async with asking(monkeypatch, world.net) as again:
            await again.sees(f"Go on with {world.address}")
            await again.answers("")
            await again.sees(OLD, "FAIL: sign in, mail.practice.example:993", "Sign-in, 4 of 7")
            assert sum(world.logins.values()) == 1

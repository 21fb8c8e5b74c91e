"""What is no longer so is not said as if it were: a draft that could not be kept, a check of earlier on."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.person import practising

OLD = "This was checked"


@pytest.mark.parametrize("mended", [False, True])
async def test_a_draft_that_cannot_be_kept_is_never_called_kept(
    home: Path, monkeypatch: pytest.MonkeyPatch, mended: bool
) -> None:
    (home / "file").write_text("in the way")
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "file" / "below"))
    async with practising("all_well", told=False) as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.sees("The draft cannot be kept:", "^C leave")
        assert "draft kept" not in person.text
        await person.presses("ctrl+c")
        await person.sees("Leave? Your draft cannot be kept, so your answers are lost then:")
        if mended:
            monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
        await person.pilot.press("ctrl+c")
        words = " ".join(person.app.last_words)
        assert ("is kept, without the secret" in words) is mended
        assert ("could not be kept: " in words) is not mended
        assert person.app.kept_words == ("The draft is kept." if mended else "")


async def test_a_draft_that_can_be_kept_again_is_called_kept_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").write_text("in the way")
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "file" / "below"))
    async with practising("all_well", told=False) as (person, world):
        await person.goes_on_to_sign_in(world.address)
        assert "draft kept" not in person.text
        monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
        await person.answers(world.password)
        await person.sees("Receiving and sending work.", "draft kept")


async def test_what_somebody_else_mended_meanwhile_is_checked_anew() -> None:
    async with practising("microsoft_smtp_auth_off") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.password)
        await person.sees("FAIL", "F8")
        await person.presses("f8")
        await person.sees("Press F5 to check again.")
        await person.presses("f3")
        await person.sees("Sign-in 4/7")
        await person.presses("enter")
        await person.sees("Validate 5/7", "[>Continue<]")
        assert "FAIL" not in person.text and OLD not in person.text


@pytest.mark.parametrize("retyped", [False, True])
async def test_a_refused_secret_is_not_offered_again_by_going_back_and_on(retyped: bool) -> None:
    async with practising("wrong_password") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.refused_password)
        await person.sees("FAIL", "[>Edit secret<]")
        await person.presses("enter")
        await person.sees("Sign-in 4/7", "replaces all of it")
        if retyped:
            await person.types(world.refused_password)
        await person.presses("enter")
        await person.sees("This secret was refused. Offer it again?", "[>No<]")
        await person.presses("enter")
        await person.sees("FAIL", OLD, "F5 checks again.")
        assert sum(world.logins.values()) == 1
        await person.presses("f3")
        await person.sees("Sign-in 4/7")
        await person.presses("enter")
        await person.sees("Offer it again?")
        await person.presses("right", "enter")
        await person.misses("Offer it again?")
        await person.sees("FAIL", "[>Edit secret<]")
        assert sum(world.logins.values()) == 2 and OLD not in person.text


async def test_going_back_to_a_check_shows_it_as_the_one_of_before() -> None:
    async with practising("all_well") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.password)
        await person.sees("Receiving and sending work.")
        await person.presses("enter")
        await person.sees("Save 6/7")
        before = sum(world.logins.values())
        await person.presses("f3")
        await person.sees("Validate 5/7", "Receiving and sending work.", OLD)
        assert sum(world.logins.values()) == before

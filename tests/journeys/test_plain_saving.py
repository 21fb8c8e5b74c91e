"""The Save stage line by line: where the secret goes, the passphrase of the vault, and what fails loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.plain_run import Asked, practising_plainly
from tests.journeys.plainly import WAYS, plainly

from mailwizard.model import State
from mailwizard.sandbox.world import World
from mailwizard.storage import profiles

PHRASE = "open sesame"
MAIL = "correct-horse-battery"


async def to_save(person: Asked, world: World) -> None:
    """Go to the Save stage of a world in which all is well."""
    await person.gets_to_sign_in(world.address)
    await person.signs_in(world.password)
    await person.sees("Receiving and sending work.", "What now?")
    await person.chooses("Continue")
    await person.sees("Save the account")


async def takes(person: Asked, store: str, name: str = "", role: str = "") -> None:
    """Answer the questions of the stage, and save."""
    await person.answers(name, role)
    await person.sees("Where the secret goes", "nowhere, ask each time")
    await person.chooses(store, "Save")


async def test_nowhere_drops_the_reference_that_the_account_had(monkeypatch: pytest.MonkeyPatch) -> None:
    async with practising_plainly(monkeypatch, "all_well") as (person, world):
        await to_save(person, world)
        await takes(person, "Vault")
        await person.sees("A new vault", "encrypted file for the secrets", "note it down")
        await person.answers("sesame")
        await person.sees("A new passphrase has at least 8")
        await person.answers(PHRASE, "open barley")
        await person.sees("The two are not the same.")
        await person.answers(PHRASE, PHRASE)
        await person.sees(f"Saved {world.address}, personal", "mailwizard demo --list")
        assert await person.ends() == 0
        assert person.all.count(f"Saved {world.address}") == 1
        assert profiles.load(world.address).account.secret == f"vault:{world.address}"
        assert PHRASE not in person.all
    async with practising_plainly(monkeypatch, "all_well") as (person, world):
        await to_save(person, world)
        await takes(person, "nowhere")
        await person.sees("Saving replaces it")
        await person.answers(":back")
        await person.sees("What now?", "Change an answer")
        await person.chooses("Save")
        await person.answers("yes")
        await person.sees("Saved", "asked for each time")
        assert profiles.load(world.address).account.secret == ""


async def test_a_wrong_passphrase_is_named_and_asked_for_again_and_giving_up_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for first in (True, False):
        async with practising_plainly(monkeypatch, "all_well") as (person, world):
            await to_save(person, world)
            await takes(person, "Vault", name="first" if first else "second")
            if first:
                await person.answers(PHRASE, PHRASE)
                await person.sees("Saved first")
                continue
            await person.sees("The vault", "Its passphrase opens it.")
            await person.answers("open barley")
            await person.sees("passphrase does not open the vault")
            await person.answers("")
            await person.sees("Not saved.", "What now?")
            assert profiles.names() == ("first",)
            await person.chooses("Save")
            await person.answers(PHRASE)
            await person.sees("Saved second")
    assert profiles.names() == ("first", "second")


async def test_a_name_that_no_file_may_have_is_said_and_an_answer_can_be_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with practising_plainly(monkeypatch, "all_well") as (person, world):
        await to_save(person, world)
        await person.answers("a/../b")
        await person.sees("A name holds no slashes")
        await person.answers("work")
        await person.chooses("company", "Vault")
        await person.sees("Files: accounts/work.toml", "Files: servers/work.toml", "State: proven", "Secret: An encry")
        await person.chooses("Change an answer")
        await person.sees("Name [work]")
        await person.answers("", "")
        await person.chooses("nowhere", "Save")
        await person.sees("Saved work, company")


async def test_going_back_from_saving_keeps_what_was_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    async with practising_plainly(monkeypatch, "all_well") as (person, world):
        await to_save(person, world)
        await person.answers("work", ":back")
        await person.sees("Name [work]")
        await person.answers("")
        await person.chooses("company", "nowhere", "Back")
        await person.sees("Validate, 5 of 7", "What now?")
        await person.chooses("Continue")
        await person.sees("Name [work]")
        await person.answers("")
        await person.sees("Number or first letters [2]")


@pytest.mark.parametrize("through", WAYS)
def test_an_account_is_proven_and_saved_and_neither_secret_is_shown_or_written_readably(
    through: str, home: Path
) -> None:
    with plainly(through, "over", "all_well", "wizard", "--plain") as person:
        person.sees("What is to be set up?")
        person.chooses("Mail account by address")
        person.answers("alice@practice.example", "Alice Example")
        person.chooses("Continue")
        person.chooses("Password")
        person.answers("")
        person.secret(MAIL)
        person.sees("OK: sign in, mail.practice.example:465", "Receiving and sending work.")
        person.chooses("Continue")
        person.answers("work")
        person.chooses("personal", "Vault", "Save")
        person.secret(PHRASE, PHRASE)
        person.sees("Saved work, personal", "State: proven", "Secret: vault:work", "mailwizard check work")
        end = person.ended()
    assert end.code == 0
    assert MAIL not in end.out + end.err and PHRASE not in end.out + end.err
    saved = profiles.load("work")
    assert (saved.account.state, saved.account.display_name) == (State.VERIFIED, "Alice Example")
    written = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert len(written) >= 3
    assert not [path for path, content in written.items() if MAIL.encode() in content or PHRASE.encode() in content]

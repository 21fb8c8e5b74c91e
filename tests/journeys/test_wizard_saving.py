"""The Save stage: where the secret goes, and the passphrase of the vault."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.journeys.person import Person, practising

from mailwizard.cli.parsing import certificates, door
from mailwizard.sandbox.world import World
from mailwizard.storage import profiles


async def to_save(person: Person, world: World) -> None:
    """Go to the Save stage of a world in which all is well."""
    await person.goes_on_to_sign_in(world.address)
    await person.answers(world.password)
    await person.sees("Receiving and sending work.")
    await person.presses("enter")
    await person.sees("Save the account", "Vault", "nowhere, ask each time")


async def another(person: Person, world: World) -> None:
    """Set up the same account once more."""
    await person.presses("tab", "enter")
    await to_save(person, world)


async def test_nowhere_drops_the_reference_that_the_account_had() -> None:
    async with practising("all_well") as (person, world):
        await to_save(person, world)
        await person.presses("tab", "tab", "enter")
        await person.sees("A new vault")
        await person.presses("enter")
        await person.sees("it is empty", "> Passphrase")
        await person.answers("sesame")
        await person.sees("A new passphrase has at least 8", "> Passphrase")
        await person.presses("ctrl+u")
        await person.sees("A new vault", "encrypted file for the secrets", "note it down")
        await person.types("open sesame\ropen sesame\r")
        await person.sees("Saved")
        assert profiles.load(world.address).account.secret == f"vault:{world.address}"
        await another(person, world)
        await person.presses("tab", "tab", "end", "enter")
        await person.sees("Saving replaces it")
        await person.presses("right", "enter")
        await person.sees("Saved", "asked for each time")
        assert profiles.load(world.address).account.secret == ""


async def test_a_wrong_passphrase_is_named_below_its_field() -> None:
    async with practising("all_well") as (person, world):
        await to_save(person, world)
        await person.presses("tab", "tab", "enter")
        await person.sees("A new vault")
        await person.types("open sesame\ropen barley\r")
        await person.sees("The two are not the same.")
        await person.presses("ctrl+u")
        await person.answers("open sesame")
        await person.sees("Saved")
        await another(person, world)
        await person.presses("tab", "tab", "enter")
        await person.sees("Saving replaces it")
        await person.presses("right", "enter")
        await person.sees("The vault", "Its passphrase opens it.")
        await person.answers("open barley")
        await person.sees("passphrase does not open the vault")
        await person.presses("escape")
        await person.sees("Not saved.")
        await person.presses("enter")
        await person.sees("Saving replaces it")
        await person.presses("right", "enter")
        await person.sees("Its passphrase opens it.")
        await person.answers("open sesame")
        await person.sees("Saved")


async def test_a_name_that_no_file_may_have_is_said_below_it_and_enter_goes_on_everywhere() -> None:
    async with practising("all_well") as (person, world):
        await to_save(person, world)
        await person.sees("> Name", "Enter go on", "Arrows choose")
        await person.presses("ctrl+u")
        await person.answers("a/../b")
        await person.sees("A name holds no slashes", "> Name")
        await person.presses("ctrl+u")
        await person.answers("work")
        await person.sees("> Role")
        await person.presses("enter")
        await person.misses("> Role")
        await person.presses("enter")
        await person.sees("A new vault")


async def test_what_comes_next_reaches_the_network_as_this_run_did(tmp_path: Path) -> None:
    file = tmp_path / "our ca.pem"
    file.write_text("-----BEGIN CERTIFICATE-----\n")
    options = argparse.Namespace(ca_file=certificates(str(file)), resolver="127.0.0.1:5353")
    told = f"--ca-file '{file}' --resolver 127.0.0.1:5353"
    async with practising("all_well", told=False) as (person, world):
        person.app.session.door = door(options)
        await person.goes_on_to_sign_in(world.address)
        assert person.app.last_words[0].endswith(f"To go on: mailwizard {told}")
        await person.answers(world.password)
        await person.sees("Receiving and sending work.")
        await person.presses("enter")
        await person.sees("Save 6/7")
        await person.presses("tab", "tab", "end", "enter")
        await person.sees("Done 7/7")
    assert f"  mailwizard check {world.address} {told}" in person.app.last_words
    assert door(argparse.Namespace(ca_file=None, resolver="")) == ()

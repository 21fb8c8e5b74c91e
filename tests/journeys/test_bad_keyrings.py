"""Bad keyrings through the command and the wizard: none gets a secret, none is waited for beyond its limit."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import keyring
import pytest
from tests.journeys.commands import Run, saved_account
from tests.journeys.keyrings import BAD, CODES, Hanging, Keeping, good
from tests.journeys.person import practising
from tests.journeys.test_wizard_saving import to_save
from tests.stopwatch import Stopwatch

from mailwizard.blocking import THREAD
from mailwizard.cli.answers import ErrorAnswer
from mailwizard.cli.secret_answers import DoctorAnswer
from mailwizard.storage import profiles, secrets
from mailwizard.storage.secrets import sealing
from mailwizard.storage.secrets.sealing import Argon
from mailwizard.storage.secrets.stores import keyring as store

SECRET = "Zq7 é%+x9 canary"
LIMIT = 1.0
MARGIN = 8.0
"""Seconds that a busy machine may add; a keyring that hangs does so for a minute."""


@pytest.fixture(autouse=True)
def surroundings(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have a passphrase, quick keys and a short limit; let go whom a test left waiting."""
    monkeypatch.setattr(store, "LIMIT", LIMIT)
    monkeypatch.setattr(sealing, "PREFERRED", (Argon(salt=b"", iterations=1, lanes=1, memory=8 * 1024),))
    (home / "passphrase").write_text("open sesame\n")
    monkeypatch.setenv("MAILWIZARD_PASSPHRASE_FILE", str(home / "passphrase"))
    Hanging.released.clear()
    yield
    Hanging.released.set()
    for thread in threading.enumerate():
        if thread.name == THREAD:
            thread.join(10)
    for known in (Keeping.kept, Keeping.heard, Keeping.threads):
        known.clear()
    keyring.core._keyring_backend = None


@pytest.fixture
def account() -> None:
    saved_account(secret=asyncio.run(secrets.put("vault", "alice", SECRET)))


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_keyring_gets_no_secret_by_the_command_and_ends_in_time(
    account: None, run: Run, home: Path, kind: str
) -> None:
    keyring.set_keyring(BAD[kind]())
    watch = Stopwatch()
    said = run("secrets", "move", "alice", "--to", "keyring", "--json")
    assert watch.seconds < LIMIT + MARGIN
    assert (said.code, said.read(ErrorAnswer).error.code) == (30, CODES[kind])
    assert SECRET not in Keeping.heard and SECRET not in Keeping.kept.values(), "it was tried with a random value first"
    assert not (home / "keyring_pass.cfg").exists()
    assert profiles.load("alice").account.secret == "vault:alice"
    assert run("secret", "alice").out == f"{SECRET}\n"


@pytest.mark.parametrize("kind", BAD)
def test_the_doctor_says_what_is_wrong_with_it_within_its_limit(account: None, run: Run, kind: str) -> None:
    keyring.set_keyring(BAD[kind]())
    watch = Stopwatch()
    said = run("doctor", "--json")
    assert watch.seconds < LIMIT + MARGIN
    (one,) = [one for one in said.read(DoctorAnswer).findings if one.what.startswith("Keyring: ")]
    assert (said.code, one.level) == (0, "note") and one.do
    profiles.update("alice", lambda saved: replace(saved, secret="keyring:alice"))
    assert run("doctor", "--json").code == 30, "an account needs it now"


def test_the_command_waits_in_a_thread_that_can_be_left_behind(account: None, run: Run) -> None:
    keyring.set_keyring(BAD["hanging"]())
    run("secrets", "move", "alice", "--to", "keyring")
    waiting = [thread for thread in threading.enumerate() if thread.name == THREAD]
    assert waiting and all(thread.daemon for thread in waiting)


def test_a_good_keyring_is_asked_in_a_thread_and_takes_the_secret(account: None, run: Run) -> None:
    keyring.set_keyring(good())
    assert run("secrets", "move", "alice", "--to", "keyring").code == 0
    assert Keeping.kept == {("mailwizard", "alice"): SECRET} and Keeping.threads == {THREAD}
    assert run("secret", "alice").out == f"{SECRET}\n"
    assert run("secrets", "move", "alice", "--to", "vault").code == 0 and not Keeping.kept


@pytest.mark.parametrize("kind", BAD)
async def test_the_wizard_offers_no_bad_keyring_and_says_why(kind: str, home: Path) -> None:
    keyring.set_keyring(BAD[kind]())
    async with practising("all_well") as (person, world):
        await to_save(person, world)
        assert "(•) Vault" in person.screen and ") Keyring" not in person.screen
        await person.sees("No use Keyring: ")
        await person.presses("tab", "tab", "enter")
        await person.sees("Saved")
        assert profiles.load(world.address).account.secret == f"vault:{world.address}"
        assert world.password not in Keeping.heard
        assert not (home / "keyring_pass.cfg").exists()


async def test_the_wizard_takes_a_good_keyring() -> None:
    keyring.set_keyring(good())
    async with practising("all_well") as (person, world):
        await to_save(person, world)
        assert "(•) Keyring" in person.screen
        await person.presses("tab", "tab", "enter")
        await person.sees("Saved")
        assert Keeping.kept == {("mailwizard", world.address): world.password}

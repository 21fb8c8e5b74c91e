"""Between a user and an administrator: what one of them set up or needs, in the other's hands."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.commands import Run, saved_account
from tests.journeys.person import practising, sitting

from mailwizard.model import Role, State
from mailwizard.operations import handoff, papers, request
from mailwizard.sandbox import open_world
from mailwizard.storage import profiles


async def test_the_owner_gives_the_secret_of_what_was_handed_over_and_nothing_else(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "passphrase").write_text("open sesame\n")
    monkeypatch.setenv("MAILWIZARD_PASSPHRASE_FILE", str(home / "passphrase"))
    saved_account()
    run("accounts", "hand-off", "alice", "--for", "alice", "-o", str(home / "file"))
    profiles.remove("alice")
    draft = handoff.draft_of(handoff.read(papers.read(home / "file")))
    async with open_world("all_well") as world, sitting(world.net, draft=draft) as person:
        await person.sees("Sign-in 4/7", world.address)
        await person.answers(world.password)
        await person.sees("Receiving and sending work.")
        await person.presses("enter")
        await person.sees("Save the account", "alice")
        await person.chooses("Save")
        await person.sees("Saved alice")
    saved = profiles.load("alice").account
    assert (saved.state, saved.owner, saved.role) == (State.VERIFIED, "alice", Role.PERSONAL)
    assert saved.secret == "vault:alice"


async def test_what_an_administrator_has_to_switch_on_goes_from_the_wizard_into_a_file(run: Run, home: Path) -> None:
    async with practising("microsoft_smtp_auth_off") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.password)
        await person.sees("FAIL", "SMTP AUTH", "Note for the admin")
        await person.chooses("Note for the admin")
        await person.sees("A note to pass on", "Write a request for the admin")
        await person.presses("r")
        await person.sees("Written as", "mailwizard-request.json", "say its code")
        paper = request.read(papers.read(home / "mailwizard-request.json"))
        await person.sees(paper.code)
        address, password = world.address, world.password
    assert paper.address == address and paper.items[0].cause.startswith("smtp_auth_disabled")
    assert password not in (home / "mailwizard-request.json").read_text()
    said = run("open", str(home / "mailwizard-request.json"), "--code", paper.code)
    assert said.code == 0 and "microsoft365.smtp-auth" in said.out and address in said.out

"""What an administrator set up, gone on with at the plain face: only what is missing is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.journeys.commands import Run
from tests.journeys.handing import handed_off, here
from tests.journeys.plainly import WAYS, Person, plainly
from tests.journeys.test_wizard_editing_terminal import MARK, proven
from tests.journeys.test_wizard_prefilled import ACCOUNT, SERVER

from mailwizard.model import Role, State
from mailwizard.operations.prefilled import user_name, waiting
from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS
from mailwizard.storage import profiles
from mailwizard.storage.places import Scope

__all__ = ["here"]


@pytest.fixture(autouse=True)
def passphrase(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "passphrase").write_text("open sesame\n")
    monkeypatch.setenv("MAILWIZARD_PASSPHRASE_FILE", str(home / "passphrase"))


def signs_in_and_saves(person: Person) -> None:
    person.sees("Sign-in, 4 of 7")
    person.chooses("Password")
    person.answers("")
    person.secret(PASSWORD)
    person.sees("Receiving and sending work.")
    person.chooses("Continue")
    person.sees("Save the account")
    person.answers("")
    person.answers("")
    person.answers("")
    person.sees("What now?")
    person.chooses("Save")
    person.sees("Saved")


@pytest.mark.parametrize("through", WAYS)
def test_the_user_of_a_prefilled_account_gives_the_secret_and_nothing_else(through: str) -> None:
    profiles.save(replace(ACCOUNT, owner=user_name()), SERVER, "host")
    with plainly(through, "over", "all-well", "wizard", "--plain") as person:
        signs_in_and_saves(person)
        end = person.ended()
    assert end.code == 0 and PASSWORD not in end.out + end.err
    saved = profiles.load("work")
    assert saved.account.state is State.VERIFIED and saved.account.secret == "vault:work"
    assert (saved.account.display_name, saved.server) == ("Alice", SERVER)
    origin = saved.origin("account.display_name")
    assert origin is not None and origin.scope is Scope.HOST, "the user's file states only what is the user's"
    assert waiting() is None


@pytest.mark.parametrize("through", WAYS)
def test_a_saved_account_is_changed_where_the_person_says_so_and_nowhere_else(
    through: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_SECRET", MARK)
    proven()
    with plainly(through, "accounts", "edit", "ALICE", "--plain") as person:
        person.sees(f"Address [{PRACTICE_ADDRESS}]:")
        person.answers("", "Alice Doe")
        person.sees("Save the account")
        person.answers(":where")
        person.sees("Where every value comes from", "Alice Doe: typed in this run")
        person.answers("", "")
        person.sees("State: proven")
        person.chooses("Save")
        person.sees("Saved alice")
        end = person.ended()
    assert end.code == 0 and MARK not in end.out + end.err
    saved = profiles.load("alice")
    assert (saved.account.display_name, saved.account.state) == ("Alice Doe", State.VERIFIED)
    assert saved.account.secret == "env:MAIL_SECRET"


@pytest.mark.parametrize("through", WAYS)
def test_the_owner_of_what_was_handed_over_gives_the_secret_and_nothing_else(run: Run, through: str) -> None:
    file = handed_off(run)
    with plainly(through, "over", "all-well", "open", file.path, "--code", file.code, "--plain") as person:
        signs_in_and_saves(person)
        end = person.ended()
    assert end.code == 0 and PASSWORD not in end.out + end.err
    saved = profiles.load("alice").account
    assert (saved.state, saved.owner, saved.role) == (State.VERIFIED, "alice", Role.PERSONAL)
    assert saved.secret == "vault:alice"

"""``accounts edit`` on a real terminal, from the command line to what is on the disk."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.journeys.commands import saved_account
from tests.journeys.terminal import COMMAND, terminal

from mailwizard.cli.accounts.edit import at_hand
from mailwizard.model import AuthKind, State
from mailwizard.operations.prefilled import user_name
from mailwizard.storage import profiles

MARK = "Kq7vZp3mSecret"


def proven(secret: str = "env:MAIL_SECRET") -> None:
    saved_account(secret=secret)
    saved = profiles.load("alice")
    ends = (saved.server.incoming, saved.server.outgoing)
    lines = tuple(f"{end} sign-in PLAIN" for end in ends)
    account = replace(saved.account, state=State.VERIFIED, verified_at="2026-11-16T08:00:00Z", verified_by=lines)
    profiles.save(account, saved.server, replace=True)


def test_another_name_is_saved_and_the_secret_is_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_SECRET", MARK)
    proven()
    with terminal(COMMAND, "accounts", "edit", "ALICE") as person:
        person.sees("Whose mail account is it?", "alice@practice.example")
        person.presses("tab")
        person.sees("> Name")
        person.answers("Alice Doe")
        person.sees("Save the account", "proven")
        person.presses("f4")
        person.sees("Where every value comes from", "Alice Doe: typed in this run")
        person.presses("f4")
        person.sees("Save the account")
        person.presses("tab", "tab")
        person.sees("[>Save<]")
        person.presses("enter")
        person.sees("Saved alice")
        person.presses("f10")
        assert person.ends() == 0
        assert MARK.encode() not in person.raw
    saved = profiles.load("alice")
    assert (saved.account.display_name, saved.account.state) == ("Alice Doe", State.VERIFIED)
    assert saved.account.secret == "env:MAIL_SECRET"


def test_a_secret_is_at_hand_where_it_can_be_read_and_no_person_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAIL_SECRET", MARK)
    proven()
    found = at_hand(profiles.load("alice"))
    assert found is not None and (found.username, found.secret) == ("alice@practice.example", MARK)
    assert MARK not in repr(found)
    monkeypatch.delenv("MAIL_SECRET")
    assert at_hand(profiles.load("alice")) is None
    assert "a changed server asks for it" in capsys.readouterr().err


def test_a_sign_in_at_a_provider_is_not_taken_for_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_SECRET", MARK)
    proven()
    saved = profiles.load("alice")
    tokens = replace(saved.server, incoming_auth=AuthKind.OAUTH2, outgoing_auth=AuthKind.OAUTH2)
    assert at_hand(replace(saved, server=tokens)) is None
    assert at_hand(replace(saved, account=replace(saved.account, secret=""))) is None


def test_the_wizard_begins_with_the_account_that_was_set_up_for_this_user() -> None:
    saved_account()
    saved = profiles.load("alice")
    profiles.remove("alice")
    profiles.save(replace(saved.account, owner=user_name()), saved.server, "host")
    with terminal(COMMAND) as person:
        person.sees("Sign-in 4/7", "alice@practice.example")
        person.presses("f3")
        person.sees("Servers 3/7", "mail.practice.example")

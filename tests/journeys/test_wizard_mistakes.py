"""What is typed wrongly gets one clear sentence where it was typed, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.person import practising

from mailwizard.tui.widgets.action import Action


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Type the mail address"),
        ("alice", "A mail address has an @ in it"),
        ("alice@", "The address lacks its domain"),
        ("a lice@practice.example", "This is no mail address"),
    ],
)
async def test_an_address_that_is_none_is_named_below_its_field(typed: str, sentence: str) -> None:
    async with practising("all_well") as (person, _):
        await person.presses("enter")
        await person.sees("Whose mail account is it?")
        await person.answers(typed)
        await person.sees(sentence)
        assert "Address 2/7" in person.screen


async def test_a_domain_that_does_not_exist_is_named_where_it_was_typed() -> None:
    async with practising("all_well") as (person, _):
        await person.presses("enter")
        await person.answers("alice@no-such-domain.example")
        await person.answers("Alice")
        await person.sees("Address 2/7", "Correct the address, or press Enter again to type the servers.")
        await person.presses("tab", "enter")
        await person.sees("Servers 3/7", "Server", "Port")


async def test_a_name_with_another_address_in_it_is_pointed_out() -> None:
    async with practising("all_well") as (person, world):
        await person.presses("enter")
        await person.answers(world.address)
        await person.answers("ceo@bank.example")
        await person.sees("some receivers refuse such mail")
        await person.presses("enter")
        await person.sees("Servers 3/7")


async def test_a_port_that_is_none_is_named_below_its_field() -> None:
    async with practising("all_well") as (person, world):
        await person.presses("enter")
        await person.answers(world.address)
        await person.answers("")
        await person.sees("Servers 3/7", "mail.practice.example:993")
        await person.presses("f4")
        await person.sees("User name")
        await person.presses("tab", "ctrl+u")
        await person.types("99999")
        person.app.screen.query_one("#continue").focus()
        await person.presses("enter")
        await person.sees("A port is a number from 1 to 65535, not 99999.")
        await person.presses("ctrl+u")
        await person.types("993")
        person.app.screen.query_one("#continue").focus()
        await person.presses("enter")
        await person.sees("Sign-in 4/7")


async def test_an_empty_password_is_named_and_costs_no_login() -> None:
    async with practising("all_well") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.presses("enter")
        await person.sees("it is empty", "Sign-in 4/7")
        assert not world.logins


async def test_a_home_that_cannot_be_written_loses_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with practising("all_well") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.password)
        await person.sees("Receiving and sending work.")
        (home / "file").write_text("in the way")
        for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            monkeypatch.setenv(variable, str(home / "file" / "below"))
        await person.presses("enter")
        await person.sees("Save 6/7", "The draft cannot be kept")
        await person.presses("tab", "tab", "end", "enter")
        await person.sees("Not saved.", "Save 6/7")
        for variable, folder in (("XDG_CONFIG_HOME", "c"), ("XDG_DATA_HOME", "d"), ("XDG_STATE_HOME", "s")):
            monkeypatch.setenv(variable, str(home / folder))
        await person.presses("enter")
        await person.sees("Saved alice@practice.example")


async def test_a_refused_secret_is_to_be_edited_and_offered_again_only_on_demand() -> None:
    async with practising("wrong_password") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.refused_password)
        await person.sees("FAIL", "[>Edit secret<]")
        await person.presses("f5")
        await person.sees("This secret was refused. Offer it again?", "may lock the account", "[>No<]")
        await person.presses("enter")
        await person.sees("[>Edit secret<]")
        assert sum(world.logins.values()) == 1
        await person.presses("f5")
        await person.sees("[>No<]")
        await person.presses("right", "enter")
        await person.misses("Offer it again?")
        await person.sees("FAIL", "[>Edit secret<]")
        assert sum(world.logins.values()) == 2
        await person.presses("enter")
        await person.sees("Sign-in 4/7", "> Password", "replaces all of it")
        await person.types(world.password)
        await person.misses("replaces all of it")
        await person.presses("enter")
        await person.sees("Receiving and sending work.")


async def test_what_only_an_admin_can_mend_may_be_tried_again_at_once() -> None:
    async with practising("microsoft_smtp_auth_off") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.password)
        await person.sees("FAIL", "Try again F5")
        assert "[>Edit secret<]" not in person.text
        await person.presses("f5")
        await person.sees("FAIL", "Try again F5")
        assert "Offer it again?" not in person.text
        assert sum(world.logins.values()) == 2


async def test_a_host_that_only_the_certificate_names_is_taken_with_consent_only() -> None:
    async with practising("certificate-other-name") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.password)
        await person.sees("FAIL", "[>Try again F5<]", "Use mx7.hoster.example")
        offer = next(
            action for action in person.app.screen.query(Action) if action.label.startswith("For sending: Use ")
        )
        host = offer.label.split(",")[0].split()[-1]
        offer.focus()
        await person.presses("enter")
        await person.sees(f"Use {host} in the place of", "It belongs to another domain.", "[>No<]")
        await person.presses("enter")
        await person.misses("It belongs to another domain.")
        assert not world.logins

"""The ways through the wizard, from the first screen to a saved account, by keyboard alone."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.person import practising

from mailwizard.model import State
from mailwizard.storage import profiles


async def test_when_all_is_well_an_account_is_proven_and_saved() -> None:
    async with practising("all_well") as (person, world):
        await person.goes_on_to_sign_in(world.address, "Alice Example")
        await person.answers(world.password)
        await person.sees("Receiving and sending work.")
        assert "FAIL" not in person.screen
        await person.presses("enter")
        await person.sees("Save the account", "accounts/alice@practice.example.toml", "Vault")
        await person.presses("tab", "tab", "enter")
        await person.sees("A new vault")
        await person.answers("open sesame")
        await person.answers("open sesame")
        await person.sees("Saved alice@practice.example, personal", "mailwizard demo --list", "Nothing of this is kept")
        assert "mailwizard check" not in person.text
        saved = profiles.load("alice@practice.example")
        assert saved.account.state is State.VERIFIED
        assert saved.account.display_name == "Alice Example"
        assert saved.account.secret == "vault:alice@practice.example"
        assert set(world.logins.values()) == {1}
        await person.presses("enter")
    assert person.app.return_code == 0
    assert person.app.last_words[0].startswith("Saved alice@practice.example")


async def test_microsoft_with_smtp_auth_off_gets_explained_mended_and_saved_to_send_only() -> None:
    async with practising("microsoft_smtp_auth_off") as (person, world):
        await person.sees("Practice", world.address, world.password)
        await person.presses("enter")
        await person.sees(f"Type {world.address}")
        await person.answers(world.address)
        await person.answers("")
        await person.sees("smtp.office365.com:587", "outlook.office365.com:993", "belongs to Microsoft 365")
        await person.presses("enter")
        await person.sees("Sign in to Microsoft 365", f"Type {world.password}", "Authenticated SMTP")
        await person.answers(world.password)
        await person.sees("SMTP AUTH", "Why", "Who", "an administrator of your organization", "Note for the admin")
        assert "FAIL" in person.screen and "SKIP" in person.screen
        assert world.logins == {"smtp.office365.com:587": 1}
        await person.sees("F8")
        await person.presses("f8")
        await person.sees("Press F5 to check again.")
        await person.presses("f5")
        await person.sees("Sending works. Receiving is left out")
        assert world.logins == {"smtp.office365.com:587": 2}
        await person.presses("enter")
        await person.sees("Save the account", "proven, to send only")
        await person.presses("tab", "tab", "end", "enter")
        await person.sees("to send only", "asked for each time")
        saved = profiles.load(world.address)
        assert saved.server.incoming is None
        assert saved.server.outgoing is not None
        assert saved.account.state is State.VERIFIED


async def test_gmail_asks_for_an_app_password_before_anything_is_typed() -> None:
    async with practising("gmail_app_password") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.sees("Sign in to Gmail", "app password", "gmail.app-password")
        await person.answers(world.refused_password)
        await person.sees("Press Enter again to use it all the same.")
        assert not world.logins
        await person.presses("enter")
        await person.sees("FAIL", "app password")
        assert sum(world.logins.values()) == 1
        await person.presses("f3")
        await person.sees("Sign-in 4/7")
        await person.presses("ctrl+u")
        await person.answers(world.password)
        await person.sees("Receiving and sending work.")


async def test_a_wrong_port_is_mended_by_one_button_and_only_that_server_is_asked_again() -> None:
    async with practising("wrong_port") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.password)
        await person.sees("FAIL", "Use port")
        before = dict(world.logins)
        await person.presses("enter")
        await person.sees("Receiving and sending work.")
        assert all(world.logins[place] == count for place, count in before.items())


async def test_a_wrong_password_costs_one_login_and_the_other_server_is_asked_only_on_demand() -> None:
    async with practising("wrong_password") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.refused_password)
        await person.sees("FAIL", "SKIP", "one more login")
        assert sum(world.logins.values()) == 1
        await person.presses("f3")
        await person.sees("Sign-in 4/7")
        await person.presses("ctrl+u")
        await person.answers(world.password)
        await person.sees("Receiving and sending work.")
        assert sum(world.logins.values()) == 3


async def test_the_secret_is_in_no_file(tmp_path: Path) -> None:
    async with practising("all_well", told=False) as (person, world):
        secret = world.password
        await person.goes_on_to_sign_in(world.address)
        await person.answers(secret)
        await person.sees("Receiving and sending work.")
        assert secret not in person.app.export_screenshot()
        await person.presses("enter")
        await person.sees("Vault")
        await person.presses("tab", "tab", "enter")
        await person.answers("open sesame")
        await person.answers("open sesame")
        await person.sees("Saved")
    written = contents(tmp_path)
    assert len(written) >= 3
    for path, content in written.items():
        assert secret.encode() not in content, path
        assert b"open sesame" not in content, path


def contents(folder: Path) -> dict[Path, bytes]:
    """Return every file below a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

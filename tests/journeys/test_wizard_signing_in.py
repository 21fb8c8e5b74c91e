"""Signing in with a browser: by the port, by paste, over another machine, with a short code; and what goes wrong."""

from __future__ import annotations

import asyncio
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.journeys.person import Person, practising
from tests.stopwatch import Stopwatch
from textual.events import Paste

from mailwizard.model import Address, AuthKind, State
from mailwizard.sandbox.signing_in import GOOGLE_CLIENT, GOOGLE_SECRET
from mailwizard.sandbox.world import World
from mailwizard.signin.oauth.answers import read_paste
from mailwizard.signin.oauth.authorization import Authorization
from mailwizard.signin.oauth.browser import LIMIT
from mailwizard.signin.oauth.handover import read_request, seal
from mailwizard.signin.oauth.place import Place
from mailwizard.storage import clients
from mailwizard.storage.clients import SavedClient
from mailwizard.tui.screens import browser
from mailwizard.tui.screens.browser import Browser
from mailwizard.tui.screens.short_code import ShortCode

BOTH = "Receiving and sending work."


async def gets_to_the_page(person: Person, world: World) -> None:
    """Take the browser, and the practice registration."""
    apart(person, world)
    await person.goes_on_to_sign_in(world.address)
    await person.sees("Sign in with a browser", "[>Sign in<]")
    await person.presses("enter")
    await person.sees("Under which registration may mailwizard sign in", "[>Take the practice registration<]")
    await person.presses("enter")


def apart(person: Person, world: World) -> None:
    """Let the practice registrations have a port that no other run uses."""
    for name, one in world.registrations.items():
        world.identity.registrations[name] = replace(one, port=port_of(person))


def port_of(person: Person) -> int:
    """Return the port of one run."""
    return 20_000 + (os.getpid() * 7 + id(person) // 64) % 10_000


async def sees_the_address(person: Person) -> str:
    """Wait for the sign-in page's address and return it, put together from its lines."""
    await person.sees("Open this in any browser", "Listening", "min")
    lines = person.screen.splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith("https://"))
    whole = ""
    for line in lines[first:]:
        if not line:
            break
        whole += line
    return whole


def under_way(person: Person) -> Authorization:
    """Return what the screen waits for, with the secrets that must not be on it."""
    page = person.app.screen
    assert isinstance(page, Browser) and page.attempt and page.attempt.authorization
    return page.attempt.authorization


async def pastes(person: Person, text: str) -> None:
    """Paste some text, wherever the focus is."""
    person.app.post_message(Paste(text))
    await person.pilot.pause()


async def checks_it(person: Person, world: World) -> None:
    """Go on from a granted sign-in to a passing check."""
    await person.sees("Signed in", f"as {world.address}", "[>Check it<]")
    await person.presses("enter")
    await person.sees(BOTH, "[>Continue<]")
    assert person.app.question.draft.state is State.VERIFIED
    assert person.app.question.draft.auth is AuthKind.OAUTH2
    assert world.seen_secrets_in_clear == 0


def all_below(folder: Path) -> bytes:
    """Return what all files below a folder hold."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_google_by_a_real_visit_to_the_port() -> None:
    async with practising("google_browser") as (person, world):
        await gets_to_the_page(person, world)
        assert await sees_the_address(person) == under_way(person).url
        await person.chooses("Let the practice browser answer")
        await checks_it(person, world)


async def test_google_by_paste_with_a_typed_registration_and_every_wrong_paste_named() -> None:
    async with practising("google_browser", told=False) as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.sees("App password", "Or", "Sign in with a browser. On Google's own page")
        await person.presses("shift+tab", "shift+tab", "right")
        await person.sees("< Sign in with a browser", "[ Sign in ]")
        await person.chooses("Sign in")
        await person.sees("Under which registration", "JSON file", "google.make-client")
        await person.presses("tab")
        await person.answers("12345.apps.example")
        await person.answers(GOOGLE_SECRET)
        await person.sees("ends in .apps.googleusercontent.com")
        await person.presses("ctrl+u")
        await person.answers(GOOGLE_CLIENT)
        await person.answers("")
        url = await sees_the_address(person)
        dead = await world.browse(url)
        wrong = {
            url: "This is the address of the sign-in page.",
            dead.replace("state=", "state=x"): "This answer belongs to another sign-in.",
            dead.partition("code=")[0]: "The code is missing; the address was cut off.",
            "https://www.example.com/?q=1": "leads to www.example.com and holds no answer.",
            "ABCD-EFGH": "This is a short code",
            "mw1a01/01:xx:00000000": "No other machine was asked.",
        }
        for text, named in wrong.items():
            await pastes(person, text)
            await person.sees(named)
            assert dead not in person.screen
        await pastes(person, f"  {dead}\n")
        await person.sees("Signed in", "[>Check it<]")
        await person.presses("enter")
        await person.sees(BOTH)


async def test_what_a_terminal_types_instead_of_pasting_reaches_the_field_and_is_masked() -> None:
    async with practising("google_browser") as (person, world):
        await gets_to_the_page(person, world)
        dead = await world.browse(await sees_the_address(person))
        await person.types(dead)
        await person.sees("*" * 20)
        assert "code=4" not in person.screen
        await person.presses("enter")
        await checks_it(person, world)


async def test_another_machine_signs_in_and_its_lines_come_back_one_by_one() -> None:
    async with practising("microsoft_device_code") as (person, world):
        await gets_to_the_page(person, world)
        await sees_the_address(person)
        await person.chooses("Another machine's browser")
        await person.sees("On a machine with a browser run mailwizard authorize", "mw1q01/")
        asked = read_request("\n".join(re.findall(r"mw1q\S+", person.screen)))
        dead = await world.browse(asked.url)
        lines = seal(asked, read_paste(dead, under_way(person)))
        await pastes(person, lines[0][:-3])
        await person.sees("Line 1 is damaged")
        await pastes(person, "\n".join(lines))
        await checks_it(person, world)


async def test_microsoft_with_a_short_code_on_another_device() -> None:
    async with practising("microsoft_device_code") as (person, world):
        await gets_to_the_page(person, world)
        await sees_the_address(person)
        await person.chooses("Short code elsewhere")
        await person.sees("Never give this code to anybody", "2  Type the code", "Allows", "SMTP.Send", "min")
        page = person.app.screen
        assert isinstance(page, ShortCode)
        code = page.given.user_code if page.given else ""
        assert code and code in person.screen
        await person.presses("q")
        await person.sees("Close Esc")
        await person.presses("escape")
        await person.chooses("Let the practice person type it")
        await person.sees("Signed in", "[>Check it<]")
        assert code not in person.screen and page.given is None
        await checks_it(person, world)


async def test_the_admins_consent_is_missing_and_then_given() -> None:
    async with practising("microsoft_consent_needed") as (person, world):
        await gets_to_the_page(person, world)
        await sees_the_address(person)
        await person.chooses("Let the practice browser answer")
        await person.sees("Not signed in.", "have not allowed the program yet", "Begin again F5")
        await person.chooses("Note for the admin")
        await person.sees("A note to pass on", "contoso.example/v2.0/adminconsent?cli")
        await person.presses("escape", "f8")
        await person.sees("Press F5 to begin again.")
        await person.presses("f5")
        await sees_the_address(person)
        await person.chooses("Let the practice browser answer")
        await checks_it(person, world)


async def test_what_the_browser_shows_instead_is_explained_and_another_program_can_be_named() -> None:
    async with practising("microsoft_device_code") as (person, world):
        apart(person, world)
        await person.goes_on_to_sign_in(world.address)
        await person.sees("[>Sign in<]")
        await person.presses("enter")
        await person.sees("[>Take the practice registration<]")
        person.app.screen.query_one("#number-entry").focus()
        await person.answers("11111111-2222-3333-4444-555555555555")
        await person.answers("")
        await person.answers("")
        await person.sees("Open this in any browser", "Listening")
        await person.chooses("Let the practice browser answer")
        await person.sees("Not signed in.", "AADSTS700016", "Other registration")
        await person.chooses("Other registration")
        await person.sees("Under which registration", "11111111-2222-3333-4444-555555555555")
        await person.chooses("Take the practice registration")
        await sees_the_address(person)
        await person.chooses("Let the practice browser answer")
        await checks_it(person, world)


@pytest.mark.parametrize("key", ["escape", "f3", "ctrl+c"])
async def test_a_sign_in_is_given_up_at_once_and_nobody_listens_any_more(key: str) -> None:
    async with practising("google_browser") as (person, world):
        await gets_to_the_page(person, world)
        await sees_the_address(person)
        watch = Stopwatch()
        await person.presses(key)
        await person.sees("Sign-in 4/7")
        assert watch.seconds < 2
        assert not isinstance(person.app.screen, Browser)
        with pytest.raises(OSError):
            await asyncio.open_connection("127.0.0.1", port_of(person))
        await person.presses("enter")
        await sees_the_address(person)


async def test_a_sign_in_serves_again_after_going_back_and_is_saved_whole(tmp_path: Path) -> None:
    async with practising("google_testing_mode") as (person, world):
        await gets_to_the_page(person, world)
        await sees_the_address(person)
        await person.chooses("Let the practice browser answer")
        await person.sees("Ends", "Publish the project at Google")
        await checks_it(person, world)
        before = person.app.session.grant
        await person.presses("f3")
        await person.sees("Sign-in 4/7", "[>Check it<]", "[ Sign in anew ]")
        await person.presses("enter")
        await person.sees(BOTH)
        assert person.app.session.grant is before
        await person.presses("enter")
        await person.sees("Save the account", "Vault")
        await person.presses("tab", "tab", "enter")
        await person.sees("A new vault")
        await person.answers("open sesame")
        await person.answers("open sesame")
        await person.sees("Saved", "Ends", "This sign-in ends", "Publish the project at Google")
        grant = person.app.session.grant
        assert grant is not None
        written = await asyncio.to_thread(all_below, tmp_path)
        for secret in (grant.access_token, grant.refresh_token, GOOGLE_SECRET):
            assert secret and secret.encode() not in written and secret not in person.screen


async def test_a_port_that_is_taken_is_said_and_pasting_works_all_the_same() -> None:
    async with practising("google_browser") as (person, world):
        taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", port_of(person))
        try:
            await gets_to_the_page(person, world)
            await person.sees("not possible: port", "Address already in use", "Pasting works all the same.")
            await pastes(person, await world.browse(under_way(person).url))
            await checks_it(person, world)
        finally:
            taken.close()


async def test_a_registration_in_a_scope_leaves_nothing_to_type(home: Path) -> None:
    clients.save(SavedClient("microsoft", "7d1b6a52-0c3e-4f8a-9b57-5a2c90e4b1d3"), "host")
    async with practising("microsoft_device_code", told=False) as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.sees("7d1b6a52-0c3e-4f8a-9b57-5a2c90e4b1d3, from host", "[>Sign in<]")
        await person.presses("enter")
        await pastes(person, await world.browse(await sees_the_address(person)))
        await checks_it(person, world)


async def test_the_file_of_another_kind_is_named_and_the_right_one_is_taken(home: Path) -> None:
    told = {"client_id": GOOGLE_CLIENT, "client_secret": GOOGLE_SECRET}
    (home / "web.json").write_text(json.dumps({"web": told}), "utf-8")
    (home / "desktop.json").write_text(json.dumps({"installed": {**told, "project_id": "p"}}), "utf-8")
    async with practising("google_browser") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.sees("[>Sign in<]")
        await person.presses("enter")
        await person.sees("[>Take the practice registration<]")
        await person.presses("tab", "tab", "tab", "tab")
        for name, named in (("none.json", "cannot be read"), ("web.json", "of the type Web application")):
            person.app.screen.query_one("#file-entry").focus()
            await person.presses("ctrl+u")
            await person.answers(f"~/{name}")
            await person.sees(named)
        await person.presses("ctrl+u")
        await person.answers("~/desktop.json")
        await sees_the_address(person)


async def test_the_ssh_line_is_shown_over_ssh_only_and_no_browser_is_offered_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(browser, "here", lambda: Place(True, "xdg-open", "203.0.113.9", "alice"))
    async with practising("google_browser") as (person, world):
        await gets_to_the_page(person, world)
        await sees_the_address(person)
        port = port_of(person)
        await person.sees(f"ssh -N -L {port}:127.0.0.1:{port} alice@203.0.113.9")
        assert "Open it here" not in person.screen
    monkeypatch.setattr(browser, "here", lambda: Place(False))
    async with practising("google_browser") as (person, world):
        await gets_to_the_page(person, world)
        await sees_the_address(person)
        assert "ssh -N" not in person.screen


async def test_nothing_of_a_sign_in_is_on_the_screen_but_its_address() -> None:
    async with practising("google_browser") as (person, world):
        seen: list[str] = []
        await gets_to_the_page(person, world)
        url = await sees_the_address(person)
        asked = under_way(person)
        dead = await world.browse(url)
        seen.append(person.screen)
        await pastes(person, dead)
        seen.append(person.screen)
        await checks_it(person, world)
        await person.presses("f2")
        await person.sees("Evidence: all that was seen")
        seen.append(person.screen)
        grant = person.app.session.grant
        code = re.search(r"code=([^&]+)", dead)
        assert grant is not None and code is not None and person.app.session.credential is not None
        for secret in (asked.verifier, code[1], grant.access_token, grant.refresh_token, GOOGLE_SECRET):
            assert secret and not any(secret in "".join(text.split()) for text in seen)
            for holder in (asked, grant, person.app.session, person.app.session.credential, person.app.draft):
                assert secret not in repr(holder)
        assert LIMIT == 300 and isinstance(asked.address, Address)

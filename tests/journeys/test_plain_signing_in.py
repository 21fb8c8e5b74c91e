"""Signing in with a browser, line by line: by the port, by paste, over another machine; and what goes wrong."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.journeys.asking import Asked, asked, with_port
from tests.stopwatch import Stopwatch
from tests.unit.test_oauth_answers import free_port

from mailwizard.model import AuthKind
from mailwizard.plain.signing import attempting, browser
from mailwizard.plain.talk import Back, Ended
from mailwizard.plain.working import Stopped
from mailwizard.sandbox import open_world
from mailwizard.sandbox.signing_in import GOOGLE_CLIENT, GOOGLE_SECRET
from mailwizard.sandbox.signing_keys import service_account
from mailwizard.sandbox.world import World
from mailwizard.signin.oauth.authorization import CallbackAnswer
from mailwizard.signin.oauth.browser import LIMIT
from mailwizard.signin.oauth.handover import read_request, seal
from mailwizard.signin.oauth.place import Place
from mailwizard.storage import clients
from mailwizard.storage.clients import SavedClient

THROUGH = pytest.mark.parametrize("through", ["pipe", "terminal"])
TAKE = "Take the practice registration"


async def gets_to_the_page(person: Asked, world: World) -> str:
    """Take the browser and the practice registration, and return the page's address."""
    with_port(world, await free_port())
    await person.sees("How do you sign in?")
    await person.chooses("Sign in with a browser")
    await person.sees("User name")
    await person.answers("")
    await person.sees("Under which registration may mailwizard sign in")
    await person.chooses(TAKE)
    return await person.page()


async def checks_it(person: Asked, world: World) -> None:
    """Go on from a granted sign-in to servers that take it; nothing secret was said or shown on the way."""
    await person.sees("Signed in: as " + world.address, "Allows:", "Renewed: by itself", "Ends:")
    await person.chooses("Check it")
    draft = await person.checked()
    assert draft.auth is AuthKind.OAUTH2
    grant = person.session.grant
    assert grant is not None
    for secret in (grant.access_token, grant.refresh_token):
        assert secret and secret not in person.everything and secret.encode() not in person.shown
    assert world.seen_secrets_in_clear == 0


@THROUGH
async def test_google_by_a_real_visit_to_the_port(through: str) -> None:
    async with open_world("google-browser") as world, asked(world, through) as person:
        url = await gets_to_the_page(person, world)
        assert url.startswith("https://accounts.google.com/o/oauth2/v2/auth?")
        await world.browse(url, visit=True)
        await checks_it(person, world)


@THROUGH
async def test_google_by_paste_with_a_typed_registration_and_every_wrong_paste_named(through: str) -> None:
    async with open_world("google-browser") as world, asked(world, through, told=False) as person:
        await person.sees("Gmail does not take your Google password here.", "1. App password")
        await person.chooses("Sign in with a browser")
        await person.answers("")
        await person.sees("google.make-client.1", "https://console.cloud.google.com")
        await person.chooses("Type what")
        await person.answers("12345.apps.example", GOOGLE_SECRET)
        await person.sees("ends in .apps.googleusercontent.com")
        await person.answers(GOOGLE_CLIENT, GOOGLE_SECRET)
        url = await person.page()
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
            await person.answers(text)
            await person.sees(named)
        await person.answers(f"  {dead}  ")
        await checks_it(person, world)
        for text in (dead, *wrong, GOOGLE_SECRET):
            assert text == url or text not in person.everything
            assert text.encode() not in person.shown


@THROUGH
async def test_a_paste_longer_than_a_terminals_line_is_taken_whole(through: str) -> None:
    async with open_world("google-browser") as world, asked(world, through) as person:
        dead = await world.browse(await gets_to_the_page(person, world))
        await person.answers(f"{dead}&padding={'x' * 6000}")
        await checks_it(person, world)


async def test_an_address_that_came_broken_into_lines_is_read_as_one() -> None:
    async with open_world("google-browser") as world, asked(world, "terminal") as person:
        dead = await world.browse(await gets_to_the_page(person, world))
        await person.answers("\n".join(dead[at : at + 60] for at in range(0, len(dead), 60)))
        await checks_it(person, world)


async def test_a_question_mark_says_what_can_be_typed_and_what_each_move_does() -> None:
    async with open_world("microsoft-device-code") as world, asked(world, "terminal") as person:
        await gets_to_the_page(person, world)
        assert "Sign-in at Microsoft, page 4-E" in person.everything
        await person.answers("?")
        await person.sees(
            "What you type is not shown",
            "2. Another machine's browser. Shows lines for mailwizard authorize",
            "3. Short code elsewhere. Signs in with a short code",
            "4. Cancel. Goes back",
        )
        await person.chooses("Cancel")
        await person.sees("How do you sign in?")


async def test_what_is_typed_wrong_at_a_terminal_can_be_taken_back_unseen() -> None:
    async with open_world("google-browser") as world, asked(world, "terminal") as person:
        dead = await world.browse(await gets_to_the_page(person, world))
        person.types("rubbish\x15")
        await person.answers(f"{dead}zz\x7f\x7f")
        await checks_it(person, world)
        assert b"rubbish" not in person.shown


@THROUGH
async def test_another_machine_signs_in_and_its_lines_come_back_one_by_one(through: str) -> None:
    async with open_world("microsoft-device-code") as world, asked(world, through) as person:
        await gets_to_the_page(person, world)
        await person.chooses("Another machine's browser")
        await person.sees("On a machine with a browser run mailwizard authorize", "mw1q01/", "Back to the address")
        request = read_request("\n".join(re.findall(r"^mw1q\S+$", person.everything, re.MULTILINE)))
        told = parse_qs(urlsplit(await world.browse(request.url)).query)
        lines = seal(request, CallbackAnswer(told["code"][0], told["state"][0]))
        await person.answers(lines[0][:-3])
        await person.sees("Line 1 is damaged")
        person.types("".join(f"{line}\n" for line in lines))
        await checks_it(person, world)


@THROUGH
async def test_the_admins_consent_is_missing_and_then_given(through: str) -> None:
    async with open_world("microsoft-consent-needed") as world, asked(world, through) as person:
        await gets_to_the_page(person, world)
        await person.chooses("Let the practice browser answer")
        await person.sees("Not signed in.", "have not allowed the program yet", "Who:", "What to do:", "What now?")
        (link,) = re.findall(r"an administrator allows it:\n(https://\S+)\n", person.everything)
        assert link.startswith("https://login.microsoftonline.com/contoso.example/v2.0/adminconsent?client_id=")
        await person.chooses("Note for the admin")
        await person.sees("contoso.example/v2.0/adminconsent?cli")
        await person.chooses("Close", "The admin has allowed", "Begin again")
        await person.page()
        await person.chooses("Let the practice browser answer")
        await checks_it(person, world)


@THROUGH
async def test_what_the_browser_shows_instead_is_explained_and_another_program_can_be_named(through: str) -> None:
    async with open_world("microsoft-device-code") as world, asked(world, through) as person:
        with_port(world, await free_port())
        await person.chooses("Sign in with a browser")
        await person.answers("")
        await person.chooses("Type what")
        await person.answers("11111111-2222-3333-4444-555555555555", "", "")
        await person.page()
        await person.chooses("Let the practice browser answer")
        await person.sees("Not signed in.", "AADSTS700016", "Other registration")
        await person.chooses("Other registration", TAKE)
        await person.page()
        await person.chooses("Let the practice browser answer")
        await checks_it(person, world)


@pytest.mark.parametrize("how", ["cancel", "back", "stop"])
async def test_a_sign_in_is_given_up_at_once_and_nobody_listens_any_more(how: str) -> None:
    async with open_world("google-browser") as world, asked(world, "terminal") as person:
        await gets_to_the_page(person, world)
        port = next(iter(world.registrations.values())).port
        watch = Stopwatch()
        if how == "stop":
            assert person.turn.working.stop()
            with pytest.raises(Stopped):
                await person.done()
        else:
            await (person.chooses("Cancel") if how == "cancel" else person.answers(":back"))
            await person.sees("How do you sign in?")
        assert watch.seconds < 2
        with pytest.raises(OSError):
            await asyncio.open_connection("127.0.0.1", port)


async def test_going_back_from_the_ways_leaves_the_stage() -> None:
    async with open_world("google-browser") as world, asked(world) as person:
        await person.sees("How do you sign in?")
        await person.answers(":back")
        with pytest.raises(Back):
            await person.done()


async def test_a_sign_in_serves_again_and_a_new_one_takes_its_place_where_that_is_wanted() -> None:
    async with open_world("google-testing-mode") as world, asked(world) as person:
        await gets_to_the_page(person, world)
        await person.chooses("Let the practice browser answer")
        await person.sees("Ends:", "Publish the project at Google")
        await checks_it(person, world)
        draft, before = await person.done(), person.session
        async with asked(world, draft=draft) as again:
            again.session.grant, again.session.credential = before.grant, before.credential
            again.session.clients = before.clients
            await again.sees("That is done in this run", "Sign in anew")
            await again.answers("", "")
            assert (await again.done()).answered >= draft.answered
            assert again.session.grant is before.grant


async def test_a_sign_in_that_is_there_gives_way_to_a_new_one_where_that_is_wanted() -> None:
    async with open_world("google-browser") as world, asked(world) as person:
        await gets_to_the_page(person, world)
        await person.chooses("Let the practice browser answer", "Check it")
        draft, before = await person.done(), person.session
        async with asked(world, draft=draft) as again:
            again.session.grant, again.session.credential = before.grant, before.credential
            again.session.clients = before.clients
            await again.chooses("Sign in anew")
            await again.answers("")
            await again.page()
            await again.chooses("Let the practice browser answer", "Check it")
            await again.checked()
            assert again.session.grant != before.grant


@pytest.mark.parametrize("late", [False, True])
async def test_a_port_that_is_taken_is_said_and_pasting_works_all_the_same(
    late: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if late:
        monkeypatch.setattr(browser, "BINDING", 0)
    async with open_world("google-browser") as world, asked(world, "terminal") as person:
        taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        try:
            await person.sees("How do you sign in?")
            with_port(world, taken.sockets[0].getsockname()[1])
            await person.answers("", "")
            await person.chooses(TAKE)
            url = await person.page()
            await person.sees("not possible: port", "Pasting works all the same.")
            await person.answers(await world.browse(url))
            await checks_it(person, world)
        finally:
            taken.close()


async def test_a_registration_in_a_scope_leaves_nothing_to_type() -> None:
    await named_by_an_administrator("microsoft", "7d1b6a52-0c3e-4f8a-9b57-5a2c90e4b1d3")
    async with open_world("microsoft-device-code") as world, asked(world, told=False) as person:
        await person.sees("7d1b6a52-0c3e-4f8a-9b57-5a2c90e4b1d3, from host", "1. Sign in with a browser")
        await person.answers("", "")
        await person.answers(await world.browse(await person.page()))
        await checks_it(person, world)


async def test_the_file_of_another_kind_is_named_and_the_right_one_is_taken(home: Path) -> None:
    told = {"client_id": GOOGLE_CLIENT, "client_secret": GOOGLE_SECRET}
    (home / "web.json").write_text(json.dumps({"web": told}), "utf-8")
    (home / "robot.json").write_text(json.dumps({"type": "authorized_user"}), "utf-8")
    (home / "desktop.json").write_text(json.dumps({"installed": {**told, "project_id": "p"}}), "utf-8")
    async with open_world("google-browser") as world, asked(world, told=False) as person:
        (home / "key.json").write_text(service_account(world).key, "utf-8")
        await person.chooses("Sign in with a browser")
        await person.answers("")
        await person.chooses("Read the issuer's JSON file")
        for name, named in (
            ("none.json", "cannot be read"),
            ("web.json", "of the type Web application"),
            ("robot.json", "holds somebody's sign-in"),
            ("key.json", "This is a service account, which signs in without a person"),
        ):
            await person.answers(f"~/{name}")
            await person.sees(named)
        await person.answers("~/desktop.json")
        await person.page()
        assert GOOGLE_SECRET not in person.everything


async def test_the_ssh_line_is_said_over_ssh_only_and_no_browser_is_offered_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for place in (Place(True, "xdg-open", "203.0.113.9", "alice"), Place(False)):
        monkeypatch.setattr(browser, "here", lambda place=place: place)
        async with open_world("google-browser") as world, asked(world) as person:
            await gets_to_the_page(person, world)
            port = next(iter(world.registrations.values())).port
            line = f"ssh -N -L {port}:127.0.0.1:{port} alice@203.0.113.9"
            assert (f"  {line}" in person.everything.splitlines()) is place.ssh
            assert "Open it here" not in person.everything


async def test_a_browser_here_is_opened_only_where_the_person_asks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opener = tmp_path / "opener"
    opener.write_text(f'#!/bin/sh\nprintf %s "$1" > {tmp_path}/opened\n')
    opener.chmod(0o700)
    monkeypatch.setattr(browser, "here", lambda: Place(False, str(opener)))
    async with open_world("google-browser") as world, asked(world, told=False) as person:
        await person.chooses("Sign in with a browser")
        await person.answers("")
        await person.chooses("Type what")
        await person.answers(GOOGLE_CLIENT, GOOGLE_SECRET)
        url = await person.page()
        assert not (tmp_path / "opened").exists()
        await person.chooses("Open it here")
        for _ in range(500):
            if (tmp_path / "opened").exists() and (tmp_path / "opened").read_text() == url:
                return
            await asyncio.sleep(0.02)
        raise AssertionError("nothing was opened")


async def test_an_empty_line_of_a_pipe_waits_for_the_browser_and_the_next_answer_is_not_taken_for_a_paste() -> None:
    await named_by_an_administrator("microsoft", "7d1b6a52-0c3e-4f8a-9b57-5a2c90e4b1d3")
    async with open_world("microsoft-device-code") as world, asked(world, told=False) as person:
        await person.answers("", "")
        url = await person.page()
        person.types("\nCheck it\n")
        await world.browse(url, visit=True)
        await person.checked()


async def test_an_answer_that_stands_behind_a_paste_is_not_taken_for_another_one() -> None:
    async with open_world("google-browser") as world, asked(world) as person:
        url = await gets_to_the_page(person, world)
        person.types(f"{url}\n{await world.browse(url)}\nCheck it\n")
        await person.checked()
        assert "This is the address of the sign-in page." in person.everything


async def named_by_an_administrator(issuer: str, number: str) -> None:
    """Let the host's scope name the program, with a port that no other run uses."""
    clients.save(SavedClient(issuer, number, port=await free_port()), "host")


async def test_answers_that_end_while_the_browser_is_waited_for_name_the_question() -> None:
    async with open_world("google-browser") as world, asked(world, "terminal") as person:
        await gets_to_the_page(person, world)
        person.types("\x04")
        with pytest.raises(Ended, match="Paste the address"):
            await person.done()


async def test_the_time_that_is_left_is_said_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempting, "MARKS", (LIMIT - 1.1,))
    async with open_world("google-browser") as world, asked(world, "terminal") as person:
        await gets_to_the_page(person, world)
        await person.sees("Left: 4 min 50 s Paste the address")
        await person.chooses("Let the practice browser answer")
        await checks_it(person, world)

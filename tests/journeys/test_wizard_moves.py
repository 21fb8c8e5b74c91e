"""Moving about: Back keeps every answer, panels open and close, stopping says what was done."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.journeys.person import practising, sitting

from mailwizard.draft import Draft, Service
from mailwizard.model import Address, Candidate, Endpoint, Protocol, Security, Trust
from mailwizard.storage import drafts


async def test_back_keeps_every_answer_the_secret_among_them() -> None:
    async with practising("all_well") as (person, world):
        await person.goes_on_to_sign_in(world.address, "Alice Example")
        await person.types(world.password)
        await person.presses("f3")
        await person.sees("Servers 3/7")
        await person.presses("f3")
        await person.sees("Address 2/7", world.address, "Alice Example")
        await person.presses("f3")
        await person.sees("Service 1/7")
        await person.presses("enter")
        await person.sees("Address 2/7", world.address)
        await person.presses("enter", "enter")
        await person.sees("Servers 3/7", "mail.practice.example")
        await person.presses("tab", "enter")
        await person.sees("Sign-in 4/7", "*" * len(world.password))
        await person.presses("enter")
        await person.sees("Receiving and sending work.")
        assert set(world.logins.values()) == {1}


async def test_going_back_and_forth_after_a_passed_check_costs_no_further_login() -> None:
    async with practising("all_well") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.password)
        await person.sees("Receiving and sending work.")
        await person.presses("f3")
        await person.sees("Sign-in 4/7")
        await person.presses("enter")
        await person.sees("Receiving and sending work.")
        assert set(world.logins.values()) == {1}


async def test_shift_tab_on_the_first_field_goes_back_a_stage() -> None:
    async with practising("all_well") as (person, _):
        await person.presses("enter")
        await person.sees("Address 2/7")
        await person.presses("tab", "shift+tab")
        await person.sees("Address 2/7", "> Address")
        await person.presses("shift+tab")
        await person.sees("Service 1/7")


async def test_a_done_stage_can_be_gone_back_to_from_the_list_of_stages() -> None:
    async with practising("all_well") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.sees("Sign-in 4/7")
        await person.presses("tab", "tab", "tab")
        while not person.app.screen.query_one("Rail").has_focus:
            await person.presses("tab")
        await person.presses("up", "enter")
        await person.sees("Address 2/7", world.address)


@pytest.mark.parametrize("key", ["f1", "f2"])
async def test_help_and_evidence_open_on_every_screen_and_close(key: str) -> None:
    async with practising("microsoft_smtp_auth_off") as (person, world):
        opened = {"f1": "Help: ", "f2": "Evidence: all that was seen"}[key]
        for stage in ("Service 1/7", "Address 2/7", "Servers 3/7", "Sign-in 4/7", "Validate 5/7"):
            await person.sees(stage)
            if stage == "Validate 5/7":
                await person.sees("FAIL")
            await person.presses(key)
            await person.sees(opened)
            await person.presses("escape")
            await person.sees(stage)
            if stage == "Address 2/7":
                await person.types(world.address)
                await person.presses("enter")
            if stage == "Servers 3/7":
                await person.presses("tab")
            if stage == "Sign-in 4/7":
                await person.types(world.password)
            await person.presses("enter")


async def test_the_note_for_the_admin_holds_what_to_do_and_the_commands(home: Path) -> None:
    async with practising("microsoft_smtp_auth_off") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.password)
        await person.sees("Note for the admin")
        person.app.screen.query_one("#note").focus()
        await person.presses("enter")
        await person.sees("A note to pass on", f"Subject: {world.address}", "A mail program is to send as")
        note = person.app.screen.text  # type: ignore[attr-defined]
        assert "Set-CASMailbox -Identity" in note
        assert "535" in note
        assert world.password not in note
        await person.presses("c")
        await person.sees("Sent to your terminal's clipboard")
        assert person.app.clipboard == note
        for name in ("mailwizard-note.txt", "mailwizard-note-2.txt"):
            await person.presses("s")
            await person.sees(f"Saved as ~/{name}; only you may read it.")
            saved = home / name
            assert saved.read_text() == f"{note}\n" and saved.stat().st_mode & 0o777 == 0o600
        await person.presses("p")
        await person.sees("This terminal cannot leave the screen.")
        await person.presses("escape")
        await person.sees("Validate 5/7")


async def test_the_steps_of_a_fix_can_be_read_one_by_one() -> None:
    async with practising("microsoft_smtp_auth_off") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.password)
        await person.sees("Steps one by one")
        person.app.screen.query_one("#steps").focus()
        await person.presses("enter")
        await person.sees("Step 1 of")
        await person.misses("PgDn more")
        await person.presses("n")
        await person.sees("Step 2 of")
        await person.presses("b")
        await person.sees("Step 1 of")


async def test_ctrl_c_stops_a_check_and_says_what_had_been_done() -> None:
    async with practising("port_blocked") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.password)
        await person.sees("Validate 5/7", "...")
        await person.presses("ctrl+c")
        await person.sees("Stopped.")
        assert "Validate 5/7" in person.screen
        await person.presses("ctrl+c")
        await person.sees("Leave? This is practice")
        await person.presses("escape")
        await person.misses("Leave? This is practice")


async def test_ctrl_c_twice_leaves_and_the_draft_is_offered_at_the_next_start() -> None:
    async with practising("all_well", told=False) as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.types(world.password)
        await person.presses("ctrl+c")
        await person.sees("Leave? Your draft is kept, without the secret.")
        await person.pilot.press("ctrl+c")
        net = world.net
        kept = await asyncio.to_thread(drafts.resume)
        assert kept is not None and str(kept.address) == world.address
        assert person.app.return_code == 130
        async with sitting(net) as again:
            await again.sees(f"Go on with {world.address}")
            await again.presses("enter")
            await again.sees("Sign-in 4/7", world.address)
            assert "*" not in again.text


@pytest.mark.parametrize("key", ["f10", "q", "ctrl+q"])
async def test_leaving_asks_first(key: str) -> None:
    async with practising("all_well") as (person, _):
        await person.sees("Service 1/7")
        await person.presses(key)
        await person.sees("Leave?", "[>Stay<]")
        await person.presses("right", "enter")
    assert person.app.return_code == 130


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 60)])
async def test_every_field_and_button_is_in_sight_without_scrolling(size: tuple[int, int]) -> None:
    async with practising("microsoft_smtp_auth_off", size=size) as (person, world):
        await person.sees("What is to be set up?", "[ Continue ]", "I have the settings")
        await person.presses("enter")
        await person.sees("Address", "Name", "[ Continue ]", "[ Back F3 ]")
        await person.answers(world.address)
        await person.answers("")
        await person.sees("smtp.office365.com:587", "[ Continue ]", "[ Back F3 ]")
        await person.presses("tab", "enter")
        await person.sees("User name", "Password", "[ Check it ]", "[ Back F3 ]")
        await person.answers(world.password)
        await person.sees("FAIL", "Why", "Try again F5", "Save anyway", "[ Back F3 ]")


@pytest.mark.parametrize("size", [(1, 1), (10, 5), (59, 24), (80, 19)])
async def test_a_terminal_that_is_too_small_is_named_and_nothing_breaks(size: tuple[int, int]) -> None:
    async with practising("all_well", size=size) as (person, _):
        if size[0] > 40:
            await person.sees("mailwizard needs 60x20 characters")
        await person.pilot.resize_terminal(80, 24)
        await person.sees("What is to be set up?")


async def test_a_terminal_that_was_too_small_for_a_while_gives_the_focus_back_and_looks_nothing_up() -> None:
    async with practising("all_well") as (person, _):
        await person.presses("enter")
        await person.sees("> Address")
        await person.types("alice@practice")
        await person.pilot.resize_terminal(50, 15)
        await person.sees("mailwizard needs 60x20 characters")
        assert person.app.session.search.address is None
        await person.pilot.resize_terminal(80, 24)
        await person.sees("> Address")
        await person.types(".example")
        await person.sees("alice@practice.example")


async def test_servers_that_could_be_anybodys_are_used_only_with_consent() -> None:
    weak = [
        Candidate(Endpoint(protocol, "mail.elsewhere.example", port, Security.TLS), "alice", (), "guess", Trust.GUESS)
        for protocol, port in ((Protocol.IMAP, 993), (Protocol.SMTP, 465))
    ]
    draft = Draft().with_service(Service.MAIL).with_address(Address("a", "b.example", "b.example"), "")
    async with sitting(None, draft=draft.found(weak)) as person:
        await person.sees("Servers 3/7", "only a guess")
        await person.presses("enter")
        await person.sees("mail.elsewhere.example: only a guess.", "[>No, let me look<]")
        await person.presses("enter")
        await person.misses("No, let me look")
        await person.sees("Servers 3/7")
        await person.presses("enter")
        await person.sees("[>No, let me look<]")
        await person.presses("right", "enter")
        await person.sees("Sign-in 4/7")


async def test_the_secret_is_shown_by_a_button_and_hidden_again() -> None:
    async with practising("all_well") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.types("open sesame")
        await person.sees("***********", "[ Show F4 ]")
        await person.presses("tab", "enter")
        await person.sees("open sesame", "[>Hide F4<]")
        await person.presses("f4")
        await person.sees("***********", "[>Show F4<]")
        assert "open sesame" not in person.screen


async def test_the_footer_names_the_key_for_more_only_where_there_is_more() -> None:
    async with practising("microsoft_smtp_auth_off") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.sees("PgDn more")
        await person.answers(world.password)
        await person.sees("FAIL", "PgDn more", "2 Admin: Open https://admin.microsoft.com")
        for _ in range(5):
            await person.presses("pagedown")
        await person.misses("PgDn more")
        await person.presses("pageup")
        await person.sees("PgDn more")
        await person.presses("f1")
        await person.sees("Help: Validate", "PgDn more")
    async with practising("all_well") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        assert "PgDn more" not in person.text


async def test_while_a_check_runs_the_footer_says_what_ctrl_c_does_and_then_what_was_sent() -> None:
    async with practising("port_blocked") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.password)
        await person.sees("Validate 5/7", "^C stop", "signed in as")
        await person.pilot.resize_terminal(70, 22)
        await person.sees("^C stop", "[>Stop ^C<]")
        await person.presses("ctrl+c")
        said = (
            "Stopped. The secret had been offered to mail.practice.example:993 (it was taken); nothing else was sent."
        )
        await person.sees(said, "^C leave")


async def test_a_long_button_keeps_its_key_on_a_narrow_terminal() -> None:
    async with practising("microsoft_smtp_auth_off", size=(60, 20)) as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.password)
        await person.sees("FAIL", " F8<]")


async def test_what_was_typed_by_hand_stays_when_the_lists_were_looked_at() -> None:
    async with practising("all_well") as (person, world):
        await person.gets_to_servers(world.address)
        await person.presses("f4")
        await person.sees("User name", "Lists F4", "F4 leads back to the lists")
        await person.presses("ctrl+u")
        await person.types("other.practice.example")
        await person.presses("f4")
        await person.sees("Type by hand F4", "take both")
        await person.presses("f4")
        await person.sees("other.practice.example")


async def test_an_unknown_domain_needs_one_more_enter_and_leads_to_empty_fields() -> None:
    async with practising("all_well") as (person, _):
        await person.presses("enter")
        await person.answers("alice@no-such-domain.example")
        await person.answers("Alice")
        await person.sees("press Enter again to type the servers.", "> Address")
        await person.presses("enter")
        await person.sees("Servers 3/7", "No servers were found.")
        assert "imap.no-such-domain.example" not in person.text
        assert "take both" not in person.text
        await person.presses("f4")
        assert "none found" not in person.text


async def test_practice_says_that_nothing_of_it_is_kept() -> None:
    async with practising("all_well") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        assert "draft kept" not in person.text
        await person.presses("ctrl+c")
        await person.sees("This is practice; nothing of it is kept.")
        await person.presses("ctrl+c")
    assert "mailwizard demo --list" in "\n".join(person.app.last_words)
    assert "draft" not in "\n".join(person.app.last_words)

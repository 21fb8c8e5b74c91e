"""Typing faster than the screen: every key takes effect before the next one is looked at."""

from __future__ import annotations

from tests.journeys.person import practising
from tests.journeys.terminal import COMMAND, terminal
from textual.events import AppBlur, AppFocus


def test_a_burst_in_a_real_terminal_lands_field_by_field() -> None:
    with terminal(COMMAND, "demo", "all-well") as person:
        person.sees("What is to be set up?")
        person.types("\ralice@practice.example\tAlice Example\x1b[ZX")
        person.sees("Address    alice@practice.exampleX", "Name       Alice Example")


def test_a_burst_across_stages_is_kept_for_the_stage_it_was_typed_for() -> None:
    with terminal(COMMAND, "demo", "all-well") as person:
        person.sees("What is to be set up?")
        person.types("\ralice@practice.example\tAlice Example\r\rgardening")
        person.sees("Sign-in 4/7", "*" * len("gardening"))
        person.presses("f3", "f3")
        person.sees("Address 2/7", "Address    alice@practice.example", "Name       Alice Example")


async def test_what_was_typed_before_a_doubt_was_seen_does_not_confirm_it() -> None:
    async with practising("all_well") as (person, world):
        await person.presses("enter")
        await person.sees("Whose mail account is it?")
        await person.types(f"{world.address}\rceo@bank.example\r\r\r")
        await person.sees("some receivers refuse such mail")
        await person.presses("f1", "escape")
        assert "Address 2/7" in person.screen
        await person.presses("enter")
        await person.sees("Servers 3/7")


async def test_enter_typed_twice_after_the_secret_does_not_stop_the_check() -> None:
    async with practising("all_well") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.types(f"{world.password}\r\r")
        await person.sees("Receiving and sending work.")
        assert "Stopped" not in person.text


async def test_enter_takes_both_servers_as_chosen_from_either_list() -> None:
    for keys in (("enter",), ("tab", "enter")):
        async with practising("all_well") as (person, world):
            await person.presses("enter")
            await person.sees("Whose mail account is it?")
            await person.answers(world.address)
            await person.answers("")
            await person.sees("Servers 3/7", "Press Enter to take both.", "Enter take both", "[ Continue ]")
            await person.presses(*keys)
            await person.sees("Sign-in 4/7")


async def test_half_an_address_is_never_looked_up_whatever_takes_the_focus_away() -> None:
    async with practising("all_well") as (person, world):
        await person.presses("enter")
        await person.sees("> Address")
        local, _, domain = world.address.partition("@")
        half, rest = domain[:-3], domain[-3:]
        await person.types(f"{local}@{half}")
        await person.presses("f1")
        await person.sees("Help: Address")
        await person.presses("escape")
        await person.misses("Help: Address")
        person.app.post_message(AppBlur())
        await person.pilot.pause()
        person.app.post_message(AppFocus())
        await person.presses("ctrl+c")
        await person.sees("Leave?")
        await person.presses("escape")
        await person.misses("Leave?")
        assert person.app.session.search.address is None
        await person.types(rest)
        await person.presses("tab")
        await person.sees("servers for practice.example.")
        assert all(asked.name.endswith(domain) for asked in world.traffic.questions if half in asked.name)


async def test_ctrl_c_waits_for_no_other_key() -> None:
    async with practising("all_well") as (person, _):
        await person.presses("enter")
        await person.sees("Whose mail account is it?")
        await person.types("x" * 400)
        await person.presses("ctrl+c")
        await person.sees("Leave?")


def test_a_terminal_that_was_not_in_front_when_the_wizard_began_takes_keys_at_once() -> None:
    with terminal(COMMAND, "demo", "all-well") as person:
        person.types("\x1b[O")
        person.sees("What is to be set up?")
        person.types("\x1b[I\r")
        person.sees("Whose mail account is it?")
        person.types("\x1b[O")
        person.types("\x1b[Ialice@practice.example\r")
        person.sees("> Name")

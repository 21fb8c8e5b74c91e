"""The menu with all that can be done, and help for the very field in hand."""

from __future__ import annotations

from tests.journeys.explained import unexplained
from tests.journeys.person import practising
from tests.journeys.terminal import COMMAND, terminal


async def test_the_menu_opens_in_a_field_and_goes_back_to_a_stage_by_a_few_letters() -> None:
    async with practising("all_well") as (person, world):
        await person.gets_to_servers(world.address)
        await person.presses("ctrl+o")
        await person.sees("All that can be done here", "0-F", "Type by hand", "Leave mailwizard", "Go back to Address")
        await person.types("back add")
        await person.misses("Leave mailwizard")
        await person.presses("enter")
        await person.sees("Address 2/7 2-A", world.address)


def test_a_real_terminal_hands_the_key_on_and_everything_in_the_menu_is_done() -> None:
    with terminal(COMMAND, "demo", "all-well") as person:
        person.sees("What is to be set up?")
        person.types("\x0fevidence\r")
        person.sees("Evidence: all that was seen")
        person.types("q\x0fhelp\r")
        person.sees("Help: Service")
        person.types("q\x0ferror mess\r")
        person.sees("What does an error message mean?")
        person.types("\x1b")
        person.sees("What is to be set up?")
        person.types("\x0fleave\r")
        person.sees("Leave?", "0-D")


async def test_a_slash_outside_a_field_opens_it_and_in_a_field_is_a_slash() -> None:
    async with practising("all_well") as (person, _):
        await person.presses("/")
        await person.sees("All that can be done here")
        await person.presses("escape", "enter")
        await person.sees("Whose mail account is it?")
        await person.types("a/b")
        await person.sees("a/b")


async def test_a_button_of_the_page_is_pressed_from_the_menu() -> None:
    async with practising("all_well") as (person, world):
        await person.gets_to_servers(world.address)
        await person.presses("ctrl+o")
        await person.types("all found")
        await person.presses("enter")
        await person.sees("All that was found", "3-C")


async def test_what_nobody_offers_finds_nothing_and_runs_nothing() -> None:
    async with practising("all_well") as (person, _):
        await person.presses("ctrl+o")
        await person.types("xyzzy")
        await person.sees("Nothing fits")
        await person.presses("enter")
        assert unexplained(person.app.screen, person.screen) == []
        await person.presses("escape")
        await person.sees("What is to be set up?")


async def test_f1_explains_the_field_in_hand_before_the_rest_of_the_page() -> None:
    async with practising("all_well") as (person, _):
        await person.presses("enter")
        await person.sees("Whose mail account is it?")
        await person.presses("tab", "f1")
        await person.sees("Help: Address")
        assert person.screen.index("What others see beside the address") < person.screen.index("The whole mail address")
        await person.presses("end")
        await person.sees("mailwizard guide 2-A")
        await person.presses("f1")
        await person.sees("Whose mail account is it?")


async def test_help_opens_over_a_question_and_leaves_it_as_it_was() -> None:
    async with practising("all_well") as (person, _):
        await person.presses("ctrl+c")
        await person.sees("Leave?", "0-D")
        assert unexplained(person.app.screen, person.screen) == []
        await person.presses("f1")
        await person.sees("Help: Leave?", "Goes on where you were.")
        await person.presses("escape")
        await person.sees("[>Stay<]")


async def test_the_fields_of_a_server_typed_by_hand_are_explained() -> None:
    async with practising("all_well") as (person, world):
        await person.gets_to_servers(world.address)
        await person.presses("f4")
        await person.sees("3-B", "Port")
        assert unexplained(person.app.screen, person.screen) == []


async def test_the_smallest_terminal_shows_the_name_of_the_page_and_the_menu() -> None:
    async with practising("all_well", size=(60, 20)) as (person, world):
        await person.gets_to_servers(world.address)
        await person.sees("Servers 3/7 3-A", "^O menu")
        await person.presses("ctrl+o", "down", "down")
        await person.sees("All that can be done here", "[ Close Esc ]")


async def test_a_key_that_only_the_page_has_is_in_the_menu_too() -> None:
    async with practising("google_browser") as (person, world):
        await person.gets_to_servers(world.address)
        await person.presses("enter")
        await person.sees("Sign in to")
        await person.chooses("Sign in")
        await person.sees("Take the practice registration", "4-C")
        assert unexplained(person.app.screen, person.screen) == []
        await person.chooses("Take the practice registration")
        await person.sees("Open this in any browser", "4-E")
        await person.presses("ctrl+o")
        await person.sees("Error message", "F9", "Copy")
        await person.types("error")
        await person.presses("enter")
        await person.sees("What does an error message mean?", "0-C")

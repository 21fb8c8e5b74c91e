"""The wizard at every size, and resized at any moment; MAILWIZARD_RESIZES is how often, MAILWIZARD_SEED from where."""

from __future__ import annotations

import fcntl
import os
import random
import struct
import termios

import pytest
from tests.journeys.person import practising
from tests.journeys.terminal import COMMAND, terminal

RESIZES = int(os.environ.get("MAILWIZARD_RESIZES", "40"))
SEED = int(os.environ.get("MAILWIZARD_SEED", "20261122"))
USEFUL = ((60, 20), (80, 24), (120, 40), (250, 80))
KEYS = ("f1", "escape", "f2", "tab", "pagedown", "f3", "enter", "down", "shift+tab")


async def test_a_wizard_that_is_resized_at_any_moment_goes_on() -> None:
    dice = random.Random(SEED)
    async with practising("microsoft-smtp-auth-off") as (person, _):
        await person.goes_on_to_sign_in("alice@contoso.example")
        for _ in range(RESIZES):
            large = dice.random() < 0.1
            await person.pilot.resize_terminal(
                dice.randint(1, 500 if large else 160), dice.randint(1, 200 if large else 60)
            )
            if dice.random() < 0.5:
                await person.pilot.press(dice.choice(KEYS))
            assert person.app.is_running and not person.app.fault
        await person.pilot.resize_terminal(80, 24)
        await person.sees("F1 help")


@pytest.mark.parametrize("size", USEFUL, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_what_is_asked_and_how_to_go_on_is_seen_at_every_useful_size(size: tuple[int, int]) -> None:
    async with practising("all-well", size=size) as (person, world):
        await person.sees("What is to be set up?", "Continue")
        await person.presses("enter")
        await person.sees("Whose mail account is it?", "Continue")
        await person.answers(world.address)
        await person.answers("")
        await person.sees("Servers 3/7", "Incoming", "Outgoing")
        await person.presses("enter")
        await person.sees("Sign-in 4/7", "Password", "Check it")
        await person.answers(world.password)
        await person.sees("Receiving and sending work", "Continue")
        await person.chooses("Continue")
        await person.sees("Save the account", "Save")


def test_a_real_terminal_that_changes_its_size_in_the_middle_shows_everything_again() -> None:
    with terminal(COMMAND, "demo") as person:
        person.sees("What is to be set up?")
        for rows, columns in ((50, 200), (5, 10), (24, 80)):
            fcntl.ioctl(person.child.child_fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            person.listen(0.5)
        person._screen.reset()
        person.presses("enter")
        person.sees("Whose mail account is it?")
        fcntl.ioctl(person.child.child_fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 79, 0, 0))
        person.sees("Whose mail account is it?", "Address 2/7", "Continue")

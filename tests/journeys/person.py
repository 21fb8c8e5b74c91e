"""Somebody at the keyboard: types, looks at the screen, and waits for what is to be seen there, never for the clock."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.events import Key
from textual.keys import _character_to_key
from textual.pilot import Pilot

from mailwizard.draft import Draft
from mailwizard.faces.practice import Practice
from mailwizard.net import Net
from mailwizard.sandbox import open_world
from mailwizard.sandbox.world import World
from mailwizard.tui.app import WizardApp

PATIENCE = 20.0
"""Seconds after which something that does not come is a failure."""


class Person:
    """Uses the wizard by its keyboard and knows only what is on its screen."""

    def __init__(self, app: WizardApp, pilot: Pilot[int]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def screen(self) -> str:
        """Return what is on the screen, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)

    @property
    def text(self) -> str:
        """Return what is on the screen right of the stages, as running text."""
        lines = [line.partition("│")[2].rstrip("│") if "│" in line else line for line in self.screen.splitlines()]
        return " ".join(" ".join(lines).split())

    async def sees(self, *texts: str) -> None:
        """Wait until all of this is on the screen."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not all(text in self.text or text in self.screen for text in texts):
                    await self.pilot.pause(0.02)
        except TimeoutError:
            missing = [text for text in texts if text not in self.text and text not in self.screen]
            raise AssertionError(f"never saw {missing} on:\n{self.screen}") from None

    async def misses(self, text: str) -> None:
        """Wait until this is not on the screen any more."""
        try:
            async with asyncio.timeout(PATIENCE):
                while text in self.text:
                    await self.pilot.pause(0.02)
        except TimeoutError:
            raise AssertionError(f"{text!r} stayed on:\n{self.screen}") from None

    async def types(self, text: str) -> None:
        """Type some text, letter by letter, without waiting between the letters."""
        for character in text:
            key = "enter" if character == "\r" else _character_to_key(character)
            self.app.post_message(Key(key, character))
        await self.pilot.pause()

    async def presses(self, *keys: str) -> None:
        """Press keys by their names."""
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause()

    async def answers(self, text: str) -> None:
        """Type some text and press Enter."""
        await self.types(text)
        await self.presses("enter")

    async def chooses(self, label: str) -> None:
        """Go with the Tab key to the button whose label has these words in it, and press Enter."""
        for _ in range(40):
            marked = re.findall(r"\[>(.*?)<\]", self.screen)
            if any(label in text for text in marked):
                await self.presses("enter")
                return
            await self.presses("tab")
        raise AssertionError(f"no button {label!r} could be reached on:\n{self.screen}")

    async def gets_to_servers(self, address: str, name: str = "") -> None:
        """Take the first choice and type an address."""
        await self.sees("What is to be set up?")
        await self.presses("enter")
        await self.sees("Whose mail account is it?")
        await self.answers(address)
        await self.answers(name)
        await self.sees("Servers 3/7", "Outgoing")

    async def gets_to_sign_in(self, address: str, name: str = "") -> None:
        """As above, and take the servers that were found."""
        await self.gets_to_servers(address, name)
        await self.presses("enter")

    async def goes_on_to_sign_in(self, address: str, name: str = "") -> None:
        """As above, and wait until the secret is asked for."""
        await self.gets_to_sign_in(address, name)
        await self.sees("Sign-in 4/7")


@asynccontextmanager
async def sitting(
    net: Net | None,
    *,
    practice: Practice | None = None,
    draft: Draft | None = None,
    size: tuple[int, int] = (80, 24),
) -> AsyncIterator[Person]:
    """Sit down at a terminal on which the wizard runs."""
    app = WizardApp(net, practice=practice, draft=draft)
    async with app.run_test(size=size) as pilot:
        yield Person(app, pilot)


@asynccontextmanager
async def practising(
    scenario: str, *, size: tuple[int, int] = (80, 24), told: bool = True
) -> AsyncIterator[tuple[Person, World]]:
    """Sit down at the wizard over a practice world; ``told`` shows its story and switches."""
    async with (
        open_world(scenario) as world,
        sitting(world.net, practice=world if told else None, size=size) as person,
    ):
        yield person, world

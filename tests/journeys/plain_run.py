"""Somebody whom the plain face asks in this process, over a practice world: hears what it says, answers when asked."""

from __future__ import annotations

import asyncio
import io
import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from mailwizard.draft import Draft, Stage
from mailwizard.faces.practice import Practice, cue
from mailwizard.faces.session import Session
from mailwizard.net import Net
from mailwizard.plain.lines import Lines
from mailwizard.plain.loop import Loop
from mailwizard.plain.talk import Talk
from mailwizard.sandbox import open_world
from mailwizard.sandbox.world import World

PATIENCE = 20.0
"""Seconds after which something that does not come is a failure."""
LINE = re.compile(r"^(\d+)\. (.*)$", re.MULTILINE)


class Said(io.StringIO):
    """What was said, and a way to wait for more."""

    def __init__(self) -> None:
        super().__init__()
        self.more = asyncio.Event()

    def write(self, text: str) -> int:
        self.more.set()
        return super().write(text)


class Asked:
    """Answers what the plain face asks, and knows only what it said."""

    def __init__(self, loop: Loop, said: Said, answers: int) -> None:
        self.loop, self._said, self._answers = loop, said, answers
        self._since = 0
        self.run = asyncio.create_task(loop.run())
        self.run.add_done_callback(lambda _: said.more.set())

    @property
    def draft(self) -> Draft:
        """Return the draft as it stands."""
        return self.loop.turn.draft

    @property
    def all(self) -> str:
        """Return everything that was said so far."""
        return self._said.getvalue()

    @property
    def all_but_practice(self) -> str:
        """Return everything that was said, without what only a practice world says: what to type in it."""
        practice = self.loop.turn.session.practice
        return without_practice(self.all, practice) if practice else self.all

    @property
    def text(self) -> str:
        """Return what was said since the last answer, as running text."""
        return " ".join(self.all[self._since :].split())

    @property
    def is_asked(self) -> bool:
        """Return whether a question stands there that was not answered: a line without an end."""
        return bool(self.all[self._since :].strip()) and not self.all.endswith("\n")

    async def _until(self, there: Callable[[], bool]) -> bool:
        """Wait for something that is said; return whether it came before the end of it all."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while not there() and not self.run.done():
                    self._said.more.clear()
                    await self._said.more.wait()
        return there()

    async def sees(self, *texts: str) -> None:
        """Wait until all of this was said since the last answer."""
        if not await self._until(lambda: all(text in self.text for text in texts)):
            missing = [text for text in texts if text not in self.text]
            raise AssertionError(f"never said {missing} in:\n{self.all}")

    async def _waits(self) -> None:
        if not await self._until(lambda: self.is_asked):
            raise AssertionError(f"nothing is asked any more:\n{self.all}")

    async def answers(self, *texts: str) -> None:
        """Answer the next question, and those that follow."""
        for text in texts:
            await self._waits()
            self._since = len(self.all)
            os.write(self._answers, f"{text}\n".encode())

    async def pastes(self, text: str) -> None:
        """Paste a text, as much at a time as is taken."""
        self._since = len(self.all)
        await asyncio.to_thread(_write_all, self._answers, text.encode())

    async def chooses(self, *titles: str) -> None:
        """Choose the line that begins so by its number, and one in each list that follows."""
        for title in titles:
            await self._waits()
            found = [number for number, line in LINE.findall(self.all) if line.lower().startswith(title.lower())]
            assert found, f"no line begins with {title!r} in:\n{self.all}"
            await self.answers(found[-1])

    async def gets_to_servers(self, address: str, name: str = "") -> None:
        """Take the first choice, and say whose account it is."""
        await self.chooses("Mail account by address")
        await self.answers(address, name)
        await self.sees("Servers, 3 of 7", "Which servers?")

    async def gets_to_sign_in(self, address: str, name: str = "") -> None:
        """As above, and take the servers that were found."""
        await self.gets_to_servers(address, name)
        await self.chooses("Continue")
        await self.sees("Sign-in, 4 of 7")

    async def signs_in(self, secret: str, way: str = "1") -> None:
        """Take a way to sign in, the user name that is suggested, and type the secret."""
        await self.answers(way, "", secret)

    async def ends(self) -> int:
        """End the answers, and return the exit code."""
        with suppress(OSError):
            os.close(self._answers)
        async with asyncio.timeout(PATIENCE):
            return await self.run


def without_practice(told: str, practice: Practice) -> str:
    """Return as running text what was said, without what only a practice world says: what to type in it."""
    told = " ".join(told.split())
    both = (False, True)
    cues = [cue(practice, stage, switched=done, plain=plain) for stage in Stage for done in both for plain in both]
    for text in (" ".join(" ".join(practice.story).split()), *cues):
        told = told.replace(text, "")
    return told


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


@asynccontextmanager
async def asking(
    monkeypatch: pytest.MonkeyPatch, net: Net | None, *, practice: Practice | None = None, draft: Draft | None = None
) -> AsyncIterator[Asked]:
    """Let the plain face ask somebody; what is asked after the last answer has none."""
    said = Said()
    monkeypatch.setattr("sys.stdout", said)
    reading, writing = os.pipe()
    person = Asked(Loop(Session(net, practice), draft or Draft(), Talk(Lines(reading))), said, writing)
    try:
        yield person
        if not person.run.done():
            await person.ends()
    finally:
        person.run.cancel()
        await asyncio.gather(person.run, return_exceptions=True)
        os.close(reading)
        with suppress(OSError):
            os.close(writing)


@asynccontextmanager
async def practising_plainly(
    monkeypatch: pytest.MonkeyPatch, scenario: str, *, told: bool = True
) -> AsyncIterator[tuple[Asked, World]]:
    """Let the plain face ask over a practice world; ``told`` says its story and offers its switches."""
    async with (
        open_world(scenario) as world,
        asking(monkeypatch, world.net, practice=world if told else None) as person,
    ):
        yield person, world

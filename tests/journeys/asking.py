"""Somebody who answers the sign-in of the plain face in this process, through a pipe or a terminal of their own.

What is typed goes through a real file descriptor; the world, and what the session holds, are at hand meanwhile.
"""

from __future__ import annotations

import asyncio
import io
import os
import pty
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from mailwizard.checks import Limits, verify
from mailwizard.discovery import discover
from mailwizard.discovery.ranking import rank
from mailwizard.draft import Draft, Service
from mailwizard.faces.session import Session
from mailwizard.model import Address, Candidate, Evidence, Protocol, State, Until
from mailwizard.plain.lines import Lines
from mailwizard.plain.stages import sign_in
from mailwizard.plain.talk import Talk
from mailwizard.plain.turn import Turn
from mailwizard.plain.working import Working
from mailwizard.sandbox.world import World

PATIENCE = 20.0
"""Seconds after which something that does not come is a failure."""
BOTH = (Protocol.IMAP, Protocol.SMTP)


class Asked:
    """Answers one stage and knows only what it says."""

    def __init__(self, turn: Turn, said: io.StringIO, writer: int) -> None:
        self.turn, self.session = turn, turn.session
        self.asking: asyncio.Task[Draft] = asyncio.create_task(sign_in.ask(turn))
        self.shown = b""
        """What a terminal showed of what was typed."""
        self._said, self._writer, self._since = said, writer, 0

    @property
    def everything(self) -> str:
        """Return all that was said."""
        return self._said.getvalue()

    @property
    def text(self) -> str:
        """Return what was said since the last answer, as running text."""
        return " ".join(self.everything[self._since :].split())

    async def sees(self, *texts: str) -> None:
        """Wait until all of this was said since the last answer."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not all(text in self.text for text in texts):
                    if self.asking.done():
                        await self.asking
                    await asyncio.sleep(0.01)
        except TimeoutError:
            missing = [text for text in texts if text not in self.text]
            raise AssertionError(f"never said {missing} in:\n{self.everything}") from None

    async def answers(self, *texts: str) -> None:
        """Type a line at the next prompt, and one at each that follows."""
        for text in texts:
            await self._prompted()
            self._since = len(self.everything)
            self.types(f"{text}\n")

    def types(self, text: str) -> None:
        """Type without waiting for a prompt."""
        os.write(self._writer, text.encode())

    async def chooses(self, *titles: str) -> None:
        """Choose the line whose title begins so, and one in each list that follows."""
        for title in titles:
            await self._prompted()
            found = re.findall(rf"^(\d+)\. {re.escape(title)}", self.everything[self._since :], re.MULTILINE)
            assert found, f"no line begins with {title!r} in:\n{self.everything}"
            await self.answers(found[-1])

    async def page(self) -> str:
        """Wait for the sign-in page's address, which stands bare on one line, and return it."""
        await self.sees("in any browser", "Paste the address")
        url: str
        (url,) = re.findall(r"^(https://\S+)$", self.everything[self._since :], re.MULTILINE)
        return url

    async def done(self) -> Draft:
        """Return the draft with the answer."""
        return await asyncio.wait_for(self.asking, PATIENCE)

    async def checked(self) -> Draft:
        """Return the draft as a real check with what the session holds finds it."""
        draft = await self.done()
        credential = await self.session.fresh()
        heard: list[Evidence] = []

        def hear(fact: Candidate | Evidence) -> None:
            if isinstance(fact, Evidence):
                heard.append(fact)

        await verify(draft, credential, self.session.net, hear, Until.SIGN_IN, limits=Limits(5, 20))
        for seen in heard:
            draft = draft.learn(seen)
        assert draft.state is State.VERIFIED, draft.evidence
        return draft

    async def _prompted(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while not self.everything[self._since :].strip() or self.everything.endswith("\n"):
                if self.asking.done():
                    await self.asking
                await asyncio.sleep(0.01)


@asynccontextmanager
async def asked(
    world: World,
    through: str = "pipe",
    *,
    told: bool = True,
    wanted: tuple[Protocol, ...] = BOTH,
    draft: Draft | None = None,
) -> AsyncIterator[Asked]:
    """Let somebody be asked how to sign in to the servers of a world that discovery finds; ``told`` as a practice."""
    session = Session(world.net, world if told else None)
    reader, writer = os.pipe() if through == "pipe" else reversed(pty.openpty())
    said, before = io.StringIO(), sys.stdout
    draft = draft or await found(world, wanted)
    sys.stdout = said
    person = Asked(Turn(draft, session, Talk(Lines(reader)), Working()), said, writer)
    loop = asyncio.get_running_loop()
    if through != "pipe":
        loop.add_reader(writer, _drain, person, writer)
    try:
        yield person
    finally:
        sys.stdout = before
        person.asking.cancel()
        await asyncio.gather(person.asking, return_exceptions=True)
        loop.remove_reader(writer)
        os.close(reader)
        os.close(writer)


def _drain(person: Asked, writer: int) -> None:
    person.shown += os.read(writer, 65536)


async def found(world: World, wanted: tuple[Protocol, ...] = BOTH) -> Draft:
    """Return a draft with the best server of each of these protocols that discovery finds."""
    address = Address.parse(world.address)
    seen: list[Candidate] = []
    await discover(address, world.net, lambda fact: seen.append(fact) if isinstance(fact, Candidate) else None)
    ranked = rank(seen, wanted[0])
    chosen = [next(one for one in ranked if one.endpoint.protocol is protocol) for protocol in wanted]
    incoming, outgoing = chosen[0], next(iter(chosen[1:]), None)
    service = Service.EXCHANGE if wanted[0] is Protocol.EWS else Service.MAIL
    draft = Draft().with_service(service).with_address(address, "").found(ranked)
    return draft.with_servers(incoming, outgoing)


def with_port(world: World, port: int) -> None:
    """Let the practice registrations have a port that no other run uses."""
    for name, one in world.registrations.items():
        world.identity.registrations[name] = replace(one, port=port)

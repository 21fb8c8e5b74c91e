"""A practice world that outlives a command, so that what one command keeps another one can use."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import mailwizard.cli.running
import mailwizard.sandbox
from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS, furnish
from mailwizard.sandbox.signing_in import practice

T = TypeVar("T")
Opening = Callable[[], AbstractAsyncContextManager[World]]


class Shared:
    """A world on a loop of its own, in a thread."""

    def __init__(self, world: World, loop: asyncio.AbstractEventLoop) -> None:
        self.world, self._loop = world, loop

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what something comes to that happens in the world."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    @property
    def secrets(self) -> set[str]:
        """Return everything that was given out or registered so far."""
        return {secret for secret in self.world.identity.secrets if len(secret) >= 8}

    def seen_in(self, text: str) -> list[str]:
        """Return the secrets that stand in a text, plain or percent-encoded."""
        from urllib.parse import quote

        return [secret for secret in self.secrets if secret in text or quote(secret, safe="") in text]

    def seen_below(self, folder: Path) -> list[Path]:
        """Return the files below a folder that hold a secret readably."""
        wanted = [secret.encode() for secret in self.secrets]
        files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
        return [path for path in files if any(secret in path.read_bytes() for secret in wanted)]


@asynccontextmanager
async def with_issuer_of_its_own() -> AsyncIterator[World]:
    """Open a world whose mail servers take the tokens of an issuer that only its address names."""
    world = World("practice-issuer")
    try:
        await world.prepare()
        furnish(world)
        world.address, world.password = PRACTICE_ADDRESS, PASSWORD
        practice(world)
        await world.open()
        yield world
    finally:
        await world.close()


@contextmanager
def opened(scenario: str | Opening) -> Iterator[Shared]:
    """Open the world of a scenario, or ``own-issuer``, or what opens one; leaving ends everything in it."""
    opening: Opening
    if isinstance(scenario, str):
        opening = with_issuer_of_its_own if scenario == "own-issuer" else partial(open_world, scenario)
    else:
        opening = scenario
    loop = asyncio.new_event_loop()
    ready: list[World] = []
    there, leave = threading.Event(), asyncio.Event()

    async def live() -> None:
        async with opening() as world:
            ready.append(world)
            there.set()
            await leave.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(live()), daemon=True)
    thread.start()
    try:
        assert there.wait(30), "the world did not open"
        yield Shared(ready[0], loop)
    finally:
        loop.call_soon_threadsafe(leave.set)
        thread.join(30)
        loop.close()


def let_in(monkeypatch: Any, shared: Shared) -> None:
    """Let every command that asks for a practice world meet this one."""

    @asynccontextmanager
    async def meet(scenario: str) -> AsyncIterator[World]:
        yield shared.world

    monkeypatch.setattr(mailwizard.sandbox, "open_world", meet)


def stand_for_the_network(shared: Shared) -> None:
    """Let every command of this process take the world for the network."""
    mailwizard.cli.running.real_network = lambda options: shared.world.net

"""A small internet beside an application, to try and to test it with."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailwizard.net import Net


@dataclass(frozen=True, slots=True)
class Practice:
    """A small internet on this machine, with one mailbox in it."""

    address: str
    password: str = field(repr=False)
    net: Callable[[], Net] = field(repr=False)
    """What :class:`Application` takes as ``net``."""


@contextmanager
def practice(scenario: str = "all-well") -> Iterator[Practice]:
    """Let a small internet run beside the application; ``mailwizard demo --list`` names the scenarios.

    What is saved meanwhile goes where accounts are always saved: a test sets ``XDG_CONFIG_HOME`` and its like.

    Raises:
        ValueError: for a scenario that does not exist.
    """
    from mailwizard.sandbox import labels

    if scenario not in labels():
        raise ValueError(f"There is no scenario {scenario!r}; there are {', '.join(labels())}.")
    opened: Future[Practice] = Future()
    over = threading.Event()
    thread = threading.Thread(target=_practise, args=(scenario, opened, over), name="mailwizard-practice", daemon=True)
    thread.start()
    try:
        yield opened.result()
    finally:
        over.set()
        thread.join()


def _practise(scenario: str, opened: Future[Practice], over: threading.Event) -> None:
    """Let a world run until it is over."""
    from mailwizard.sandbox import open_world

    async def run() -> None:
        async with open_world(scenario) as world:
            opened.set_result(Practice(world.address, world.password, lambda: world.net))
            await asyncio.to_thread(over.wait)

    try:
        asyncio.run(run())
    except BaseException as error:
        if opened.done():
            raise
        opened.set_exception(error)

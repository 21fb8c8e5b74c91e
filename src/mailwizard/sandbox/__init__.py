"""A small internet on loopback, for practice, tests and pictures: real servers behind a Net that leads nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from mailwizard.plugins import plugins
from mailwizard.sandbox import scenarios
from mailwizard.sandbox.internet import furnish
from mailwizard.sandbox.world import Switch, World

__all__ = ["Switch", "World", "labels", "open_world"]


def labels() -> dict[str, str]:
    """Return what each scenario is about, by its name as a command word."""
    return {_word(name): str(scenario.LABEL) for name, scenario in plugins(scenarios).items()}


@asynccontextmanager
async def open_world(scenario: str = "all-well") -> AsyncIterator[World]:
    """Open the world of a scenario, named with ``-`` or ``_``; leaving ends everything in it.

    Raises:
        ValueError: with one sentence for a person, where there is no such scenario.
    """
    known: dict[str, Any] = {_word(name): found for name, found in plugins(scenarios).items()}
    told = known.get(_word(scenario))
    if told is None:
        raise ValueError(f"There is no scenario {scenario!r}; there are {', '.join(known)}.")
    world = World(_word(scenario))
    try:
        await world.prepare()
        furnish(world)
        await told.build(world)
        world.label = told.LABEL
        world.story = tuple(_fill(told.STORY, world).splitlines())
        await world.open()
        yield world
    finally:
        await world.close()


def _word(name: str) -> str:
    """Return a scenario's name as a command word."""
    return name.replace("_", "-")


def _fill(story: str, world: World) -> str:
    """Return a story with the world's own address and secrets."""
    return story.format(address=world.address, password=world.password, refused=world.refused_password)

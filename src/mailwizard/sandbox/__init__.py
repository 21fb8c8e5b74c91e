"""A small internet on loopback, for practice, tests and pictures: real servers behind a Net that leads nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from mailwizard.plugins import plugins
from mailwizard.sandbox import scenarios
from mailwizard.sandbox.country import all_domains, settle
from mailwizard.sandbox.domain import Domain
from mailwizard.sandbox.fault import FAULT, PASSWORD, Fault
from mailwizard.sandbox.internet import furnish
from mailwizard.sandbox.misbehaving import all_faults, misbehave, story_of
from mailwizard.sandbox.world import Switch, World

__all__ = [
    "FAULT",
    "Domain",
    "Fault",
    "Switch",
    "World",
    "all_domains",
    "all_faults",
    "labels",
    "open_country",
    "open_faults",
    "open_world",
]


def labels() -> dict[str, str]:
    """Return what each scenario is about, by its name as a command word."""
    return {_word(name): str(scenario.LABEL) for name, scenario in plugins(scenarios).items()}


@asynccontextmanager
async def open_world(scenario: str = "all-well") -> AsyncIterator[World]:
    """Open the world of a scenario, named with ``-`` or ``_``, or of one fault as ``fault:NAME``.

    Leaving ends everything in it.

    Raises:
        ValueError: with one sentence for a person, where there is no such scenario.
    """
    fault = all_faults().get(scenario.removeprefix(FAULT)) if scenario.startswith(FAULT) else None
    if fault is not None:
        async with open_faults([fault]) as one:
            one.scenario, one.label = scenario, f"Fault: {fault.name}"
            one.address, one.password = fault.address, PASSWORD
            one.story = story_of(fault)
            yield one
        return
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


@asynccontextmanager
async def open_country(chosen: Sequence[Domain] | None = None, *, round_trip: float = 0.0) -> AsyncIterator[World]:
    """Open a world of made-up domains, some of them or all that can live together; leaving ends everything in it.

    ``round_trip`` is the seconds that DNS, connecting and each exchange on a connection take.
    """
    world = World("discovery")
    world.round_trip = round_trip
    try:
        await world.prepare()
        settle(world, [domain for domain in all_domains() if not domain.alone] if chosen is None else chosen)
        await world.open()
        yield world
    finally:
        await world.close()


@asynccontextmanager
async def open_faults(chosen: Sequence[Fault]) -> AsyncIterator[World]:
    """Open a world of misbehaving servers; leaving ends everything in it."""
    world = World("faults")
    try:
        await world.prepare()
        misbehave(world, chosen)
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

"""From each practice world to a passing check at a terminal that is shown lines alone, as a process of its own."""

from __future__ import annotations

import asyncio
import os

import pytest
from tests.journeys import test_plain_cures
from tests.journeys.plain_run import Asked, without_practice
from tests.journeys.plainly import COMMAND, Seated, at_terminal
from tests.journeys.test_plain_cures import WAITS, Way, proven

from mailwizard.plugins import plugins
from mailwizard.sandbox import open_world, scenarios

EVERY = sorted(plugins(scenarios))
CHOSEN = EVERY if os.environ.get("MAILWIZARD_EVERY_STORY") else sorted(set(EVERY[::3]) - WAITS)
"""All of them where the variable says so; else a part of them, for the sake of time."""


class AtTerminal(Asked):
    """The same person at a real terminal; only the program knows the draft and the world."""

    def __init__(self, seat: Seated) -> None:
        self.seat = seat

    @property
    def text(self) -> str:
        return " ".join(self.seat.said.split())

    async def sees(self, *texts: str) -> None:
        await asyncio.to_thread(self.seat.sees, *texts)

    async def answers(self, *texts: str) -> None:
        await asyncio.to_thread(self.seat.answers, *texts)

    async def chooses(self, *titles: str) -> None:
        await asyncio.to_thread(self.seat.chooses, *titles)


@pytest.mark.parametrize("scenario", CHOSEN)
async def test_a_practice_world_leads_to_a_passing_check_at_a_terminal(scenario: str) -> None:
    way: Way = vars(test_plain_cures)[scenario]
    command = (*COMMAND, "demo", scenario.replace("_", "-"), "--plain")
    async with open_world(scenario) as story:
        with at_terminal(*command) as seat:
            person = AtTerminal(seat)
            await person.gets_to_sign_in(story.address)
            await way(person, story)
            await person.sees(proven(scenario), "What now? (page 5-C)")
            await person.answers(":leave")
            end = await asyncio.to_thread(seat.ended)
        told = without_practice(end.out, story)
    assert end.code == 130
    assert "\x1b" not in end.out and "\b" not in end.out
    assert all(secret not in told for secret in (story.password, story.refused_password) if secret)

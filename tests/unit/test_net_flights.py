"""Whoever asks the same at the same time shares one answer, and the last to leave ends the question."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from mailwizard.model import Failure
from mailwizard.net.real.flights import Flights


class Oracle:
    """Answers once it is told to, and counts who asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.ended = 0
        self.may_answer = asyncio.Event()
        self.failure: Failure | None = None

    async def ask(self) -> int:
        self.asked += 1
        try:
            await self.may_answer.wait()
        finally:
            self.ended += 1
        if self.failure:
            raise self.failure
        return self.asked


async def several(flights: Flights[str, int], oracle: Oracle, count: int) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(flights.join("name", oracle.ask)) for _ in range(count)]
    await asyncio.sleep(0)
    return tasks


async def test_the_same_question_is_asked_once_while_it_is_under_way_and_again_later() -> None:
    flights, oracle = Flights[str, int](), Oracle()
    tasks = await several(flights, oracle, 3)
    other = asyncio.create_task(flights.join("other", oracle.ask))
    await asyncio.sleep(0)
    oracle.may_answer.set()
    assert len(set(await asyncio.gather(*tasks))) == 1
    await other
    assert oracle.asked == 2
    assert await flights.join("name", oracle.ask) == 3


async def test_a_failure_reaches_everybody() -> None:
    flights, oracle = Flights[str, int](), Oracle()
    oracle.failure = Failure("dns.nxdomain")
    tasks = await several(flights, oracle, 2)
    oracle.may_answer.set()
    for task in tasks:
        with pytest.raises(Failure):
            await task
    assert oracle.asked == 1


async def test_one_who_leaves_disturbs_nobody_and_the_last_one_ends_the_question() -> None:
    flights, oracle = Flights[str, int](), Oracle()
    first, second = await several(flights, oracle, 2)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    assert (second.done(), oracle.ended) == (False, 0)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    assert (second.cancelled(), oracle.ended) == (True, 1)


def test_a_loop_that_ended_leaves_no_answer_behind() -> None:
    flights = Flights[str, int]()

    async def ask(value: int) -> int:
        return value

    async def leave() -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(flights.join("name", lambda: asyncio.sleep(60, 1)), 0.01)

    asyncio.run(leave())
    assert asyncio.run(flights.join("name", lambda: ask(2))) == 2

"""A whole list side by side: whose turn it is, what is written down, and what is kept in memory."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import cast

import pytest

from mailwizard.model import Evidence, Failure, Outcome, Step
from mailwizard.operations.adding import Added, Adding, Result
from mailwizard.operations.adding_many import add_all
from mailwizard.operations.people import Row
from mailwizard.operations.wanted import Wanted, read_wanted
from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.internet import PRACTICE_ADDRESS
from mailwizard.storage.worked import Worked, working

Told = list[tuple[int, Result, bool]]


class Slow:
    """Adds an account in a while that its domain names, in seconds; remembers who was under way with whom."""

    def __init__(self, size: int = 0, result: Callable[[Wanted], Result] = lambda _: Result.SAVED) -> None:
        self.begun: list[str] = []
        self.most = self.inside = 0
        self._size, self._result = size, result

    def bar(self, logins: Iterable[str]) -> None:
        assert not list(logins)

    async def add(self, wanted: Wanted, refused: object = None) -> Added:
        self.begun.append(str(wanted.address))
        self.inside += 1
        self.most = max(self.most, self.inside)
        try:
            await asyncio.sleep(5 if wanted.address.domain.startswith("slow") else 0)
        finally:
            self.inside -= 1
        seen = (Evidence("x", Step.CONNECT, Outcome.OK, detail="y" * self._size),) if self._size else ()
        return Added(self._result(wanted), wanted, evidence=seen)


def rows(count: int, domain: str = "a.example", first: int = 0) -> list[Row]:
    numbers = range(first, first + count)
    return [Row(n + 2, read_wanted({"address": f"u{n}@{domain}", "imap": domain}), mark=f"{n:032x}") for n in numbers]


async def added(every: list[Row], adding: Slow, worked: Worked | None = None, at_once: int = 2) -> Told:
    told: Told = []
    await add_all(
        *(
            every,
            cast(Adding, adding),
            lambda row, what, earlier: told.append((row.line, what.result, earlier)),
            worked,
        ),
        at_once=at_once,
    )
    return told


@pytest.mark.parametrize("at_once", [1, 2, 5])
async def test_no_more_rows_of_one_server_are_under_way_than_asked_for(at_once: int) -> None:
    adding = Slow()
    assert len(await added(rows(20), adding, at_once=at_once)) == 20
    assert adding.most == at_once


async def test_a_slow_server_holds_nobody_else_up() -> None:
    adding, told = Slow(), Told()
    every = [*rows(10, "slow.example"), *rows(10, "a.example", 10)]
    with suppress(TimeoutError):
        async with asyncio.timeout(0.5):
            await add_all(
                every, cast(Adding, adding), lambda row, what, _: told.append((row.line, what.result, False)), None
            )
    assert sorted(told) == [
        (2, Result.STOPPED, False),
        (3, Result.STOPPED, False),
        *((line, Result.SAVED, False) for line in range(12, 22)),
    ]


async def test_bad_rows_are_told_and_nobody_is_asked_for_them() -> None:
    adding = Slow()
    told = await added([Row(2, sentence="address: it is missing."), *rows(1, first=1)], adding)
    assert told == [(2, Result.UNFIT, False), (3, Result.SAVED, False)] and len(adding.begun) == 1


async def test_a_later_run_goes_on_with_what_is_neither_saved_nor_refused() -> None:
    results = [Result.SAVED, Result.REFUSED, Result.FAILED, Result.HELD, Result.NO_SECRET, Result.EXISTS]

    def result(wanted: Wanted) -> Result:
        return results[int(wanted.address.local[1:])]

    with working("list", resume=False) as worked:
        await added(rows(6), Slow(result=result), worked)
    adding = Slow()
    with working("list", resume=True) as worked:
        told = await added(rows(6), adding, worked)
    assert {line: result for line, result, earlier in told if earlier} == {2: Result.SAVED, 3: Result.REFUSED}
    assert sorted(adding.begun) == [f"u{number}@a.example" for number in range(2, 6)]


async def test_what_cannot_be_written_down_is_not_begun() -> None:
    adding = Slow()
    with working("list", resume=False) as worked:
        worked._fd = -1
        with pytest.raises(Failure) as failure:
            await added(rows(20), adding, worked)
    assert failure.value.code.startswith("store.") and adding.begun == []


async def test_of_what_was_told_nothing_is_kept() -> None:
    every = rows(2000)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        await add_all(every, cast(Adding, Slow(size=20_000)), lambda *_: None, None)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert peak < 4 << 20, f"{peak >> 10} kB for 2000 rows of 20 kB each"


def _people(*names: str) -> list[Row]:
    said = [{"address": PRACTICE_ADDRESS, "name": name, "secret": "env:WRONG"} for name in names]
    return [Row(n, read_wanted(one), mark=f"{n:032x}") for n, one in enumerate(said, 2)]


def _failed(evidence: Iterable[Evidence], *_: object) -> int:
    return 14 if any(seen.outcome is Outcome.FAIL for seen in evidence) else 0


async def _run(world: World, every: list[Row], worked: Worked) -> list[Result]:
    told: list[Result] = []
    await add_all(every, Adding(world.net, _failed), lambda _, what, __: told.append(what.result), worked)
    return told


async def test_a_login_that_was_refused_is_not_tried_by_a_later_run_of_the_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WRONG", "not this one")
    async with open_world("all-well") as world:
        for resume in (False, True, True):
            with working("list", resume=resume) as worked:
                told = await _run(world, _people("one", "two"), worked)
            assert sorted(told) == [Result.HELD, Result.REFUSED]
            assert sum(world.logins.values()) == 1
        with working("list", resume=True) as worked:
            others = [row for row in _people("one", "two") if worked.done[row.mark] != Result.REFUSED]
            assert await _run(world, others, worked) == [Result.REFUSED]
        assert sum(world.logins.values()) == 2


async def test_a_row_that_is_killed_after_its_refusal_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRONG", "not this one")
    monkeypatch.setattr(Worked, "end", lambda *_: None)
    async with open_world("all-well") as world:
        for resume in (False, True):
            with working("list", resume=resume) as worked:
                assert await _run(world, _people("one"), worked) == [Result.REFUSED]
        assert sum(world.logins.values()) == 1


async def test_rows_of_one_login_are_told_each_and_cost_one_refused_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRONG", "not this one")
    addresses = (PRACTICE_ADDRESS, PRACTICE_ADDRESS, PRACTICE_ADDRESS.replace("alice", "Alice"))
    said = [{"address": one, "name": f"n{at}", "secret": "env:WRONG"} for at, one in enumerate(addresses)]
    every = [Row(at, read_wanted(one), mark=f"{at:032x}") for at, one in enumerate(said, 2)]
    async with open_world("all-well") as world:
        with working("list", resume=False) as worked:
            assert sorted(await _run(world, every, worked)) == [Result.HELD, Result.HELD, Result.REFUSED]
        assert sum(world.logins.values()) == 1

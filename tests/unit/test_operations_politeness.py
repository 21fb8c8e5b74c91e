"""Few at once at one place, and no more sign-ins where they are refused."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from mailwizard.model import Candidate, Endpoint, Evidence, Outcome, Protocol, Step, Trust
from mailwizard.operations.politeness import Attempt, Guard, Held, Turns, places

IMAP = Candidate(Endpoint.parse(Protocol.IMAP, "imap.example.com"), "a", (), "typed", Trust.CURATED, "Typed.")
CARD = Candidate(Endpoint.parse(Protocol.SMTP, "smtp.gmail.com"), "a", (), "cards", Trust.CURATED, "Known.", "gmail")


async def _most_at_once(turns: Turns, wanted: list[frozenset[str]], seconds: float = 0.01) -> int:
    inside = most = 0

    async def one(at: frozenset[str]) -> None:
        nonlocal inside, most
        async with turns.turn(at):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(seconds)
            inside -= 1

    async with asyncio.TaskGroup() as group:
        for at in wanted:
            group.create_task(one(at))
    return most


async def test_no_more_than_so_many_are_inside_at_one_place() -> None:
    assert await _most_at_once(Turns(2, 0.0), [frozenset({"a.example"})] * 12) == 2


async def test_places_do_not_wait_for_each_other() -> None:
    assert await _most_at_once(Turns(1, 0.0), [frozenset({f"{n}.example"}) for n in range(6)]) == 6


async def test_those_who_need_two_places_in_any_order_all_get_their_turn() -> None:
    both = [frozenset({"a.example", "b.example"}), frozenset({"b.example", "a.example"})] * 10
    async with asyncio.timeout(5):
        assert await _most_at_once(Turns(1, 0.0), both, 0.0) == 1


async def test_the_next_one_comes_after_a_pause() -> None:
    clock, begun = asyncio.get_running_loop(), list[float]()
    turns = Turns(1, 0.05)
    for _ in range(3):
        async with turns.turn({"a.example"}):
            begun.append(clock.time())
    assert all(later - earlier >= 0.045 for earlier, later in pairwise(begun))


async def test_a_turn_that_is_cancelled_while_it_waits_takes_nobody_s_place() -> None:
    turns = Turns(1, 0.0)
    async with turns.turn({"a.example"}):
        waiting = asyncio.ensure_future(_most_at_once(turns, [frozenset({"a.example"})]))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(1):
        assert await _most_at_once(turns, [frozenset({"a.example"})] * 2) == 1


def test_a_provider_is_one_place_whatever_its_hosts_are_called() -> None:
    assert places([IMAP, CARD]) == {"imap.example.com", "gmail"}


async def test_a_login_that_was_refused_is_not_tried_again() -> None:
    guard = Guard()
    async with guard.attempt({"a.example"}, "alice") as attempt:
        attempt.refused.add("a.example")
    with pytest.raises(Held, match="refused alice"):
        async with guard.attempt({"a.example"}, "alice"):
            pytest.fail("it was let in")
    async with guard.attempt({"a.example"}, "bob"):
        assert not guard.is_stopped("a.example")


@pytest.mark.parametrize("at_once", [1, 2, 8])
async def test_three_refusals_in_a_row_stop_a_place_however_many_are_under_way(at_once: int) -> None:
    guard, tried, held = Guard(), 0, 0
    turns = Turns(at_once, 0.0)

    async def one(name: str) -> None:
        nonlocal tried, held
        try:
            async with turns.turn({"a.example"}), guard.attempt({"a.example"}, name) as attempt:
                tried += 1
                await asyncio.sleep(0.001)
                attempt.refused.add("a.example")
        except Held as why:
            held += "3 sign-ins in a row" in why.sentence

    async with asyncio.TaskGroup() as group:
        for number in range(20):
            group.create_task(one(f"user{number}"))
    assert (tried, held) == (3, 17) and guard.is_stopped("a.example")


async def test_one_that_is_taken_begins_the_count_anew_and_other_places_go_on() -> None:
    guard = Guard()
    for number, refused in enumerate([True, True, False, True, True]):
        async with guard.attempt({"a.example"}, f"user{number}") as attempt:
            (attempt.refused if refused else attempt.taken).add("a.example")
    assert not guard.is_stopped("a.example")
    async with guard.attempt({"a.example"}, "last") as attempt:
        attempt.refused.add("a.example")
    assert guard.is_stopped("a.example") and not guard.is_stopped("b.example")


async def test_whoever_is_cancelled_while_waiting_leaves_room() -> None:
    guard = Guard(1)
    async with guard.attempt({"a.example"}, "first") as attempt:
        attempt.taken.add("a.example")
    async with asyncio.timeout(1), guard.attempt({"a.example"}, "second"):
        pass


@pytest.mark.parametrize(
    ("outcome", "facts", "refused", "taken"),
    [
        (Outcome.FAIL, (("secret", "sent"),), {"imap.example.com"}, set()),
        (Outcome.FAIL, (), set(), set()),
        (Outcome.SKIP, (), set(), set()),
        (Outcome.OK, (("secret", "sent"),), set(), {"imap.example.com"}),
    ],
)
def test_only_a_secret_that_was_sent_in_vain_is_a_refusal(
    outcome: Outcome, facts: tuple[tuple[str, str], ...], refused: set[str], taken: set[str]
) -> None:
    attempt = Attempt()
    attempt.read([IMAP], [Evidence(str(IMAP.endpoint), Step.SIGN_IN, outcome, facts=facts)])
    assert (attempt.refused, attempt.taken) == (refused, taken)


@pytest.mark.parametrize("others", [{"a.example"}, {"a.example", "b.example"}])
async def test_a_login_is_tried_once_at_a_time_until_it_was_taken_whatever_its_capitals(others: set[str]) -> None:
    guard, tried, held = Guard(), list[str](), list[str]()

    async def one(name: str, at: set[str]) -> None:
        try:
            async with guard.attempt(at, name) as attempt:
                tried.append(name)
                await asyncio.sleep(0.01)
                attempt.refused.add("a.example")
        except Held:
            held.append(name)

    async with asyncio.TaskGroup() as group:
        for name, at in (("a@x", {"a.example"}), ("A@x", others), ("a@X", others)):
            group.create_task(one(name, at))
    assert (tried, held) == (["a@x"], ["A@x", "a@X"])


async def test_a_login_that_was_taken_is_let_in_several_times_at_once() -> None:
    guard, inside, most = Guard(), 0, 0

    async def one() -> None:
        nonlocal inside, most
        async with guard.attempt({"a.example"}, "shared") as attempt:
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.001)
            attempt.taken.add("a.example")
            inside -= 1

    await one()
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(one())
    assert most == 4

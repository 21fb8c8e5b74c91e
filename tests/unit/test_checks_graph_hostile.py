"""A Graph that is slow, endless, cut off or hangs up: every check of it ends in time, and tells no secret."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest
from tests.stopwatch import Stopwatch
from tests.unit.graphs import HOST, PLACE, QUICK, check, codes, draft, ours, service, token

from mailwizard.checks import Limits, verify
from mailwizard.model import AuthKind, Candidate, Credential, Evidence, Outcome, Step, Until
from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.web import Answer, Pace, Request
from mailwizard.storage import journal

JSON = "application/json"
SHORT = Limits(step=0.6, check=8, delivery=0.6)
SILENT = Answer(b"", pace=Pace.SILENT)
HOSTILE = {
    "silent": SILENT,
    "drip": Answer(b'{"id": "x"}' * 100, content_type=JSON, pace=Pace.DRIP),
    "endless": Answer(b'{"id": "x"}', content_type=JSON, pace=Pace.ENDLESS),
    "cut": Answer(b'{"id": "x"}' * 100, content_type=JSON, pace=Pace.CUT),
    "garbled": Answer(b"* OK IMAP4rev1 ready\r\n", pace=Pace.GARBLED),
    "large": Answer(b"x" * (3 * 1024 * 1024), content_type=JSON),
}
each_kind = pytest.mark.parametrize("kind", HOSTILE)


def instead(world: World, fits: Callable[[Request], bool], answer: Answer) -> None:
    """Answer some requests otherwise than Graph would."""
    known = service(world).answer
    world.web.publish(HOST, "/v1.0/*", lambda request: answer if fits(request) else known(request))


@each_kind
async def test_a_greeting_that_makes_no_sense_ends_the_check_before_the_token_leaves(kind: str) -> None:
    async with open_world("microsoft-graph") as world:
        value = token(world)
        world.web.publish(HOST, "/v1.0/*", HOSTILE[kind])
        watch = Stopwatch()
        seen = await check(world, value, limits=SHORT)
        assert watch.seconds < 5
        assert len(codes(seen)) == 1 and codes(seen)[0] != "bug" and seen[-1].step is Step.GREETING
        assert not any(request.tells(value) for request in world.web.requests)


@each_kind
async def test_a_sign_in_without_a_clear_answer_costs_no_second_one(kind: str) -> None:
    async with open_world("microsoft-graph") as world:
        value = token(world)
        instead(world, lambda request: bool(request.header("authorization")), HOSTILE[kind])
        seen = await check(world, value, limits=SHORT)
        assert len(codes(seen)) == 1 and codes(seen)[0] != "bug" and seen[-1].step is Step.SIGN_IN
        assert sum(request.tells(value) for request in world.web.requests) == 1


@pytest.mark.parametrize("body", [b"", b"{}", b'{"value": []}'])
async def test_an_answer_that_is_no_folder_is_not_told_as_a_sign_in(body: bytes) -> None:
    async with open_world("microsoft-graph") as world:
        instead(world, lambda request: bool(request.header("authorization")), Answer(body, content_type=JSON))
        seen = await check(world, token(world), limits=SHORT)
        assert codes(seen) == ["graph.not-graph"] and seen[-1].step is Step.SIGN_IN


@each_kind
async def test_trouble_while_a_message_is_sent_leaves_it_to_be_looked_for(kind: str) -> None:
    async with open_world("microsoft-graph") as world:
        value = token(world)
        known = service(world).answer

        def take_and_fail(request: Request) -> Answer:
            answer = known(request)
            return HOSTILE[kind] if request.path.lower().endswith("sendmail") else answer

        world.web.publish(HOST, "/v1.0/*", take_and_fail)
        seen = await check(world, value, Until.DELIVERY, SHORT)
        assert "bug" not in codes(seen) and any(fact.step is Step.DATA for fact in seen if fact.code)
        assert sum(request.path.lower().endswith("sendmail") for request in world.web.requests) == 1
        assert len(journal.entries(PLACE, world.address)) == 1 and ours(world) == 2
        world.web.publish(HOST, "/v1.0/*", known)
        await check(world, value)
        assert ours(world) == 0 and journal.entries(PLACE, world.address) == ()


async def test_a_message_that_may_have_been_taken_is_not_sent_again() -> None:
    async with open_world("microsoft-graph") as world:
        body = json.dumps({"error": {"code": "ServiceUnavailable", "message": "Later."}}).encode()
        busy = Answer(body, 503, JSON, (("Retry-After", "0"),))
        instead(world, lambda request: request.path.lower().endswith("sendmail"), busy)
        seen = await check(world, token(world), Until.DELIVERY)
        assert codes(seen) == ["graph.ServiceUnavailable"]
        assert sum(request.path.lower().endswith("sendmail") for request in world.web.requests) == 1


async def test_a_service_that_is_busy_for_good_is_not_asked_for_ever() -> None:
    async with open_world("microsoft-graph") as world:
        body = json.dumps({"error": {"code": "TooManyRequests", "message": "Later."}}).encode()
        busy = Answer(body, 429, JSON, (("Retry-After", "0"),))
        instead(world, lambda request: bool(request.header("authorization")), busy)
        seen = await check(world, token(world))
        assert codes(seen) == ["graph.TooManyRequests"]
        assert len(world.web.requests) == 4


@pytest.mark.parametrize("where", ["/inbox", "/junkemail", "sendmail", "/messages"])
async def test_a_check_is_cancelled_within_a_fifth_of_a_second_wherever_it_waits(where: str) -> None:
    async with open_world("microsoft-graph") as world:
        asked = asyncio.Event()

        def waits(request: Request) -> bool:
            fits = bool(request.header("authorization")) and where in request.target.lower()
            if fits:
                asked.set()
            return fits

        instead(world, waits, SILENT)
        seen: list[Evidence] = []

        def hear(fact: Candidate | Evidence) -> None:
            if isinstance(fact, Evidence) and fact.outcome is not Outcome.RUNNING:
                seen.append(fact)

        who = Credential(world.address, token(world), AuthKind.OAUTH2)
        task = asyncio.create_task(verify(draft(world), who, world.net, hear, Until.DELIVERY, limits=QUICK))
        await asyncio.wait_for(asked.wait(), 5)
        watch = Stopwatch()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert watch.seconds < 0.3
        assert "cancelled" in [fact.code for fact in seen] and "bug" not in [fact.code for fact in seen]

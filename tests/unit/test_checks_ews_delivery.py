"""A message to oneself over Exchange Web Services: found, read, and removed with its copy, and nothing else with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from tests.stopwatch import Stopwatch
from tests.unit.small_exchange import ENDPOINT, JANE, SmallExchange, checked, error, exchange_world, failed, users

from mailwizard.checks.parcel import SUBJECT
from mailwizard.model import Outcome, Until
from mailwizard.sandbox.web import Answer, Request
from mailwizard.storage import journal

pytestmark = pytest.mark.usefixtures("users")
__all__ = ["users"]
OTHER = b"Message-ID: <other@practice.example>\r\nSubject: mine\r\n\r\nkeep me\r\n"


def stocked() -> SmallExchange:
    server = SmallExchange()
    for place in server.folders.values():
        place[f"old{id(place)}"] = OTHER
    return server


def others(server: SmallExchange) -> list[bytes]:
    return [content for place in server.folders.values() for content in place.values()]


async def until_true(holds: Callable[[], bool]) -> None:
    for _ in range(3000):
        if holds():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came to that")


async def test_a_message_is_sent_found_and_removed_with_its_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    server = stocked()
    known: list[journal.Entry] = []

    def watching(request: Request) -> None:
        if b"CreateItem" in request.body:
            known.extend(journal.entries(ENDPOINT.place, JANE.username))

    server.instead = watching
    async with exchange_world(monkeypatch, server) as world:
        seen = await checked(world, until=Until.DELIVERY)
    assert [entry.token for entry in known] == [seen.fact("token")], "it is written down before it leaves"
    assert not [one for one in seen.ends() if one[1] is Outcome.FAIL]
    steps = [step for step, outcome, _ in seen.ends() if outcome is Outcome.OK]
    assert steps[4:10] == ["sign-in", "mailbox", "data", "mailbox", "append", "mailbox"]
    assert (seen.fact("folder"), seen.fact("sent-copy"), seen.fact("copies")) == ("INBOX", "server", "1")
    assert (seen.fact("removed"), seen.fact("left")) == ("2", "0")
    assert seen.fact("written-as") == "jane@practice.example"
    assert others(server) == [OTHER] * 3, "nothing but ours is removed"
    assert journal.entries(ENDPOINT.place, JANE.username) == ()
    assert server.proofs == ["NTLM"]


async def test_a_server_that_leaves_an_answer_out_loses_no_message_of_another_s(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = SmallExchange()
    alien = f"Message-ID: <alien@elsewhere.example>\r\nSubject: {SUBJECT}\r\n\r\nkeep me\r\n".encode()
    server.folders["inbox"]["alien"] = alien
    whole = server._getitem

    def without_the_alien(body: str) -> Answer:
        return whole(body.replace('ItemId Id="alien"', "Nothing"))

    monkeypatch.setattr(server, "_getitem", without_the_alien)
    async with exchange_world(monkeypatch, server) as world:
        await checked(world, until=Until.DELIVERY)
    assert others(server) == [alien], "what is ours is gone, and nothing else"


async def test_a_message_that_does_not_come_is_lost_and_its_copy_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    server = stocked()
    server.loses = True
    async with exchange_world(monkeypatch, server) as world:
        seen = await checked(world, until=Until.DELIVERY, delivery=1.0)
    assert failed(seen).code == "delivery.lost"
    assert others(server) == [OTHER] * 3
    assert len(journal.entries(ENDPOINT.place, JANE.username)) == 1, "it may still come"


async def test_what_an_earlier_check_left_is_removed_by_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    server, token = stocked(), "ab" * 16
    server.folders["inbox"]["left"] = f"X-Mailwizard: {token}\r\nSubject: A test by mailwizard\r\n\r\nx".encode()
    # Whoever answers such a message quotes its mark, and what they wrote is theirs.
    server.folders["inbox"]["quoting"] = f"Subject: Re: A test by mailwizard\r\n\r\n> Its mark: {token}\r\n".encode()
    journal.keep(token, ENDPOINT.place, JANE.username)
    async with exchange_world(monkeypatch, server) as world:
        seen = await checked(world)
    assert seen.fact("removed-earlier") == "1"
    assert "left" not in server.folders["inbox"] and "quoting" in server.folders["inbox"]
    assert journal.entries(ENDPOINT.place, JANE.username) == ()


async def test_a_message_that_cannot_be_removed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    server = stocked()
    server.keeps = True
    async with exchange_world(monkeypatch, server) as world:
        seen = await checked(world, until=Until.DELIVERY)
    assert ("mailbox", Outcome.WARN, "delivery.left") in seen.ends()
    assert len(journal.entries(ENDPOINT.place, JANE.username)) == 1


async def test_a_refused_from_is_told_where_the_message_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    server = stocked()

    def instead(request: Request) -> Answer | None:
        no = "The user account does not have the right to send mail on behalf of the specified sending account."
        return error("CreateItem", "ErrorSendAsDenied", no) if b"CreateItem" in request.body else None

    server.instead = instead
    async with exchange_world(monkeypatch, server) as world:
        seen = await checked(world, until=Until.DELIVERY)
    assert failed(seen).code == "ews.ErrorSendAsDenied"
    assert others(server) == [OTHER] * 3
    assert journal.entries(ENDPOINT.place, JANE.username) == (), "what was refused is looked for by nobody"


@pytest.mark.parametrize("at", ["data", "mailbox"])
async def test_a_cancelled_check_is_over_within_a_moment_and_leaves_nothing_that_had_come(
    monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    server = stocked()
    server.loses = at == "mailbox"
    async with exchange_world(monkeypatch, server) as world:
        work = asyncio.ensure_future(checked(world, until=Until.DELIVERY))
        await until_true(lambda: bool(server.folders["sentitems"].get("sent")))
        await asyncio.sleep(0.3 if at == "mailbox" else 0)
        watch = Stopwatch()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert watch.seconds < 0.3
    if at == "mailbox":
        assert others(server) == [OTHER] * 3, "the copy in Sent is gone"
    kept = journal.entries(ENDPOINT.place, JANE.username)
    assert others(server) == [OTHER] * 3 or len(kept) == 1, "the next check removes what is still there"


async def test_a_server_that_is_silent_keeps_nobody_waiting_who_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    from mailwizard.sandbox.web import Pace

    server = stocked()
    server.instead = lambda request: Answer(b"", pace=Pace.SILENT)
    async with exchange_world(monkeypatch, server) as world:
        work = asyncio.ensure_future(checked(world))
        await until_true(lambda: bool(server.proofs))
        watch = Stopwatch()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert watch.seconds < 0.2

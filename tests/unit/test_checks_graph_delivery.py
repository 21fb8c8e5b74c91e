"""A message to oneself over Microsoft Graph, in the practice world: how it comes, and that nothing of it stays."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest
from tests.stopwatch import Stopwatch
from tests.unit.graphs import HOST, PLACE, QUICK, app_token, box, check, codes, draft, end, ours, service, token

from mailwizard.checks import verify
from mailwizard.model import AuthKind, Candidate, Credential, Evidence, Outcome, Security, Step, Until
from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.mailboxes import Message
from mailwizard.sandbox.web import Answer, Request
from mailwizard.storage import journal

DELIVERY = Until.DELIVERY
JSON = "application/json"


def arrival(seen: list[Evidence]) -> Evidence:
    """Return how the waiting ended."""
    return next(fact for fact in seen if fact.fact("wait") == "message")


async def test_a_message_goes_out_comes_back_and_is_removed_with_its_copy() -> None:
    async with open_world("microsoft-graph") as world:
        seen = await check(world, token(world), DELIVERY)
        assert codes(seen) == []
        told = arrival(seen)
        assert (told.fact("folder"), told.fact("from"), told.fact("return-path")) == (
            "INBOX",
            world.address,
            world.address,
        )
        assert (told.fact("spf"), told.fact("dmarc")) == ("pass", "pass")
        assert "TLS" in told.fact("hop") and float(told.fact("delay")) < 5
        append = end(seen, Step.APPEND)
        assert (append.fact("sent-copy"), append.fact("copies")) == ("server", "1")
        assert seen[-1].fact("verdict") == "safe"
        removed = next(fact for fact in seen if fact.fact("removed"))
        assert (removed.fact("removed"), removed.fact("left")) == ("2", "0")
        assert "the message and its copy in Sent" in removed.detail
        assert ours(world) == 0 and dict(world.logins) == {PLACE: 1}
        assert journal.entries(PLACE, world.address) == ()
        assert end(seen, Step.RCPT_TO).fact("from") == world.address


async def test_a_program_by_itself_sends_and_finds_too() -> None:
    async with open_world("microsoft-graph") as world:
        seen = await check(world, app_token(world), DELIVERY)
        assert codes(seen) == [] and arrival(seen).outcome is Outcome.OK
        assert ours(world) == 0


async def test_messages_of_others_stay_also_those_that_mention_ours() -> None:
    async with open_world("microsoft-graph") as world:
        mailbox = box(world)
        others = [
            b"Subject: A test by mailwizard\r\n\r\nnobody's mark\r\n",
            b"Subject: Re: A test by mailwizard\r\nReceived: x\r\n\r\nX-Mailwizard: mentioned\r\n",
        ]
        for content in others:
            mailbox.put("INBOX", Message("x@y.example", (), content))
            mailbox.put("Trash", Message("x@y.example", (), content))
        await check(world, token(world), DELIVERY)
        assert [message.content for message in mailbox.messages] == others
        assert [message.content for message in mailbox.folder("Trash")] == others


@pytest.mark.parametrize("for_good", [True, False], ids=("past the trash", "by way of the trash"))
@pytest.mark.parametrize("renames", [True, False], ids=("with another Message-ID", "with ours"))
async def test_it_is_found_and_removed_whatever_the_service_does_with_it(for_good: bool, renames: bool) -> None:
    async with open_world("microsoft-graph") as world:
        service(world).removes_for_good, service(world).renames = for_good, renames
        mailbox = box(world)
        mailbox.put("Trash", Message("x@y.example", (), b"Subject: rubbish\r\n\r\n"))
        seen = await check(world, token(world), DELIVERY)
        assert codes(seen) == []
        assert end(seen, Step.APPEND).fact("copies") == "1"
        assert next(fact for fact in seen if fact.fact("removed")).fact("removed") == "2"
        assert ours(world) == 0 and len(mailbox.folder("Trash")) == 1


async def test_a_message_in_junk_is_found_and_told() -> None:
    async with open_world("microsoft-graph") as world:
        box(world).into = "Junk"
        seen = await check(world, token(world), DELIVERY)
        assert arrival(seen).code == "delivery.junk"
        assert ours(world) == 0


async def test_a_message_that_never_comes_is_lost_and_still_looked_for_at_the_next_start() -> None:
    async with open_world("microsoft-graph") as world:
        mailbox = box(world)
        mailbox.into = ""
        seen = await check(world, token(world), DELIVERY)
        assert codes(seen) == ["delivery.lost"]
        (entry,) = journal.entries(PLACE, world.address)
        # It comes after all, once nobody waits for it any more.
        late = f"Received: x\r\nSubject: A test by mailwizard\r\nX-Mailwizard: {entry.token}\r\n\r\nlate\r\n"
        mailbox.put("Junk", Message(world.address, (), late.encode()))
        seen = await check(world, token(world))
        assert "1" in [fact.fact("removed-earlier") for fact in seen]
        assert ours(world) == 0 and journal.entries(PLACE, world.address) == ()


async def test_a_refusal_to_send_is_told_and_nothing_is_left_to_look_for() -> None:
    async with open_world("graph-send-not-allowed") as world:
        seen = await check(world, token(world), DELIVERY)
        assert codes(seen) == ["graph.ErrorAccessDenied"] and end(seen, Step.DATA).outcome is Outcome.FAIL
        assert "AppOnly AccessPolicy" in end(seen, Step.DATA).detail
        assert journal.entries(PLACE, world.address) == () and ours(world) == 0
        await world.switches[0].flip()
        assert codes(await check(world, token(world), DELIVERY)) == []


async def test_a_from_that_is_not_ones_own_is_refused_by_graph_in_its_words() -> None:
    async with open_world("microsoft-graph") as world:
        box(world).sends_as = ("other@contoso.example",)
        seen = await check(world, token(world), DELIVERY)
        assert codes(seen) == ["graph.ErrorSendAsDenied"]
        assert end(seen, Step.DATA).fact("from-is") == "login"


async def test_a_token_without_the_right_to_send_says_so() -> None:
    async with open_world("microsoft-graph") as world:
        seen = await check(world, token(world, "Mail.ReadWrite"), DELIVERY)
        assert codes(seen) == ["graph.ErrorAccessDenied"] and end(seen, Step.DATA).outcome is Outcome.FAIL


async def test_a_next_page_elsewhere_is_not_fetched() -> None:
    async with open_world("microsoft-graph") as world:
        world.hosting.serve("elsewhere.example", "https", 443, Security.TLS)
        value = token(world)
        link = {"value": [], "@odata.nextLink": f"https://elsewhere.example/v1.0/me/messages?token={value[:20]}"}
        listing = world.web._found(HOST, "/v1.0/me/messages")
        assert callable(listing)

        def lead_away(request: object) -> Answer:
            return Answer(json.dumps(link).encode(), 200, JSON)

        world.web.publish(HOST, "/v1.0/me/messages", lead_away)
        seen = await check(world, value, DELIVERY)
        assert "http.host-not-named" in codes(seen)
        assert {request.host for request in world.web.requests} == {HOST}
        assert "elsewhere.example" in next(fact for fact in seen if fact.code == "http.host-not-named").detail


async def test_pages_are_read_on_the_same_host_and_not_without_end() -> None:
    async with open_world("microsoft-graph") as world:
        for number in range(60):
            content = f"Received: x\r\nSubject: A test by mailwizard\r\nX-Number: {number}\r\n\r\n".encode()
            box(world).put("INBOX", Message("x@y.example", (), content))
        seen = await check(world, token(world), DELIVERY)
        assert codes(seen) == [] and ours(world) == 0 and len(box(world).messages) == 60
        endless = {"value": [], "@odata.nextLink": f"https://{HOST}/v1.0/me/messages?$skip=1"}
        world.web.publish(HOST, "/v1.0/me/messages", Answer(json.dumps(endless).encode(), 200, JSON))
        before = len(world.web.requests)
        seen = await check(world, token(world), DELIVERY, replace(QUICK, delivery=0.1))
        assert "delivery.lost" in codes(seen)
        assert len(world.web.requests) - before < 60


async def test_a_service_that_filters_nothing_is_looked_through() -> None:
    async with open_world("microsoft-graph") as world:
        whole = world.web._found(HOST, "/v1.0/me/messages")
        assert callable(whole)
        body = json.dumps({"error": {"code": "BadRequest", "message": "Invalid filter clause"}}).encode()
        world.web.publish(
            *(HOST, "/v1.0/me/messages"),
            lambda request: Answer(body, 400, JSON) if "filter" in request.target else whole(request),
        )
        seen = await check(world, token(world), DELIVERY)
        assert codes(seen) == [] and ours(world) == 0


async def test_a_service_that_tells_only_the_least_is_enough() -> None:
    async with open_world("microsoft-graph") as world:
        whole = service(world).answer

        def least(request: Request) -> Answer:
            answer = whole(request)
            if not answer.body or "mailFolders/junkemail" in request.path or "permanentDelete" in request.path:
                return Answer(b"{}", 501, JSON) if answer.body else answer
            told = json.loads(answer.body)
            for one in told.get("value", [told]):
                for name in ("parentFolderId", "bodyPreview", "totalItemCount", "unreadItemCount"):
                    one.pop(name, None)
            return Answer(json.dumps(told).encode(), answer.status, JSON, answer.headers)

        world.web.publish(HOST, "/v1.0/*", least)
        seen = await check(world, token(world), DELIVERY)
        assert codes(seen) == [] and arrival(seen).fact("folder") == "INBOX"
        assert ours(world) == 0


async def run(world: World, until: str, value: str) -> float:
    """Cancel a check at a moment, and return how long it took to stop."""
    moment = asyncio.Event()

    def hear(fact: Candidate | Evidence) -> None:
        if isinstance(fact, Evidence) and until in (fact.fact("message"), fact.detail[:9]):
            moment.set()

    who = Credential(world.address, value, AuthKind.OAUTH2)
    task = asyncio.create_task(verify(draft(world), who, world.net, hear, DELIVERY, limits=QUICK))
    await asyncio.wait_for(moment.wait(), 5)
    watch = Stopwatch()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return watch.seconds


async def test_a_cancelled_check_stops_at_once_and_the_next_one_removes_what_came() -> None:
    async with open_world("microsoft-graph") as world:
        mailbox, value = box(world), token(world)
        mailbox.into = ""
        assert await run(world, "under way", value) < 0.2
        (entry,) = journal.entries(PLACE, world.address)
        mailbox.into = "INBOX"
        assert any(entry.token.encode() in message.content for message in mailbox.folder(mailbox.sent)) or not ours(
            world
        )
        late = f"Received: x\r\nSubject: A test by mailwizard\r\nX-Mailwizard: {entry.token}\r\n\r\n".encode()
        mailbox.put("INBOX", Message(world.address, (), late))
        await check(world, value)
        assert ours(world) == 0 and journal.entries(PLACE, world.address) == ()

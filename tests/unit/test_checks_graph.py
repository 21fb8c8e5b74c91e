"""Reaching Microsoft Graph and signing in to it with a token, in the practice world."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.stopwatch import Stopwatch
from tests.unit.graphs import HOST, PLACE, app_token, check, codes, draft, end, service, token

from mailwizard.checks import verify
from mailwizard.cli.verdict import exit_code
from mailwizard.model import AuthKind, Credential, Evidence, Outcome, Security, Step, Until
from mailwizard.sandbox import open_world
from mailwizard.sandbox.web import Answer

JSON = "application/json"


async def test_reaching_hears_who_gives_out_tokens_and_sends_none() -> None:
    async with open_world("microsoft-graph") as world:
        seen = await check(world, token(world), Until.REACH)
        assert [fact.step for fact in seen] == [
            *(Step.RESOLVE, Step.CONNECT, Step.ENCRYPT, Step.GREETING, Step.CAPABILITIES)
        ]
        assert all(fact.outcome is Outcome.OK for fact in seen)
        told = end(seen, Step.CAPABILITIES)
        assert told.fact("mechanisms") == "BEARER" and "login.microsoftonline.com" in told.detail
        assert end(seen, Step.GREETING).fact("request-id")
        assert dict(world.logins) == {} and world.seen_secrets_in_clear == 0
        assert len({request.link for request in world.web.requests}) == 1


async def test_a_token_opens_the_inbox_with_one_request_and_one_connection() -> None:
    async with open_world("microsoft-graph") as world:
        seen = await check(world, token(world))
        assert codes(seen) == []
        assert end(seen, Step.SIGN_IN).fact("secret") == "sent"
        assert end(seen, Step.MAILBOX).fact("messages") == "0"
        assert dict(world.logins) == {PLACE: 1}
        assert [request.header("authorization") != "" for request in world.web.requests] == [False, True]
        assert len({request.link for request in world.web.requests}) == 1 and world.seen_secrets_in_clear == 0


@pytest.mark.parametrize(
    ("kind", "words"),
    [("garbage", "CompactToken"), ("expired", "expired"), ("another service", "audience")],
)
async def test_a_refused_token_costs_one_request_and_says_why(kind: str, words: str) -> None:
    async with open_world("microsoft-graph") as world:
        value = {
            "garbage": "not-a-token-of-anybody",
            "expired": token(world, lasts=-1),
            "another service": token(world, "IMAP.AccessAsUser.All", resource="https://outlook.office.com/"),
        }[kind]
        seen = await check(world, value, Until.DELIVERY)
        assert codes(seen) == ["graph.InvalidAuthenticationToken"]
        assert words in end(seen, Step.SIGN_IN).detail
        assert dict(world.logins) == {PLACE: 1}
        assert sum(request.tells(value) for request in world.web.requests) == 1


async def test_a_token_without_the_right_to_read_is_taken_and_the_inbox_stays_closed() -> None:
    async with open_world("microsoft-graph") as world:
        seen = await check(world, token(world, "Mail.Send"))
        assert end(seen, Step.SIGN_IN).outcome is Outcome.OK
        assert codes(seen) == ["graph.ErrorAccessDenied"]
        assert end(seen, Step.MAILBOX).fact("status") == "403"


async def test_a_program_by_itself_names_the_mailbox_that_it_means() -> None:
    async with open_world("microsoft-graph") as world:
        seen = await check(world, app_token(world))
        assert codes(seen) == []
        assert world.web.requests[-1].path == f"/v1.0/users/{world.address}/mailFolders/inbox"
        service(world).issuer.opened.clear()
        seen = await check(world, app_token(world))
        assert codes(seen) == ["graph.ErrorAccessDenied"]
        assert "AppOnly AccessPolicy" in end(seen, Step.MAILBOX).detail


async def test_a_mailbox_that_is_named_in_the_address_is_the_one_that_is_opened() -> None:
    async with open_world("microsoft-graph") as world:
        seen = await check(world, token(world), where=f"https://{HOST}/v1.0/users/{world.address}")
        assert codes(seen) == []
        assert {request.path for request in world.web.requests} >= {f"/v1.0/users/{world.address}/mailFolders/inbox"}


async def test_a_mailbox_that_is_not_in_this_cloud_is_told() -> None:
    async with open_world("microsoft-graph") as world:
        service(world).without_mailbox.add(world.address)
        seen = await check(world, token(world))
        assert codes(seen) == ["graph.MailboxNotEnabledForRESTAPI"]


async def test_what_graph_lets_through_cannot_be_asked_and_the_domains_records_are_told_all_the_same() -> None:
    async with open_world("microsoft-graph") as world:
        seen = await check(world, token(world), Until.SENDER)
        assert codes(seen) == []
        assert end(seen, Step.MAIL_FROM).code == "sender.unasked"
        assert {fact.fact("record") for fact in seen} >= {"spf", "dmarc", "standing"}
        assert exit_code(seen, Until.SENDER) == 0


@pytest.mark.parametrize(
    "thought", [(AuthKind.OAUTH2,), (), (AuthKind.PASSWORD,), (AuthKind.PASSWORD, AuthKind.OAUTH2)]
)
async def test_a_password_is_never_sent_as_a_token_whatever_was_thought_of_the_server(
    thought: tuple[AuthKind, ...],
) -> None:
    async with open_world("microsoft-graph") as world:
        seen: list[Evidence] = []
        who = Credential(world.address, world.password, AuthKind.PASSWORD)
        planned = draft(world)
        assert planned.incoming is not None
        planned = replace(planned, incoming=replace(planned.incoming, auth=thought))
        await verify(planned, who, world.net, lambda fact: seen.append(fact), Until.SIGN_IN)  # type: ignore[arg-type]
        assert seen[-1].code == "sign-in.kind"
        assert not any(request.tells(world.password) for request in world.web.requests)
        assert dict(world.logins) == {}


async def test_an_answer_that_asks_to_wait_is_heeded_within_the_time_of_the_step() -> None:
    async with open_world("microsoft-graph") as world:
        body = json.dumps({"error": {"code": "TooManyRequests", "message": "Please retry."}}).encode()
        slow = Answer(body, 429, JSON, (("Retry-After", "1"),))
        service(world).planned.append(slow)
        assert codes(await check(world, token(world))) == []
        service(world).planned.append(Answer(body, 429, JSON, (("Retry-After", "300"),)))
        watch = Stopwatch()
        seen = await check(world, token(world))
        assert codes(seen) == ["graph.TooManyRequests"]
        assert end(seen, Step.SIGN_IN).fact("retry-after") == "300"
        assert end(seen, Step.SIGN_IN).seconds < 1 + watch.stalled


async def test_a_redirect_is_not_followed_with_the_token() -> None:
    async with open_world("microsoft-graph") as world:
        world.hosting.serve("elsewhere.example", "https", 443, Security.TLS)
        value = token(world)
        service(world).planned.append(Answer(b"", 302, JSON, (("Location", "https://elsewhere.example/v1.0/me"),)))
        seen = await check(world, value)
        assert codes(seen) == ["http.302"]
        assert "elsewhere.example" in end(seen, Step.SIGN_IN).detail
        assert {request.host for request in world.web.requests} == {HOST}


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<html>Welcome</html>", 200, "text/html"),
        Answer(b"{}", 404, JSON),
        Answer(b"", 401, "text/html", (("WWW-Authenticate", "Basic realm=x"),)),
        Answer(b"[" * 50_000, 200, JSON),
    ],
    ids=("page", "missing", "password wanted", "nested"),
)
async def test_a_host_that_is_no_graph_is_told_and_gets_no_token(answer: Answer) -> None:
    async with open_world("microsoft-graph") as world:
        world.web.publish(HOST, "/v1.0/*", answer)
        value = token(world)
        seen = await check(world, value)
        assert codes(seen) == ["graph.not-graph"] and seen[-1].step is Step.GREETING
        assert not any(request.tells(value) for request in world.web.requests)


async def test_a_token_that_no_header_can_hold_is_kept_back() -> None:
    async with open_world("microsoft-graph") as world:
        seen = await check(world, "schlüssel eins")
        assert codes(seen) == ["sign-in.kind"]
        assert len(world.web.requests) == 1

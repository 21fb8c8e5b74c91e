"""Google's issuer in the practice world, asked by hand: what it gives out, and what it refuses in which words."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.unit.signing import (
    FORM,
    GOOGLE,
    GOOGLE_TOKEN,
    MAIL,
    Program,
    ask_google,
    asking,
    challenge,
    exchange,
    told_by,
    url,
)

from mailwizard.net.real.listening import listening
from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.identity.browser import PageShown

WEEK = 7 * 86400


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world("google-browser") as opened:
        yield opened


@pytest.fixture
async def program(world: World) -> AsyncIterator[Program]:
    async with asking(world) as opened:
        yield opened


async def granted(program: Program, name: str = "google", **other: str) -> dict[str, Any]:
    """Sign in, and return the tokens."""
    code = await program.code(GOOGLE, ask_google(program.world, name, **other))
    return await program.json(GOOGLE_TOKEN, exchange(program.world, code, name))


async def test_a_person_comes_back_with_a_code_and_the_state(world: World, program: Program) -> None:
    address = await program.world.browse(url(GOOGLE, ask_google(world)))
    told = told_by(address)
    assert address.startswith("http://127.0.0.1:53171/?")
    assert told["state"] == "practice-state" and told["iss"] == "https://accounts.google.com"
    assert told["scope"] == MAIL and told["code"].startswith("4/0A")


async def test_a_code_is_good_for_tokens(program: Program) -> None:
    told = await granted(program)
    assert told["token_type"] == "Bearer" and told["scope"] == MAIL and told["expires_in"] == 3599
    assert told["access_token"].startswith("ya29.") and told["refresh_token"].startswith("1//0")


PAGES = [
    ({"client_id": "1-nobody.apps.googleusercontent.com"}, "The OAuth client was not found.", "invalid_client"),
    ({"client_id": ""}, "Missing required parameter: client_id", "invalid_request"),
    ({"redirect_uri": "https://elsewhere.example/"}, "request is invalid", "redirect_uri_mismatch"),
    ({"redirect_uri": "http://127.0.0.2:53171"}, "request is invalid", "redirect_uri_mismatch"),
    ({"redirect_uri": "http://me@127.0.0.1:53171"}, "request is invalid", "redirect_uri_mismatch"),
    ({"redirect_uri": "urn:ietf:wg:oauth:2.0:oob"}, "request is invalid", "redirect_uri_mismatch"),
    ({"scope": "https://mail.example/"}, "invalid=[https://mail.example/]", "invalid_scope"),
    ({"scope": ""}, "Missing required parameter: scope", "invalid_request"),
    ({"response_type": "token"}, "Invalid response_type: token", "unsupported_response_type"),
    ({"code_challenge": ""}, "Missing required parameter: code_challenge", "invalid_request"),
    ({"code_challenge_method": "plain"}, "code_challenge", "invalid_request"),
    ({"code_challenge": "short"}, "code_challenge", "invalid_request"),
]


@pytest.mark.parametrize(("wrong", "text", "error"), PAGES, ids=[f"{next(iter(p[0].items()))}" for p in PAGES])
async def test_a_wrong_request_is_refused_on_a_page(
    program: Program, wrong: dict[str, str], text: str, error: str
) -> None:
    with pytest.raises(PageShown) as shown:
        await program.code(GOOGLE, ask_google(program.world, **wrong))
    assert text in shown.value.text and f"Error {shown.value.status}: {error}" in shown.value.text


EXCHANGES = [
    ({"code": "4/0Amade-up"}, 400, "invalid_grant", "Malformed auth code."),
    ({"code": ""}, 400, "invalid_request", "Missing required parameter: code"),
    ({"grant_type": "password"}, 400, "unsupported_grant_type", "Invalid grant_type: password"),
    ({"grant_type": ""}, 400, "invalid_request", "Missing required parameter: grant_type"),
    ({"client_id": "1-nobody.apps.googleusercontent.com"}, 401, "invalid_client", "The OAuth client was not found."),
    ({"client_secret": "GOCSPX-other"}, 401, "invalid_client", "The provided client secret is invalid."),
    ({"client_secret": ""}, 400, "invalid_request", "client_secret is missing."),
    ({"redirect_uri": "http://127.0.0.1:53172"}, 400, "redirect_uri_mismatch", "Bad Request"),
    ({"code_verifier": ""}, 400, "invalid_grant", "Missing code verifier."),
    ({"code_verifier": "v" * 64}, 400, "invalid_grant", "Invalid code verifier."),
    ({"code_verifier": challenge()}, 400, "invalid_grant", "Invalid code verifier."),
]


@pytest.mark.parametrize(("wrong", "status", "error", "text"), EXCHANGES, ids=[f"{e[0]}" for e in EXCHANGES])
async def test_a_wrong_exchange_is_refused_and_leaves_the_code_unused(
    program: Program, wrong: dict[str, str], status: int, error: str, text: str
) -> None:
    world = program.world
    code = await program.code(GOOGLE, ask_google(world))
    answer = await program.post(GOOGLE_TOKEN, exchange(world, **{"code": code, **wrong}))
    told = json.loads(answer.body)
    # What is missing is named with the lead of the page only where a person reads it.
    assert (answer.status, told["error"]) == (status, error) and told["error_description"].endswith(text)
    assert "access_token" not in told and answer.header("cache-control") == "no-store"
    assert "access_token" in await program.json(GOOGLE_TOKEN, exchange(world, code))


async def test_a_code_works_once_and_a_replay_ends_what_it_brought(program: Program) -> None:
    code = await program.code(GOOGLE, ask_google(program.world))
    told = await program.json(GOOGLE_TOKEN, exchange(program.world, code))
    again = await program.json(GOOGLE_TOKEN, exchange(program.world, code))
    assert again == {"error": "invalid_grant", "error_description": "Bad Request"}
    assert not program.world.identity.issuers["google"].book.good(told["access_token"])


async def test_a_code_ends_after_ten_minutes(program: Program) -> None:
    code = await program.code(GOOGLE, ask_google(program.world))
    program.world.clock.advance(601)
    assert (await program.json(GOOGLE_TOKEN, exchange(program.world, code)))["error"] == "invalid_grant"


async def test_a_code_is_for_its_own_client(program: Program) -> None:
    code = await program.code(GOOGLE, ask_google(program.world))
    told = await program.json(GOOGLE_TOKEN, exchange(program.world, code, "google-testing"))
    assert told["error"] == "unauthorized_client"


async def test_a_refresh_token_goes_on_and_stays_the_same(program: Program) -> None:
    first = await granted(program)
    program.world.clock.advance(4000)
    told = await program.json(GOOGLE_TOKEN, refresh(program.world, first["refresh_token"]))
    assert told["access_token"] != first["access_token"] and "refresh_token" not in told
    book = program.world.identity.issuers["google"].book
    assert book.good(told["access_token"]) and not book.good(first["access_token"])


def refresh(world: World, token: str, name: str = "google", **other: str) -> dict[str, str]:
    client = world.registrations[name]
    told = {"grant_type": "refresh_token", "refresh_token": token, "client_id": client.client_id}
    return {**told, "client_secret": client.client_secret, **other}


async def test_no_refresh_token_comes_unless_it_is_asked_for(program: Program) -> None:
    assert "refresh_token" not in await granted(program, access_type="")
    assert "refresh_token" in await granted(program)
    assert "refresh_token" not in await granted(program, prompt="")


async def test_a_grant_in_testing_ends_after_a_week_and_a_new_one_mends_it(program: Program) -> None:
    first = await granted(program, "google-testing")
    assert WEEK - 5 < first["refresh_token_expires_in"] <= WEEK
    program.world.clock.advance(WEEK - 60)
    kept = refresh(program.world, first["refresh_token"], "google-testing")
    assert "access_token" in await program.json(GOOGLE_TOKEN, kept)
    program.world.clock.advance(120)
    told = await program.json(GOOGLE_TOKEN, kept)
    assert told == {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
    again = await granted(program, "google-testing")
    assert "access_token" in await program.json(
        GOOGLE_TOKEN, refresh(program.world, again["refresh_token"], "google-testing")
    )


async def test_half_a_year_without_use_ends_a_grant(program: Program) -> None:
    first = await granted(program)
    program.world.clock.advance(181 * 86400)
    told = await program.json(GOOGLE_TOKEN, refresh(program.world, first["refresh_token"]))
    assert told["error_description"] == "Token has been expired or revoked."


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
async def test_revoking_either_token_ends_the_grant(program: Program, kind: str) -> None:
    first = await granted(program)
    page = "https://oauth2.googleapis.com/revoke"
    assert (await program.post(page, {"token": first[kind]})).status == 200
    assert (await program.json(GOOGLE_TOKEN, refresh(program.world, first["refresh_token"])))[
        "error"
    ] == "invalid_grant"
    assert not program.world.identity.issuers["google"].book.good(first["access_token"])
    again = await program.json(page, {"token": first[kind]})
    assert again == {"error": "invalid_token", "error_description": "Token expired or revoked"}


async def test_only_testers_sign_in_while_a_project_is_in_testing(program: Program) -> None:
    with pytest.raises(PageShown, match="developer-approved testers") as shown:
        await program.code(GOOGLE, ask_google(program.world, "google-testing"), as_="ben@workshop.example")
    assert shown.value.status == 403


async def test_another_organization_is_kept_out(program: Program) -> None:
    client = program.world.registrations["google"].client_id
    program.world.identity.issuers["google"].clients[client].organization = "workshop.example"
    with pytest.raises(PageShown, match="Error 403: org_internal"):
        await program.code(GOOGLE, ask_google(program.world))
    assert await program.code(GOOGLE, ask_google(program.world), as_="ben@workshop.example")


async def test_a_person_may_say_no(program: Program) -> None:
    world = program.world
    page = url(GOOGLE, ask_google(world))
    told = told_by(await world.browse(page, consent=False))
    assert told == {"error": "access_denied", "state": "practice-state"}


async def test_a_stranger_has_no_account(program: Program) -> None:
    with pytest.raises(PageShown, match="Couldn't find your Google Account"):
        await program.code(GOOGLE, ask_google(program.world), as_="nobody@gmail.com")


@pytest.mark.parametrize("error", ["admin_policy_enforced", "org_internal", "disallowed_useragent"])
async def test_an_error_can_be_let_happen_once_on_the_page(program: Program, error: str) -> None:
    program.world.identity.fail_next(error)
    with pytest.raises(PageShown, match=f"Error \\d+: {error}"):
        await program.code(GOOGLE, ask_google(program.world))
    assert await program.code(GOOGLE, ask_google(program.world))


@pytest.mark.parametrize("error", ["deleted_client", "invalid_grant", "unauthorized_client", "internal_failure"])
async def test_an_error_can_be_let_happen_once_at_the_token_endpoint(program: Program, error: str) -> None:
    world = program.world
    code = await program.code(GOOGLE, ask_google(world))
    world.identity.fail_next(error)
    assert (await program.json(GOOGLE_TOKEN, exchange(world, code)))["error"] == error
    assert "access_token" in await program.json(GOOGLE_TOKEN, exchange(world, code))
    with pytest.raises(KeyError):
        world.identity.fail_next("nothing_like_it")


async def test_mail_is_not_opened_with_a_device_code(program: Program) -> None:
    client = program.world.registrations["google"].client_id
    told = await program.json("https://oauth2.googleapis.com/device/code", {"client_id": client, "scope": MAIL})
    assert told == {"error": "invalid_scope", "error_description": f"Invalid device flow scope: {MAIL}"}


async def test_what_is_no_form_or_says_a_thing_twice_is_refused(program: Program) -> None:
    code = await program.code(GOOGLE, ask_google(program.world))
    body = json.dumps(exchange(program.world, code))
    answers = [await program.post(GOOGLE_TOKEN, body, form=("Content-Type", "application/json"))]
    answers += [await program.post(GOOGLE_TOKEN, f"grant_type=authorization_code&code={code}&code=x", form=FORM)]
    answers += [await program.get(GOOGLE_TOKEN)]
    assert [(answer.status, json.loads(answer.body)["error"]) for answer in answers] == [(400, "invalid_request")] * 3


async def test_a_page_of_decisions_works_once(program: Program) -> None:
    answer = await program.post("https://accounts.google.com/signin/continue", {"ticket": "x", "decision": "allow"})
    assert answer.status == 400 and not program.world.identity.issuers["google"].book.codes


async def test_the_browser_visits_a_program_that_listens(world: World) -> None:
    async with listening(0) as ear:
        redirect = f"http://127.0.0.1:{ear.port}"
        page = url(GOOGLE, ask_google(world, redirect_uri=redirect))
        browsing = asyncio.create_task(world.browse(page, visit=True))
        visit = await ear.visit()
        visit.reply(200, "<p>Done.</p>")
        address = await browsing
    assert visit.host == f"127.0.0.1:{ear.port}" and address == f"http://{visit.host}{visit.target}"
    assert told_by(address)["code"]
    assert (await world.browse(page, visit=True)).startswith(redirect)


async def test_nothing_that_was_given_out_is_seen_in_clear_or_shown(program: Program) -> None:
    told = await granted(program)
    world = program.world
    assert {told["access_token"], told["refresh_token"], world.registrations["google"].client_secret} <= (
        world.identity.secrets
    )
    assert world.seen_secrets_in_clear == 0
    shown = repr((world.identity.issuers["google"].clients, world.registrations, world.web.requests))
    assert not [secret for secret in world.identity.secrets if secret in shown]


async def test_the_clock_moves_by_itself_too(world: World) -> None:
    assert abs(world.clock.now() - time.time()) < 5
    world.clock.advance(100)
    assert 95 < world.clock.now() - time.time() < 105 and abs(world.clock.wall() - time.time()) < 5
